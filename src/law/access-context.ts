import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { Access } from './access.ts'

/** Numbers for what is the same in every log row of a session: who, in which commission, where and why. */
export interface Contexts {
  /** The number, if this process has met it. */
  known(access: Access): number | undefined
  numberOf(access: Access): Promise<number>
}

const MOST = 20_000

/** Contexts are only added, so what was read once is true for ever. */
export function createContexts(db: Queryable): Contexts {
  const numbers = new Map<string, number>()

  return {
    known: (access) => numbers.get(keyOf(access)),
    async numberOf(access) {
      const key = keyOf(access)
      const there = numbers.get(key)
      if (there !== undefined) return there
      const number = await settle(db, access)
      if (numbers.size >= MOST) numbers.clear()
      numbers.set(key, number)
      return number
    },
  }
}

const keyOf = ({ region, session, user, commission, unit, provider, purpose }: Access) =>
  `${session}\n${region}\n${user}\n${commission}\n${unit}\n${provider}\n${purpose}`

async function settle(db: Queryable, access: Access): Promise<number> {
  const { region, session, user, commission, unit, provider, purpose } = access
  await query(
    db,
    sql`insert into law.access_context (region, session, person, commission, unit, provider, purpose)
      values (${region}, ${session}, ${user}, ${commission}, ${unit}, ${provider}, ${purpose})
      on conflict do nothing`,
  )
  const [row] = await query<{ id: number }>(
    db,
    sql`select id from law.access_context where session = ${session} and region = ${region}
      and person = ${user} and commission = ${commission} and unit = ${unit}
      and provider = ${provider} and purpose = ${purpose}`,
  )
  if (!row) throw new Error('the context was just written')
  return row.id
}
