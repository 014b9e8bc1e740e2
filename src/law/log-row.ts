import { hash } from 'node:crypto'
import { createColumn } from '../db/binary.ts'
import { type Sql, sql } from '../db/sql.ts'
import type { LogContext } from './access-context.ts'
import type { EntryInContext, LegalBasis } from './log-entry.ts'

/** The texts of a log row in the order of their columns; `null` where there is nothing to say. */
export type RowTexts = readonly [
  patient: string | null,
  action: string,
  outcome: string,
  paragraph: string | null,
  basis: string | null,
  reason: string | null,
  request: string | null,
  query: string | null,
  resources: string,
]

/** A row of `law.access_log` in its place in a chain. */
export interface LogRow {
  readonly writer: number
  readonly seq: number
  /** Microseconds since 1970. */
  readonly at: number
  readonly context: LogContext
  readonly texts: RowTexts
  readonly hash: Buffer
}

export function textsOf({ entry }: EntryInContext): RowTexts {
  const { access, patient, action, outcome, paragraph, basis, query, resources } = entry
  return [
    storable(patient),
    action,
    outcome,
    paragraph ?? null,
    basis ? basisText(basis) : null,
    storable(access.statedReason),
    access.request ?? null,
    storable(query),
    resources.join(' '),
  ]
}

const basisText = ({ kind, id }: LegalBasis) => (id === undefined ? kind : `${kind}:${id}`)

/** PostgreSQL has no NUL and UTF-8 no lone surrogates: one caller's text must not stop the others' entries. */
function storable(text: string | undefined): string | null {
  if (text === undefined) return null
  return (text.includes('\0') ? text.replaceAll('\0', '�') : text).toWellFormed()
}

const CHAIN = 32
let bytes = Buffer.alloc(4_096)

/**
 * The hash of an entry: SHA-256(hash of the entry before ‖ entry), the entry being a JSON array (RFC 8785) in UTF-8.
 * The first of a chain has 32 zero bytes before it. docs/access-log.md has the format; tools/verify-log reads it on its own.
 */
export function hashOf(before: Buffer, row: Omit<LogRow, 'hash'>): Buffer {
  const { writer, seq, at, context, texts } = row
  const entry = JSON.stringify(['karna-log/1', writer, seq, at, context.digest, ...texts])
  const most = CHAIN + entry.length * 3
  if (bytes.length < most) bytes = Buffer.alloc(most * 2)
  before.copy(bytes, 0)
  const length = CHAIN + bytes.write(entry, CHAIN)
  return hash('sha256', bytes.subarray(0, length), 'buffer')
}

/** One statement for any number of rows; also run by a store in the transaction of a write. */
export function insertRows(rows: readonly LogRow[]): Sql {
  const [writer, seq, at] = [
    createColumn('int4'),
    createColumn('int8'),
    createColumn('timestamptz'),
  ]
  const [context, digest] = [createColumn('int4'), createColumn('bytea')]
  const texts = Array.from({ length: 9 }, () => createColumn('text'))
  for (const row of rows) {
    writer.int4(row.writer)
    seq.int8(Math.floor(row.seq / 2 ** 32), row.seq | 0)
    at.time(row.at / 1000)
    context.int4(row.context.number)
    digest.bytes(row.hash)
    for (const [index, value] of row.texts.entries()) {
      if (value === null) texts[index]?.null()
      else texts[index]?.text(value)
    }
  }
  const [a, b, c, d, e, f, g, h, i] = texts.map((column) => column.done())
  return sql`insert into law.access_log (writer, seq, at, context, patient, action, outcome, paragraph,
      basis, reason, request, query, resources, hash)
    select * from unnest(${writer.done()}::int4[], ${seq.done()}::int8[], ${at.done()}::timestamptz[],
      ${context.done()}::int4[], ${a}::text[], ${b}::text[], ${c}::text[], ${d}::text[], ${e}::text[],
      ${f}::text[], ${g}::text[], ${h}::text[], ${i}::text[], ${digest.done()}::bytea[])`
}
