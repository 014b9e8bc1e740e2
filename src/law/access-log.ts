import type { Queryable } from '../db/database.ts'
import { query } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Access } from './access.ts'
import { createContexts, type LogContext } from './access-context.ts'
import type { LogChains } from './log-chain.ts'
import type { EntryInContext, LogEntry } from './log-entry.ts'

/** The access log (åtkomstlogg). It may say too much, never too little. Source: PDL 4 kap. 3 §; HSLF-FS 2016:40 4 kap. 9 §. */
export interface AccessLog {
  /** What the log knows who, where and why by. Durable before it is told. */
  contextOf(access: Access): Promise<LogContext>
  /**
   * Settles when the entries are durable.
   * @throws Problem `transient` when they can't be: then no answer may leave
   */
  append(entries: readonly LogEntry[]): Promise<void>
}

const MOST = 512

interface Waiting {
  readonly entries: readonly EntryInContext[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/**
 * A log that commits in groups without a timer: while one batch is on its way, the next gathers.
 * A lone entry waits for one commit; a thousand at once share a few.
 */
export function createAccessLog(db: Queryable, chains: LogChains): AccessLog {
  const contexts = createContexts(db)
  let waiting: Waiting[] = []
  let busy = false

  async function pump(): Promise<void> {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      try {
        await commit(
          db,
          chains,
          batch.flatMap(({ entries }) => entries),
        )
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        for (const { reject } of batch) reject(asProblem(cause))
      }
    }
    busy = false
  }

  function enqueue(entries: readonly EntryInContext[]): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ entries, resolve, reject })
      if (!busy) void pump()
    })
  }

  return {
    contextOf: (access) => contexts.contextOf(access).catch(unwritten),
    async append(entries) {
      const inContext: EntryInContext[] = []
      for (const entry of entries) {
        const context =
          contexts.known(entry.access) ?? (await contexts.contextOf(entry.access).catch(unwritten))
        inContext.push({ entry, context })
      }
      return enqueue(inContext)
    },
  }
}

async function commit(
  db: Queryable,
  chains: LogChains,
  entries: readonly EntryInContext[],
): Promise<void> {
  const chain = await chains.take()
  try {
    await query(db, chain.append(entries))
  } catch (cause) {
    chain.settle(false)
    throw cause
  }
  chain.settle(true)
}

const asProblem = (cause: unknown) =>
  new Problem(
    'transient',
    'The access log could not be written, so nothing was disclosed. Try again.',
    { cause },
  )

function unwritten(cause: unknown): never {
  throw asProblem(cause)
}
