import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { RecordSystem } from '../fhir/record-system.ts'
import type { AccessLog } from './access-log.ts'
import type { LogChains } from './log-chain.ts'
import type { ActedAs, EntryInContext, LogAction, LogEntry } from './log-entry.ts'
import { holdersOfNumber } from './patients-with-number.ts'

/** An access in another system, as that system's log has it. Names and words are as sent. */
export interface ReceivedPost {
  /** A UUID. */
  readonly logId: string
  /** Region of ours whose care provider's log it belongs to. */
  readonly region: string
  readonly system: { readonly id: string; readonly name: string | undefined }
  /** `Läsa`, `Skriva`, `Signera`, `Utskrift`, `Radera`, `Nödöppning`, or another word. */
  readonly activity: string
  readonly level: string | undefined
  readonly args: string | undefined
  /** Milliseconds since 1970. */
  readonly time: number
  readonly purpose: string
  readonly user: {
    readonly id: string
    readonly name: string | undefined
    readonly assignment: string | undefined
    readonly title: string | undefined
  }
  readonly unit: { readonly id: string; readonly name: string | undefined }
  readonly provider: { readonly id: string; readonly name: string | undefined }
  readonly resources: readonly ReceivedResource[]
}

/** What was seen or done in one patient's record. */
export interface ReceivedResource {
  readonly kind: string
  /** The patient's number as sent. */
  readonly number: { readonly root: string; readonly extension: string } | undefined
  readonly provider: string
  readonly unit: string | undefined
}

/** Where other systems' accesses to the same care providers' records are kept, in the same log as our own. */
export interface ReceivedLog {
  /**
   * Keeps all posts or none, durable before it is told.
   *
   * @returns `refused` if one of them was there before, or is there twice
   * @throws Problem `transient` when it can't be written
   */
  store(posts: readonly ReceivedPost[]): Promise<'stored' | 'refused'>
}

/** What a row says of its post beside who, when and whose. Its place in the chain covers it. */
export interface PostDetails
  extends Pick<ReceivedPost, 'system' | 'activity' | 'level' | 'args' | 'unit' | 'provider'> {
  readonly title: string | undefined
  readonly resources: readonly ReceivedResource[]
}

/** What it's made of. */
export interface ReceivedLogParts {
  readonly db: Queryable
  readonly log: Pick<AccessLog, 'contextOf'>
  readonly chains: LogChains
  /** Where a region's patients are looked up by number. */
  readonly systemOf: (region: string) => RecordSystem | undefined
}

/** The rows of each post, one a patient, are chained with the log's own: whatever is done to them afterwards shows. */
export function createReceivedLog({ db, log, chains, systemOf }: ReceivedLogParts): ReceivedLog {
  return {
    async store(posts) {
      const ids = posts.map(({ logId }) => logId)
      if (new Set(ids).size < ids.length || (await areKnown(db, ids))) return 'refused'
      const entries: EntryInContext[] = []
      const patientOf = createLookUp(systemOf)
      for (const post of posts) {
        for (const entry of await toEntries(post, patientOf)) {
          entries.push({ entry, context: await log.contextOf(entry.access) })
        }
      }
      return commit(db, chains, ids, entries)
    },
  }
}

type LookUp = (region: string, number: ReceivedResource['number']) => Promise<string | undefined>

/** Whose a number is, asked once a call. One that nobody here has stays a number, and its post concerns no patient of ours. */
function createLookUp(systemOf: ReceivedLogParts['systemOf']): LookUp {
  const found = new Map<string, Promise<readonly string[]>>()
  return async (region, number) => {
    const system = systemOf(region)
    if (!number || !system) return undefined
    const key = JSON.stringify([region, number.root, number.extension])
    const asked = found.get(key) ?? holdersOfNumber(system, number.extension, number.root)
    found.set(key, asked)
    const [patient] = await asked
    return patient
  }
}

async function areKnown(db: Queryable, ids: readonly string[]): Promise<boolean> {
  const found = await query(
    db,
    sql`select from law.received_post where log_id = any(${[...ids]}::uuid[]) limit 1`,
  )
  return found.length > 0
}

const UNIQUE_VIOLATION = '23505'

/** One statement: the posts' ids and their rows commit together, and an id that another has just taken stops them all. */
async function commit(
  db: Queryable,
  chains: LogChains,
  ids: readonly string[],
  entries: readonly EntryInContext[],
): Promise<'stored' | 'refused'> {
  const chain = await chains.take()
  try {
    await query(
      db,
      sql`with taken as (insert into law.received_post (log_id) select * from unnest(${[...ids]}::uuid[]))
        ${chain.append(entries)}`,
    )
  } catch (thrown) {
    chain.settle(false)
    if ((thrown as { code?: unknown }).code === UNIQUE_VIOLATION) return 'refused'
    throw new Problem('transient', 'The log could not be written. Send the posts again.', {
      cause: thrown,
    })
  }
  chain.settle(true)
  return 'stored'
}

const ACTIONS: ReadonlyMap<string, LogAction> = new Map([
  ['Läsa', 'read'],
  ['Skriva', 'write'],
  ['Signera', 'write'],
  ['Radera', 'write'],
  ['Utskrift', 'print'],
  ['Nödöppning', 'open-emergency'],
])

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['Vård och behandling', 'care'],
  ['Kvalitetssäkring', 'quality'],
  ['Annan dokumentation enligt lag', 'required-documentation'],
  ['Statistik', 'statistics'],
  ['Administration', 'administration'],
])

async function toEntries(post: ReceivedPost, patientOf: LookUp): Promise<LogEntry[]> {
  const byPatient = new Map<string | undefined, ReceivedResource[]>()
  for (const resource of post.resources) {
    const patient = await patientOf(post.region, resource.number)
    byPatient.set(patient, [...(byPatient.get(patient) ?? []), resource])
  }
  const { logId, system, activity, level, args, time, user, unit, provider } = post
  return [...byPatient].map(([patient, resources]) => {
    const said: PostDetails = {
      ...{ system, activity, level, args, unit, provider, title: user.title, resources },
    }
    return {
      access: actedAs(post),
      patient,
      action: ACTIONS.get(activity) ?? 'other',
      outcome: level?.startsWith('Nekad') ? 'deny' : 'permit',
      paragraph: undefined,
      ...(activity === 'Nödöppning' && { basis: { kind: 'emergency' } as const }),
      query: JSON.stringify(said),
      resources: [`LogPost/${logId}/${time}`],
    }
  })
}

function actedAs({ region, system, user, unit, provider, purpose }: ReceivedPost): ActedAs {
  return {
    kind: 'staff-elsewhere',
    region,
    session: `StoreLog ${system.id}`,
    user: user.id,
    userName: user.name ?? user.id,
    commission: user.assignment ?? 'unknown',
    unit: unit.id,
    provider: provider.id,
    purpose: PURPOSES.get(purpose) ?? purpose,
    statedReason: undefined,
    app: { client: system.id },
  }
}
