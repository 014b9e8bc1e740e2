import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { createRegionSamples } from './region-samples.ts'
import { classOf, noTimes, timeWithin } from './time-classes.ts'

const START = Date.parse('2026-11-24T08:02:00Z')
const MINUTE = 60_000
let db: Database
before(async () => {
  db = createDatabase(await freshDatabaseUrl())
})
after(() => db.end())

/** A clock of its own and what is measured by it. */
function measuring(at = START) {
  const clock = { at }
  return { clock, samples: createRegionSamples(db, () => clock.at) }
}

test('what several processes note of a region is one row of five minutes', async () => {
  const [one, other] = [measuring(), measuring()]
  for (const { samples } of [one, other]) {
    samples.asked('skane', 40, true)
    samples.asked('skane', 3_500, false)
    samples.pinged('skane', 12, 'Melior 216')
    await samples.flush()
  }
  const rows = await query<{ asked: number; failed: number; pings: number; times: number[] }>(
    db,
    sql`select asked, failed, pings, times from systems.region_sample where region = 'skane'`,
  )
  assert.equal(rows.length, 1)
  const [row] = rows
  assert.deepEqual([row?.asked, row?.failed, row?.pings], [4, 2, 2])
  assert.equal(row?.times[classOf(40)], 2)
})

test('a day is told by half hours, with gaps where nothing was answered, and a month by how much it was there', async () => {
  const { clock, samples } = measuring()
  samples.asked('orebro', 90, true)
  samples.pinged('orebro', 30, 'Cosmic 4.2')
  clock.at += 45 * MINUTE
  samples.pinged('orebro', undefined)
  samples.pinged('orebro', 30, 'Cosmic 4.3')
  clock.at += 15 * MINUTE
  samples.pinged('orebro', undefined)
  await samples.flush()
  const measured = (await samples.measured()).get('orebro')
  assert.equal(measured?.version, 'Cosmic 4.3')
  assert.equal(measured?.available, 0.5)
  assert.deepEqual([measured?.askedToday, measured?.failedToday], [1, 0])
  const last = measured?.day.slice(-3)
  assert.deepEqual(
    last?.map(({ at, asked, pings, missed }) => [at, asked, pings, missed]),
    [
      ['2026-11-24T08:00:00.000Z', 1, 1, 0],
      ['2026-11-24T08:30:00.000Z', 0, 2, 1],
      ['2026-11-24T09:00:00.000Z', 0, 1, 1],
    ],
  )
  const [asked, pinged, silent] = last ?? []
  assert.ok((asked?.p95 ?? 0) > 60 && (asked?.p95 ?? 0) <= 100)
  assert.ok((pinged?.p95 ?? 0) > 20 && (pinged?.p95 ?? 0) <= 35)
  assert.equal(silent?.p95, undefined)
  assert.equal(measured?.day.length, 48)
})

test('what cannot be written is kept, and what is older than a month goes', async () => {
  const { clock, samples } = measuring()
  let isAway = true
  const sometimes = {
    query: (...given: Parameters<Database['query']>) =>
      isAway ? Promise.reject(new Error('away')) : db.query(...given),
  } as Database
  const careful = createRegionSamples(sometimes, () => clock.at)
  careful.asked('blekinge', 10, true)
  await assert.rejects(careful.flush())
  careful.asked('blekinge', 10, true)
  isAway = false
  await careful.flush()
  assert.equal((await samples.measured()).get('blekinge')?.askedToday, 2)
  clock.at += 32 * 86_400_000
  samples.pinged('gotland', 1)
  await samples.flush()
  const rows = await query<{ region: string }>(db, sql`select region from systems.region_sample`)
  assert.deepEqual(
    rows.map(({ region }) => region),
    ['gotland'],
  )
})

test('a region is silent after two pings without an answer, since the first of them', () => {
  const { clock, samples } = measuring()
  samples.pinged('dalarna', undefined)
  assert.equal(samples.silentSince('dalarna'), undefined)
  clock.at += MINUTE
  samples.pinged('dalarna', undefined)
  assert.equal(samples.silentSince('dalarna'), START)
  samples.pinged('dalarna', 20)
  assert.equal(samples.silentSince('dalarna'), undefined)
})

test('the time that a share came within lies in the right class', () => {
  const times = noTimes()
  assert.equal(timeWithin(times, 0.95), undefined)
  for (let n = 0; n < 95; n++) times[classOf(50)] = (times[classOf(50)] ?? 0) + 1
  for (let n = 0; n < 5; n++) times[classOf(9_000)] = (times[classOf(9_000)] ?? 0) + 1
  assert.equal(timeWithin(times, 0.95), 60)
  assert.equal(timeWithin(times, 0.99), 3_000)
})

test('what a region calls its version is kept in a form that can be', async () => {
  const { samples } = measuring()
  samples.pinged('orebro', 12, `Cosmic\u0000 10 \ud800${'x'.repeat(500)}`)
  await samples.flush()
  const [row] = await query<{ version: string }>(
    db,
    sql`select version from systems.region_sample where region = 'orebro'`,
  )
  assert.match(row?.version ?? '', /^Cosmic {2}10 \ufffdx+$/)
  assert.equal(row?.version.length, 100)
})
