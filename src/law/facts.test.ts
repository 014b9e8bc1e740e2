import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { atEndOfFile } from '../../tests/endings.ts'
import { createDatabase } from '../db/database.ts'
import { createNotices } from '../db/notices.ts'
import { query, sql } from '../db/sql.ts'
import { createFacts, type Facts } from './facts.ts'
import { noteMerged } from './merge-patients.ts'

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

test('what closes a record holds for every id of the person, also round in a circle, and what opens it for one (PDL 4:4)', async () => {
  const { db, mine } = await two(Date.now, false)
  const merged = [
    { region: 'vgr', former: 'p0', survivor: 'p1' },
    { region: 'vgr', former: 'p1', survivor: 'p2' },
    { region: 'vgr', former: 'p2', survivor: 'p0' },
  ]
  assert.equal(await blocksIn(mine), 0)
  for (const each of noteMerged(merged)) await query(db, each)
  for (const patient of ['p0', 'p1', 'p2']) mine.forget(patient)
  const id = await mine.decide({ ...block, patient: 'p0' })
  await mine.decide({ kind: 'relation', patient: 'p0', person: 'x', unit: 'u', decidedBy: 'x' })
  for (const patient of ['p1', 'p2']) {
    const { decisions } = await mine.of(patient)
    assert.deepEqual(
      decisions.map(({ kind }) => kind),
      ['block'],
      patient,
    )
  }
  await mine.end('p0', id)
  assert.equal(await blocksIn(mine), 0)
  await query(
    db,
    sql`insert into law.person (region, patient, birth_date, is_protected) values ('vgr', 'p2', '1990-01-01', true)`,
  )
  for (const patient of ['p0', 'p1', 'p2']) mine.forget(patient)
  const { isProtected, birthDate } = await mine.of('p0')
  assert.deepEqual([isProtected, birthDate], [true, undefined])
  assert.deepEqual([...(await mine.protectedByMerge())].sort(), ['p0', 'p1', 'p2'])
})
