import { createHmac } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { Access } from '../access.ts'
import type { Alerts } from './alerts.ts'

/** How many strangers one user may look up in an hour, and in a day. */
export interface LookUpLimits {
  readonly hour: number
  readonly day: number
}

/** What is about to be told. */
export interface LookUp {
  /** What is asked for, in words that are the same whether it's there or not: `Observation/17`. */
  readonly targets: readonly string[]
  /** Of each, 1 if not told; a list costs more. */
  readonly cost?: number
  /** The user states a care relation, and will answer for it: counted by itself, so that care can go on when nothing more may be looked up. */
  readonly isStated?: true
  /** It tells whose a record is, to who has said nothing of whom it is about: counted of systems too. */
  readonly tellsOwner?: true
}

/** What asks for people who are not in the user's care is counted here, whether or not it finds anybody. */
export interface LookUps {
  /**
   * Counts what is about to be told. Once an hour for the same target: to look again is no further look-up.
   *
   * @returns seconds to wait, if it's one too many: then nothing may be told. An alert has been raised.
   */
  meet(access: Access, lookUp: LookUp): Promise<number | undefined>
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** So long a count is remembered here, in milliseconds: the many requests of one page are one look-up. */
const REMEMBERED = 60_000
const MOST_REMEMBERED = 50_000

/** What look-ups are counted with. */
export interface LookUpParts {
  readonly db: Queryable
  readonly limits: LookUpLimits
  readonly alerts: Alerts
  readonly now: () => number
  /** What was asked for is kept as a digest with this key, and for a day: it must not become a list of patients. */
  readonly secret: Buffer
}

interface Remembered {
  readonly at: number
  readonly wait: Promise<number | undefined>
}

/**
 * Counts by user, not by token or session, in the database: neither a restart nor another process begins anew. Systems
 * aren't counted: each is registered with the right it needs, and loads in bulk. But whose an id is, is told to none of them in bulk.
 */
export function createLookUps(parts: LookUpParts): LookUps {
  const { db, limits, alerts, now, secret } = parts
  const known = new Map<string, Remembered>()
  let forgottenAt = Number.NEGATIVE_INFINITY
  // Keyed: a personal number has so few values that a bare digest of it is soon found again.
  const digestOf = (target: string) => createHmac('sha256', secret).update(target).digest('hex')

  async function forget(): Promise<void> {
    if (now() < forgottenAt + HOUR) return
    forgottenAt = now()
    await query(
      db,
      sql`delete from law.look_up where (person, target) in (select person, target from law.look_up
        where at <= now() - interval '1 day' for update skip locked)`,
    )
  }

  async function count(access: Access, lookUp: LookUp) {
    const person = lookUp.isStated ? `${access.user} states` : access.user
    const digests = [...new Set(lookUp.targets.map(digestOf))].sort()
    const wait = await spend(db, limits, { person, digests, cost: lookUp.cost ?? 1 })
    await forget()
    if (wait !== undefined) {
      await alerts.raise({ kind: 'look-ups', access, patient: undefined, reason: undefined })
    }
    return wait
  }

  return {
    async meet(access, lookUp) {
      const isFree = !isCounted(access) && !lookUp.tellsOwner
      if (isFree || lookUp.targets.length === 0) return undefined
      const at = now()
      const key = JSON.stringify([access.user, lookUp])
      const there = known.get(key)
      if (there && at < there.at + REMEMBERED) return there.wait
      const wait = count(access, lookUp)
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(key, { at, wait })
      const forget = () => known.delete(key)
      wait.then((seconds) => seconds !== undefined && forget(), forget)
      return wait
    },
  }
}

const isCounted = ({ kind }: Access) => kind === 'staff' || kind === 'patient' || kind === 'proxy'

interface Asked {
  readonly person: string
  readonly digests: readonly string[]
  /** Of each. */
  readonly cost: number
}

interface Spent {
  readonly hour: number
  readonly day: number
  /** How long ago the oldest look-up of the hour and of the day was, in milliseconds. */
  readonly hour_age: number
  readonly day_age: number
}

/** One statement, the same for what is there and what isn't. What is refused isn't counted, so that waiting helps. */
async function spend(
  db: Queryable,
  limits: LookUpLimits,
  { person, digests, cost }: Asked,
): Promise<number | undefined> {
  const total = digests.length * cost
  const [spent] = await query<Spent>(
    db,
    sql`with asked as (
        select decode(each, 'hex') as target from unnest(${digests}::text[]) each
      ), spent as (
        select coalesce(sum(cost) filter (where at > now() - interval '1 hour'), 0)::int as hour,
          coalesce(sum(cost), 0)::int as day,
          (extract(epoch from now() - min(at) filter (where at > now() - interval '1 hour')) * 1000)::float8 as hour_age,
          (extract(epoch from now() - min(at)) * 1000)::float8 as day_age
        from law.look_up
        where person = ${person} and at > now() - interval '1 day'
          and target not in (select target from asked)
      ), added as (
        insert into law.look_up (person, target, at, cost)
        select ${person}, target, now(), ${cost}::int from asked, spent
        where hour + ${total}::int <= ${limits.hour}::int and day + ${total}::int <= ${limits.day}::int
        on conflict (person, target) do update set at = excluded.at, cost = excluded.cost
      )
      select * from spent`,
  )
  if (!spent) throw new Error('a count is always answered')
  if (spent.day + total > limits.day) return secondsLeft(DAY, spent.day_age)
  if (spent.hour + total > limits.hour) return secondsLeft(HOUR, spent.hour_age)
  return undefined
}

const secondsLeft = (period: number, age: number | null) =>
  Math.max(1, Math.ceil((period - (age ?? 0)) / 1_000))
