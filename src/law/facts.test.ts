import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { atEndOfFile } from '../../tests/endings.ts'
import { createDatabase } from '../db/database.ts'
import { createNotices } from '../db/notices.ts'
import { query, sql } from '../db/sql.ts'
import { createFacts, type Facts } from './facts.ts'

/** Two processes' memories over one database. */
async function two(now: () => number, listen = true) {
  const url = await freshDatabaseUrl()
  const db = createDatabase(url, 1)
  const notices = listen ? createNotices(url, 'karna_law') : undefined
  atEndOfFile(async () => {
    await notices?.close()
    await db.end()
  })
  const make = () => createFacts(db, 'vgr', now, notices)
  while (notices && !notices.isWhole()) await pause(5)
  return { db, mine: make(), others: make() }
}

const block = { kind: 'block', patient: 'p1', unit: 'u', decidedBy: 'x' } as const
const blocksIn = async (facts: Facts) => (await facts.of('p1')).decisions.length

test('a block that another process sets holds here as soon as it is told, not when the memory ends', async () => {
  const at = Date.now()
  const { mine, others } = await two(() => at) // no time goes: only what is told can change anything
  assert.equal(await blocksIn(mine), 0)
  await others.decide(block)
  for (let tries = 0; (await blocksIn(mine)) === 0; tries++) {
    assert.ok(tries < 1_000, 'not within ten seconds')
    await pause(10)
  }
})

test('what is told of one patient leaves the others remembered', async () => {
  const at = Date.now()
  const { db, mine, others } = await two(() => at)
  await mine.ofMany(['p1', 'p2'])
  await query(db, sql`alter table law.decision disable trigger user`)
  await others.decide({ ...block, patient: 'p2' })
  await query(db, sql`alter table law.decision enable trigger user`)
  await others.decide(block)
  while ((await blocksIn(mine)) === 0) await pause(2)
  assert.equal((await mine.of('p2')).decisions.length, 0) // nobody told: still remembered
})

test('where nothing is heard, facts are believed for a second', async () => {
  let at = Date.parse('2026-11-24T12:00:00Z')
  const { mine, others } = await two(() => at, false)
  assert.equal(await blocksIn(mine), 0)
  await others.decide(block)
  at += 900
  assert.equal(await blocksIn(mine), 0)
  at += 200
  assert.equal(await blocksIn(mine), 1)
})

test('what ends or begins by itself is not believed beyond that', async () => {
  let at = Date.now()
  const { mine } = await two(() => at)
  const soon = Date.now() + 2_500
  await mine.decide({ ...block, expires: soon })
  await mine.decide({ ...block, unit: 'v', starts: soon })
  assert.deepEqual(
    (await mine.of('p1')).decisions.map(({ unit }) => unit),
    ['u'],
  )
  await pause(soon - Date.now() + 20)
  at = Date.now()
  assert.deepEqual(
    (await mine.of('p1')).decisions.map(({ unit }) => unit),
    ['v'],
  )
})
