import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createColumn } from './binary.ts'
import { createDatabase, type Database } from './database.ts'
import { queryRaw, sql } from './sql.ts'

let db: Database
before(async () => {
  db = createDatabase(await freshDatabaseUrl(), 1)
})
after(() => db.end())

test('times are what they were, also before 1970, between milliseconds and beyond all years', async () => {
  const times = [0, 1, -1, 946_684_800_000, 1_764_000_000_123.456, Date.UTC(1, 0, 1), 1e300, -1e300]
  const column = createColumn('timestamptz')
  for (const time of times) column.time(time)
  column.null()
  const rows = await queryRaw(
    db,
    sql`select (extract(epoch from t) * 1000)::text from unnest(${column.done()}::timestamptz[]) t`,
  )
  const read = rows.map(([text]) => (text === null ? null : Number(text)))
  assert.deepEqual(read, [
    ...times.slice(0, 6),
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    null,
  ])
  assert.throws(() => createColumn('timestamptz').time(Number.NaN))
})

test('a column grows with what is put in it', async () => {
  const [texts, numbers] = [createColumn('text'), createColumn('int8')]
  const written = Array.from({ length: 300 }, (_, n) => 'å'.repeat(n))
  for (const [n, text] of written.entries()) {
    texts.text(text)
    numbers.int8(-1, n)
  }
  assert.equal(texts.length, 300)
  const rows = await queryRaw(
    db,
    sql`select * from unnest(${texts.done()}::text[], ${numbers.done()}::int8[])`,
  )
  assert.deepEqual(
    rows,
    written.map((text, n) => [text, String(-(2n ** 32n) + BigInt(n))]),
  )
})

test('an empty column is an empty array', async () => {
  const rows = await queryRaw(db, sql`select cardinality(${createColumn('uuid').done()}::uuid[])`)
  assert.deepEqual(rows, [['0']])
})
