import { createHash } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { ActedAs } from './log-entry.ts'

/** What is the same in every log row of a session: who, in which commission, where and why. */
export interface LogContext {
  /** Its row in `law.access_context`. */
  readonly number: number
  /** SHA-256 of what it says, in hexadecimal: the entries' hashes are over it. */
  readonly digest: string
}

/** Contexts by access. */
export interface Contexts {
  /** The context, if this process has met it. */
  known(access: ActedAs): LogContext | undefined
  /** The context, durable before it is told. */
  contextOf(access: ActedAs): Promise<LogContext>
}

const MOST = 20_000

/** Contexts are only added, so what was read once is true for ever. */
export function createContexts(db: Queryable): Contexts {
  const contexts = new Map<string, LogContext>()

  return {
    known: (access) => contexts.get(keyOf(access)),
    async contextOf(access) {
      const key = keyOf(access)
      const there = contexts.get(key)
      if (there) return there
      const context = await settle(db, access)
      if (contexts.size >= MOST) contexts.clear()
      contexts.set(key, context)
      return context
    },
  }
}

const keyOf = (access: ActedAs) => {
  const { region, kind, session, user, userName, commission, unit, provider, purpose } = access
  return `${session}\n${region}\n${kind}\n${user}\n${userName}\n${commission}\n${unit}\n${provider}\n${purpose}\n${access.app?.client}\n${access.loa}`
}

/** The digest is over a JSON array (RFC 8785) of these, in this order. */
function digestOf(access: ActedAs): Buffer {
  const { region, kind, session, user, userName, commission, unit, provider, purpose } = access
  const who = ['karna-context/1', region, kind, session, user, userName]
  const said = [...who, commission, unit, provider]
  const rest = [purpose, access.app?.client ?? null, access.loa ?? null]
  return createHash('sha256')
    .update(JSON.stringify([...said, ...rest]))
    .digest()
}

async function settle(db: Queryable, access: ActedAs): Promise<LogContext> {
  const { region, kind, session, user, userName, commission, unit, provider, purpose } = access
  const digest = digestOf(access)
  await query(
    db,
    sql`insert into law.access_context
        (region, kind, session, person, name, commission, unit, provider, purpose, client, loa, digest)
      values (${region}, ${kind}, ${session}, ${user}, ${userName}, ${commission}, ${unit}, ${provider},
        ${purpose}, ${access.app?.client ?? null}, ${access.loa ?? null}, ${digest})
      on conflict do nothing`,
  )
  const [row] = await query<{ id: number }>(
    db,
    sql`select id from law.access_context where digest = ${digest}`,
  )
  if (!row) throw new Error('the context was just written')
  return { number: row.id, digest: digest.toString('hex') }
}
