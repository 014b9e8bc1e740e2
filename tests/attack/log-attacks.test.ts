import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createAccessLog } from '../../src/law/access-log.ts'
import { createChains } from '../../src/law/log-chain.ts'
import { type HonestLog, writeHonestLog } from '../../tools/faults/honest-log.ts'
import { tamperRun } from '../../tools/faults/tamper-run.ts'
import { freshDatabase, freshDatabaseUrl } from '../database.ts'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import { bundle, doctor } from './attacked.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-attack-log-'))
let world: KarnaUnderTest
let honest: HonestLog
before(async () => {
  world = await openWorld()
  honest = await writeHonestLog(await freshDatabaseUrl(), folder)
})
after(() => rmSync(folder, { recursive: true, force: true }))

const read = (below: string) => world.ask('anna.nystrom', 'GET', `vgr/${below}`)
const run = (text: string) => world.db.query({ text })

/** What the log says was disclosed to the ward's doctor since. */
async function logged(since: string): Promise<Set<string>> {
  const { rows } = await world.db.query<{ resources: string }>({
    text: `select l.resources from law.access_log l join law.access_context c on c.id = l.context
      where l.at > $1::timestamptz and l.outcome = 'permit' and c.kind = 'staff'`,
    values: [since],
  })
  return new Set(rows.flatMap(({ resources }) => resources.split(' ')))
}

async function now(): Promise<string> {
  const { rows } = await world.db.query<{ at: string }>({
    text: 'select max(at)::text as at from law.access_log',
  })
  return rows[0]?.at ?? ''
}

/** Every version that stands in an answer: `Observation/v1/1`. */
function shownIn(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(shownIn)
  if (typeof json !== 'object' || json === null) return []
  const { resourceType, id, meta } = json as {
    resourceType?: string
    id?: string
    meta?: { versionId?: string }
  }
  const own =
    resourceType && id && meta?.versionId ? [`${resourceType}/${id}/${meta.versionId}`] : []
  return [...own, ...Object.values(json).flatMap(shownIn)]
}

test('AU01 whatever an answer holds, the log names', async () => {
  const entry = ['Observation/v3', 'Observation?patient=p1&_count=2'].map((url) => ({
    request: { method: 'GET', url },
  }))
  const asks = [
    ...[
      'Observation/v1',
      'Observation/v2/_history/1',
      'Observation/v4/_history',
      'Encounter/_history',
      'Observation?patient=p1&_include=*&_revinclude=DiagnosticReport:result',
      'Patient?birthdate=1980-01-01',
      'Condition?_count=1',
    ].map((below) => () => read(below)),
    () => world.ask('anna.nystrom', 'POST', 'vgr', bundle('batch', entry).body),
  ]
  for (const ask of asks) {
    const before = await now()
    const shown = shownIn((await ask()).json)
    assert.ok(shown.length > 0)
    const told = await logged(before)
    assert.deepEqual(
      shown.filter((each) => !told.has(each)),
      [],
    )
  }
})

test('AU02 no statement of the application’s changes or shortens the log', async () => {
  for (const table of [
    'law.access_log',
    'law.access_context',
    'law.log_checkpoint',
    'law.log_cosignature',
  ]) {
    await assert.rejects(run(`delete from ${table}`), /only added to/)
    await assert.rejects(run(`truncate ${table} cascade`), /only added to|cannot/)
  }
  await assert.rejects(run("update law.access_log set outcome = 'permit'"), /only added to/)
  await assert.rejects(run("update law.access_log_2026 set outcome = 'permit'"), /only added to/)
})

const found = async (isWanted: (way: string) => boolean) => {
  const { tried, undetected, misplaced, falseAlarms } = await tamperRun(honest, 80, isWanted)
  assert.equal(tried, 80)
  assert.deepEqual([undetected, misplaced, falseAlarms], [[], [], []])
}

test('AU03 whoever may do anything to the database changes no entry unseen', async () => {
  await found((way) =>
    /edited|taken away|there twice|put in|put before|places|somebody else|moved/.test(way),
  )
})

test('AU04 a tail that was cut, and an earlier state put back, are seen', async () => {
  await found((way) => /cut|put back|whole chain/.test(way))
})

test('AU05 a clock that goes back changes no order, and what is back-dated is seen', async () => {
  await found((way) => /back-dated/.test(way))
  const db = await freshDatabase()
  const clock = [3, 3, 3, 0, 0, 1, 0].map((day) => Date.UTC(2026, 10, 20 + day))
  const chains = createChains(db, () => clock.shift() ?? 0, { version: '1', process: 'attack' })
  const log = createAccessLog(db, chains)
  for (let index = 0; index < 5; index++) {
    await log.append([
      {
        access: doctor,
        patient: 'p1',
        action: 'read',
        outcome: 'permit',
        paragraph: undefined,
        resources: [],
      },
    ])
  }
  const { rows } = await db.query<{ at: Date }>(
    'select at from law.access_log order by writer, seq',
  )
  const times = rows.map(({ at }) => at.getTime())
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  )
  assert.ok(Math.min(...times) >= Date.UTC(2026, 10, 23))
})

test('AU07 nothing leaves while the log can’t be written', async () => {
  await run('alter table law.access_log rename to gone')
  try {
    for (const below of [
      'Observation/v1',
      'Observation?patient=p1',
      'Observation/_history',
      'Patient/p1',
    ]) {
      const { status, text } = await read(below)
      assert.equal(status, 503, below)
      assert.doesNotMatch(text, /"Hb"|"Ek"/)
    }
  } finally {
    await run('alter table law.gone rename to access_log')
  }
})

/** A request over a socket, sent and not yet answered, whose caller can hang up. */
async function leaver(below: string) {
  const origin = await world.karna.api.listen({ port: 0, host: '127.0.0.1' })
  const { token } = await world.karna.identity.issueToken('anna.nystrom')
  const headers = { authorization: `Bearer ${token}` }
  const request = get(`${origin}/fhir/vgr/${below}`, { headers })
  request.on('error', () => {}) // hanging up is one
  await pause(300)
  return request
}

test('AU08 an answer waits for its row, and a caller who leaves is logged all the same', async () => {
  const before = await now()
  const other = new pg.Client({ connectionString: world.url })
  await other.connect()
  await other.query('begin; lock table law.access_log in access exclusive mode')
  const answers = ['Observation?patient=p1', 'Observation/v5', 'Observation/v6/_history'].map(
    (below) => read(below),
  )
  const gone = await leaver('Observation/v7')
  const first = await Promise.race([...answers, pause(500)])
  gone.destroy()
  await other.query('rollback')
  await other.end()
  assert.equal(first, undefined, 'an answer left before its row')
  await Promise.all(answers)
  let told = await logged(before)
  for (let tries = 0; !told.has('Observation/v7/1') && tries < 50; tries++) {
    await pause(100)
    told = await logged(before)
  }
  for (const name of ['Observation/v0/1', 'Observation/v5/1', 'Observation/v6/1'])
    assert.ok(told.has(name), name)
})

test('AU10 who reads the log is in it, before anything is told', async () => {
  const { token } = await world.karna.identity.issueToken('per.oberg')
  const headers = { authorization: `Bearer ${token}` }
  const ask = (url: string) => world.karna.api.inject({ url, headers })
  for (const [url, action] of [
    ['/log/vgr/patients/p1', 'extract-log'],
    ['/log/vgr/patients/p1/extract.pdf', 'extract-log'],
    ['/fhir/vgr/AuditEvent?patient=p1', 'read-log'],
  ] as const) {
    const before = await now()
    assert.equal((await ask(url)).statusCode, 200, url)
    const { rows } = await world.db.query<{ action: string }>({
      text: "select action from law.access_log where at > $1::timestamptz and patient = 'p1'",
      values: [before],
    })
    assert.deepEqual(rows, [{ action }], url)
  }
  const { rows } = (await ask('/log/vgr/patients/p1')).json()
  for (const row of rows) assert.ok(row.unit && row.from, 'unit and time')
})

test('AU16 no year of the log goes before its five years are over', async () => {
  for (const year of [2026, new Date().getUTCFullYear() - 5]) {
    await assert.rejects(run(`select law.let_go_of_year(${year})`), /must be kept|does not exist/)
  }
  await assert.rejects(run('select law.let_go_of_year(2026)'), /must be kept/)
})
