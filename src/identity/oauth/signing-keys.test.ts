import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freshDatabase } from '../../../tests/database.ts'
import { createSigningKeys, keysAt } from './signing-keys.ts'

const row = (name: string, at: number) => ({ name, signs_from: new Date(at * 1000) })
const namesAt = (seconds: number) => {
  const rows = [row('third', 20_000), row('second', 10_000), row('first', 0)]
  const { signing, published } = keysAt(rows, seconds * 1000)
  return [signing.name, ...published.map(({ name }) => name)]
}

describe('signing keys over time', () => {
  it('sign from their moment on, with those to come already published', () => {
    assert.deepEqual(namesAt(9_999), ['first', 'third', 'second'])
    assert.deepEqual(namesAt(10_000), ['second', 'third', 'first'])
  })

  it('stay published for an hour after their successor began', () => {
    assert.deepEqual(namesAt(13_599), ['second', 'third', 'first'])
    assert.deepEqual(namesAt(13_600), ['second', 'third'])
    assert.deepEqual(namesAt(30_000), ['third'])
  })

  it('are there before the first moment comes', () => {
    assert.deepEqual(namesAt(-1).slice(0, 1), ['first'])
  })
})

describe('stored signing keys', () => {
  it('are sealed: the database alone gives no private key, nor does another secret', async () => {
    const db = await freshDatabase()
    const queryable = { query: (statement: { text: string }) => db.query(statement) }
    const secret = Buffer.alloc(32, 1)
    const keys = createSigningKeys(queryable as never, secret, Date.now)
    const { signing } = await keys.current()
    assert.ok(signing.d)
    const { rows } = await db.query<{ row: string }>(
      'select k::text as row from identity.signing_key k',
    )
    assert.equal(rows.length, 1)
    assert.equal(rows[0]?.row.includes(signing.d), false)
    const others = createSigningKeys(queryable as never, Buffer.alloc(32, 2), Date.now)
    await assert.rejects(others.current())
  })
})
