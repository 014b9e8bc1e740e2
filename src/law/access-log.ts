import type { Queryable } from '../db/database.ts'
import { query } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import { createContexts, type LogContext } from './access-context.ts'
import type { LogChains } from './log-chain.ts'
import type { ActedAs, EntryInContext, LogEntry } from './log-entry.ts'

/** The access log (åtkomstlogg). It may say too much, never too little. Source: PDL 4 kap. 3 §; HSLF-FS 2016:40 4 kap. 9 §. */
export interface AccessLog {
  /** What the log knows who, where and why by. Durable before it is told. */
  contextOf(access: ActedAs): Promise<LogContext>
  /**
   * Settles when the entries are durable.
   * @throws Problem `transient` when they can't be: then no answer may leave
   */
  append(entries: readonly LogEntry[]): Promise<void>
}

const MOST = 512
/** Whoever waits for an answer has given up after this, in milliseconds. */
const LIMIT = 10_000

interface Waiting {
  readonly entries: readonly EntryInContext[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/**
 * A log that commits in groups without a timer: while one batch is on its way, the next gathers; and so does what is heard
 * in the same turn of the event loop.
 * A lone entry waits for one commit; a thousand at once share a few.
 *
 * @param limit milliseconds; an entry that is not durable by then counts as not written, though it may turn out to be
 */
export function createAccessLog(db: Queryable, chains: LogChains, limit = LIMIT): AccessLog {
  const contexts = createContexts(db)
  let waiting: Waiting[] = []
  let busy = false

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      try {
        const entries = batch.flatMap((each) => each.entries)
        await within(limit, commit(db, chains, entries))
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
      if (busy) return
      busy = true
      setImmediate(() => void pump()) // with whoever else is heard in this turn
    })
  }

  const contextOf = (access: ActedAs) =>
    within(limit, contexts.contextOf(access)).catch((cause: unknown) => {
      throw asProblem(cause)
    })

  return {
    contextOf,
    async append(entries) {
      const inContext: EntryInContext[] = []
      for (const entry of entries) {
        const context = contexts.known(entry.access) ?? (await contextOf(entry.access))
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

function within<T>(limit: number, work: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>()
  const alarm = setTimeout(() => timer.reject(new Error(`not within ${limit} ms`)), limit)
  return Promise.race([work, timer.promise]).finally(() => clearTimeout(alarm))
}
