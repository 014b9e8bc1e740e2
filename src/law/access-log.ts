import { createColumn } from '../db/binary.ts'
import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Access } from './access.ts'

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
  /**
   * Settles when the entries are durable.
   * @throws Problem `transient` when they can't be: then no answer may leave
   */
  append(entries: readonly LogEntry[]): Promise<void>
}

const MOST = 512

interface Waiting {
  readonly entries: readonly LogEntry[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/**
 * A log that commits in groups without a timer: while one batch is on its way, the next gathers.
 * A lone entry waits for one commit; a thousand at once share a few.
 */
export function createAccessLog(db: Queryable): AccessLog {
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
        const problem = new Problem(
          'transient',
          'The access log could not be written, so nothing was disclosed. Try again.',
          { cause },
        )
        for (const { reject } of batch) reject(problem)
      }
    }
    busy = false
  }

  return {
    append: (entries) =>
      new Promise((resolve, reject) => {
        waiting.push({ entries, resolve, reject })
        if (!busy) void pump()
      }),
  }
}

/** One statement for any number of entries; also run by a store in the transaction of a write. */
export function insertEntries(entries: readonly LogEntry[]): Sql {
  const names = [
    'region',
    'session',
    'person',
    'commission',
    'unit',
    'provider',
    'purpose',
  ] as const
  const who = names.map(() => createColumn('text'))
  const rest = Array.from({ length: 6 }, () => createColumn('text'))
  for (const entry of entries) {
    const { access } = entry
    const { region, session, user, commission, unit, provider, purpose } = access
    const values = [region, session, user, commission, unit, provider, purpose]
    for (const [index, value] of values.entries()) who[index]?.text(value)
    const optional = [
      entry.patient,
      entry.action,
      entry.outcome,
      entry.paragraph,
      access.statedReason,
      entry.resources.join(' '),
    ]
    for (const [index, value] of optional.entries()) {
      if (value === undefined) rest[index]?.null()
      else rest[index]?.text(value)
    }
  }
  const [a, b, c, d, e, f, g, h, i, j, k, l, m] = [...who, ...rest].map((column) => column.done())
  return sql`insert into law.access_log (region, session, person, commission, unit, provider, purpose,
      patient, action, outcome, paragraph, reason, resources)
    select * from unnest(${a}::text[], ${b}::text[], ${c}::text[], ${d}::text[], ${e}::text[], ${f}::text[], ${g}::text[],
      ${h}::text[], ${i}::text[], ${j}::text[], ${k}::text[], ${l}::text[], ${m}::text[])`
}
