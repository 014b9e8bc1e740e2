import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freshDatabase, freshDatabaseUrl } from '../../tests/database.ts'
import { atEndOfFile } from '../../tests/endings.ts'
import { createNotices, type Notices } from './notices.ts'

/** Waits for something to become true; fails after ten seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1_000, 'not within ten seconds')
    await pause(10)
  }
}

async function listening(): Promise<{ notices: Notices; other: pg.Client; heard: string[] }> {
  const url = await freshDatabaseUrl()
  const notices = createNotices(url, 'news')
  const heard: string[] = []
  notices.subscribe(
    (payload) => heard.push(payload),
    () => heard.push(notices.isWhole() ? 'anew, whole' : 'anew'),
  )
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  atEndOfFile(() => Promise.all([notices.close(), other.end()]))
  await until(() => notices.isWhole())
  return { notices, other, heard }
}

test('what another connection tells is heard when it commits, and not before', async () => {
  const { other, heard } = await listening()
  await other.query("begin; select pg_notify('news', 'vgr p1')")
  await pause(100)
  assert.deepEqual(heard, ['anew'])
  await other.query('commit')
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['anew', 'vgr p1'])
})

test('a lost connection is told, nothing is whole meanwhile, and what is told afterwards is heard', async () => {
  const { notices, other, heard } = await listening()
  await other.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await until(() => heard.length === 3 && notices.isWhole())
  assert.deepEqual(heard, ['anew', 'anew', 'anew'])
  await other.query("select pg_notify('news', 'vgr p2')")
  await until(() => heard.includes('vgr p2'))
})

test('every change of what the law knows is told, with region and patient', async () => {
  const db = await freshDatabase()
  const client = await db.connect()
  const heard: string[] = []
  client.on('notification', ({ payload = '' }) => heard.push(payload))
  await client.query('listen karna_law')
  await client.query(
    "insert into law.person values ('vgr', 'p1', null, false), ('vgr', 'p2', null, false)",
  )
  await client.query("insert into law.holding values ('vgr', 'p3', 'u', 'v')")
  await client.query(
    "insert into law.holding values ('vgr', 'p3', 'u', 'v') on conflict do nothing",
  )
  await client.query("insert into law.care_relation values ('vgr', 'p4', 'u', now())")
  await client.query(
    "insert into law.care_relation values ('vgr', 'p4', 'u', now()) on conflict (region, patient, unit) do update set until = excluded.until",
  )
  await client.query(
    "insert into law.decision (region, patient, kind, decided_by) values ('vgr', 'p5', 'block', 'x')",
  )
  await client.query('update law.decision set ended_at = now()')
  await client.query("delete from law.person where patient = 'p2'")
  client.release()
  assert.deepEqual(
    heard.sort(),
    ['p1', 'p2', 'p2', 'p3', 'p4', 'p4', 'p5', 'p5'].map((patient) => `vgr ${patient}`),
  )
})
