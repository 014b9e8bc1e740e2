import { createColumn } from '../db/binary.ts'
import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Access } from './access.ts'
import { createContexts } from './access-context.ts'

/** One access to one patient's record, or to what concerns no patient. */
export interface LogEntry {
  readonly access: Access
  readonly patient: string | undefined
  readonly action: 'read' | 'search' | 'history' | 'write' | 'see-blocked'
  readonly outcome: 'permit' | 'deny'
  /** What a denial rests on. */
  readonly paragraph: string | undefined
  /** What was disclosed or written: `Observation/17/3`. */
  readonly resources: readonly string[]
}

/** The access log (åtkomstlogg). It may say too much, never too little. Source: PDL 4 kap. 3 §; HSLF-FS 2016:40 4 kap. 9 §. */
export interface AccessLog {
  /** The number under which the log knows who, where and why. Made durable before it is told. */
  contextOf(access: Access): Promise<number>
  /**
   * Settles when the entries are durable.
   * @throws Problem `transient` when they can't be: then no answer may leave
   */
  append(entries: readonly LogEntry[]): Promise<void>
}

/** An entry, with the number of its context. */
export interface NumberedEntry {
  readonly entry: LogEntry
  readonly context: number
}

const MOST = 512

interface Waiting {
  readonly entries: readonly NumberedEntry[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/**
 * A log that commits in groups without a timer: while one batch is on its way, the next gathers.
 * A lone entry waits for one commit; a thousand at once share a few.
 */
export function createAccessLog(db: Queryable): AccessLog {
  const contexts = createContexts(db)
  let waiting: Waiting[] = []
  let busy = false

  async function pump(): Promise<void> {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      try {
        await query(db, insertEntries(batch.flatMap(({ entries }) => entries)))
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        for (const { reject } of batch) reject(asProblem(cause))
      }
    }
    busy = false
  }

  function enqueue(entries: readonly NumberedEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ entries, resolve, reject })
      if (!busy) void pump()
    })
  }

  return {
    contextOf: (access) => contexts.numberOf(access).catch(unwritten),
    async append(entries) {
      const numbered: NumberedEntry[] = []
      for (const entry of entries) {
        const context =
          contexts.known(entry.access) ?? (await contexts.numberOf(entry.access).catch(unwritten))
        numbered.push({ entry, context })
      }
      return enqueue(numbered)
    },
  }
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

/** One statement for any number of entries; also run by a store in the transaction of a write. */
export function insertEntries(entries: readonly NumberedEntry[]): Sql {
  const context = createColumn('int4')
  const texts = Array.from({ length: 6 }, () => createColumn('text'))
  for (const { entry, context: number } of entries) {
    context.int4(number)
    const values = [
      entry.patient,
      entry.action,
      entry.outcome,
      entry.paragraph,
      entry.access.statedReason,
      entry.resources.join(' '),
    ]
    for (const [index, value] of values.entries()) {
      if (value === undefined) texts[index]?.null()
      else texts[index]?.text(value)
    }
  }
  const [a, b, c, d, e, f] = texts.map((column) => column.done())
  return sql`insert into law.access_log (context, patient, action, outcome, paragraph, reason, resources)
    select * from unnest(${context.done()}::int4[], ${a}::text[], ${b}::text[], ${c}::text[], ${d}::text[], ${e}::text[], ${f}::text[])`
}
