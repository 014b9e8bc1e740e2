import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { createUpkeep } from './maintain.ts'

let db: Database
before(async () => {
  db = createDatabase(await freshDatabaseUrl(), 1)
})
after(() => db.end())

test('the planner is told when a table has grown from nothing', async () => {
  const upkeep = createUpkeep(db)
  assert.equal(await known(), -1)
  upkeep.wrote(99)
  await pause(50)
  assert.equal(await known(), -1)
  upkeep.wrote(1)
  assert.equal(await eventually(known, (rows) => rows === 0), 0)
})

test('token entries are merged when they are many', async () => {
  const upkeep = createUpkeep(db)
  await db.query({
    text: `insert into store.res (tenant, type, id, ver, upd, deleted, unit, provider, tok)
      select 1, 1, gen_random_uuid(), 1, now(), false, 1, 1, array[n] from generate_series(1, 500) n`,
  })
  assert.ok((await pending()) > 0)
  upkeep.wrote(4_000)
  assert.equal(await eventually(pending, (pages) => pages === 0), 0)
})

async function known(): Promise<number | undefined> {
  const { rows } = await db.query<{ known: number }>({
    text: "select reltuples as known from pg_class where oid = 'store.res'::regclass",
  })
  return rows[0]?.known
}

/** Pages in the index's list, as its first page says. */
async function pending(): Promise<number> {
  await db.query({ text: 'create extension if not exists pageinspect' })
  const { rows } = await db.query<{ pages: number }>({
    text: `select n_pending_pages::int as pages
      from gin_metapage_info(get_raw_page('store.res_by_token', 0))`,
  })
  return rows[0]?.pages ?? 0
}

async function eventually<T>(ask: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const value = await ask()
    if (wanted(value)) return value
    await pause(25)
  }
  return ask()
}
