import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { Problem } from '../fhir/problem.ts'
import { createDatabase } from './database.ts'

test('a connection that is lost in the middle of a transaction fails that transaction alone', async () => {
  const db = createDatabase(await freshDatabaseUrl(), 1)
  const lost = db.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ pid: number }>({
      text: 'select pg_backend_pid() as pid',
    })
    await db.query({ text: 'select pg_terminate_backend($1)', values: [rows[0]?.pid] })
    await pause(50)
    return transaction.query({ text: 'select 1' })
  })
  await assert.rejects(lost, (thrown) => thrown instanceof Problem && thrown.code === 'transient')
  assert.equal(await db.transaction(async () => 'goes on'), 'goes on')
  await db.end()
})
