import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Answer, type KarnaUnderTest, startKarna } from '../e2e/karna-under-test.ts'
import { fill } from '../two-worlds/worlds.ts'
import { operation, UNITS } from './attacked.ts'

const HOUR = 10
const DOCTOR = 'anna.nystrom'
const REVIEWER = 'per.oberg'

let world: KarnaUnderTest
before(async () => {
  world = await startKarna(undefined, undefined, { lookUps: { hour: HOUR, day: 25 } })
  await fill(world, true)
})

const run = (text: string, ...values: unknown[]) => world.db.query({ text, values })
/** Nobody has looked up anybody yet. Remembered counts are by target: another round asks for others. */
const afresh = () => run('delete from law.look_up')
const get = (path: string, login = DOCTOR, headers = {}) =>
  world.ask(login, 'GET', path, undefined, headers)

/** Every way to ask about somebody, by a number that makes each another; whether there is one or not. */
const WAYS: Readonly<Record<string, (n: number) => Promise<Answer>>> = {
  'a read of something hidden or nowhere': (n) =>
    get(n === 3 ? 'vgr/Observation/h-own-other0' : `vgr/Observation/none-${n}`),
  'a read of a person': (n) => get(`vgr/Patient/none-${n}`),
  'a version': (n) => get(`vgr/Observation/none-v${n}/_history/1`),
  'a history': (n) => get(`vgr/Observation/none-h${n}/_history`),
  'a record': (n) => get(`vgr/Observation?patient=${n === 3 ? 'p2' : `none-s${n}`}`),
  'a person by id': (n) => get(`vgr/Patient?_id=none-i${n}`),
  'a personal number': (n) =>
    get(`vgr/Patient?identifier=urn:oid:1.2.752.129.2.1.3.1|19${n + 1000000000}`),
  'a name': (n) => get(`vgr/Patient?name=${n === 3 ? 'Al' : `Nam${n}`}`),
  'a reason that is sent with each': (n) =>
    get(`vgr/Observation?patient=none-r${n}`, DOCTOR, { 'x-karna-reason': 'Akut%20jour' }),
  'an operation': (n) => get(`vgr/Patient/none-o${n}/$explain`),
  'a change': (n) => world.ask(DOCTOR, 'DELETE', `vgr/Observation/none-d${n}`),
  'all regions, a read': (n) => get(`all/Observation/vgr.none-${n}`),
  'all regions, a number': (n) =>
    get(`all/Patient?identifier=urn:oid:1.2.752.129.2.1.3.1|19${n + 2000000000}`),
}

for (const [way, asked] of Object.entries(WAYS)) {
  test(`AZ43 ${way} is answered so often, and then throttled, found or not`, async () => {
    await afresh()
    const statuses: number[] = []
    for (let n = 0; n < HOUR + 3; n++) statuses.push((await asked(n)).status)
    assert.deepEqual(
      statuses.map((status) => status === 429),
      Array.from({ length: HOUR + 3 }, (_, n) => n >= HOUR),
      String(statuses),
    )
  })
}

test('AZ43 who is throttled is told why, what still holds and when to come back; care goes on', async () => {
  await afresh()
  await run(
    `insert into law.look_up select 'SE2321000131-P000000000001', int4send(n), now() - interval '10 minutes', 1 from generate_series(1, $1) n`,
    HOUR,
  )
  const { status, headers, json, text } = await get('vgr/Observation/none-x')
  assert.equal(status, 429)
  assert.equal(headers['cache-control'], 'no-store')
  const wait = Number(headers['retry-after'])
  assert.ok(wait > 2_900 && wait <= 3_000, String(headers['retry-after']))
  assert.equal(json.issue[0].code, 'throttled')
  assert.match(text, /outside your care.*Patients in care at your unit are open.*Retry-After/)
  assert.equal((await get('vgr/Observation?patient=p1')).status, 200)
  assert.equal((await get('vgr/Observation/v1')).status, 200)
  assert.equal((await get('vgr/Observation?patient=p5')).status, 429)
  const stated = { reason: 'Kom in medvetslös' }
  assert.equal(
    (await world.ask(DOCTOR, 'POST', 'vgr/Patient/p2/$state-relation', operation(stated))).status,
    200,
  )
  assert.equal((await get('vgr/Observation?patient=p2')).status, 200)
  assert.equal((await get('vgr/Observation/none-y', 'lina.ek')).status, 404, 'another user')
})

test('AZ43 the count is the user’s, over tokens, restarts and processes, for an hour and for a day', async () => {
  await afresh()
  for (let n = 0; n < HOUR; n++) await get(`vgr/Observation/none-t${n}`)
  const { token } = await world.karna.identity.issueToken(DOCTOR)
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await get('vgr/Observation/none-other', DOCTOR, headers)).status, 429)
  const process = await startKarna(undefined, undefined, {
    lookUps: { hour: HOUR, day: 25 },
    databaseUrl: world.url,
  })
  const there = await process.ask(DOCTOR, 'GET', 'vgr/Observation/none-other')
  assert.equal(there.status, 429)
  await run("update law.look_up set at = at - interval '61 minutes'")
  assert.equal((await get('vgr/Observation/none-other')).status, 404)
  await run("update law.look_up set cost = 3, at = at - interval '2 hours'")
  assert.equal((await get('vgr/Observation/none-another')).status, 429, 'the day is spent')
})

test('AZ43 a batch is counted entry by entry', async () => {
  await afresh()
  const entry = Array.from({ length: HOUR + 10 }, (_, n) => ({
    request: { method: 'GET', url: `Observation/none-b${n}` },
  }))
  const { json } = await world.ask(DOCTOR, 'POST', 'vgr', {
    resourceType: 'Bundle',
    type: 'batch',
    entry,
  })
  const statuses: string[] = json.entry.map(
    (each: { response: { status: string } }) => each.response.status,
  )
  assert.ok(
    statuses.filter((status) => status === '404').length <= HOUR + 8,
    'as many as go at once',
  )
  assert.ok(statuses.includes('429'))
})

test('AZ43 the log reviewers are told of who is throttled, once, and no patient with it', async () => {
  await afresh()
  await run('alter table law.alert disable trigger append_only')
  await run('delete from law.alert')
  for (let n = 0; n < HOUR + 5; n++) await get(`vgr/Observation/none-a${n}`)
  const { rows } = await run('select kind, region, person, unit, patient from law.alert')
  const person = 'SE2321000131-P000000000001'
  assert.deepEqual(rows, [
    { kind: 'look-ups', region: 'vgr', person, unit: UNITS.ward, patient: null },
  ])
  const { rows: logged } = await world.db.query<{ refused: number }>({
    text: "select count(*)::int as refused from law.access_log where outcome = 'deny' and paragraph = 'PDL 4:1' and patient is null",
    values: [],
  })
  assert.ok((logged[0]?.refused ?? 0) >= 5)
})

test('AZ43 numbers tried at the log desk are counted too', async () => {
  await afresh()
  const { token } = await world.karna.identity.issueToken(REVIEWER)
  const ask = async (numbers: readonly string[]) =>
    (
      await world.karna.api.inject({
        method: 'POST',
        url: '/log/vgr/patients',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: JSON.stringify({ numbers, ids: [] }),
      })
    ).statusCode
  const numbers = Array.from({ length: HOUR + 1 }, (_, n) => `19${n + 1000000000}`)
  assert.equal(await ask(numbers.slice(0, 5)), 200)
  assert.equal(await ask(numbers), 429)
})

test('AZ43 a day’s work at a ward is never stopped', async () => {
  const ward = await startKarna()
  await fill(ward, true)
  const patients = Array.from({ length: 40 }, (_, n) => `w${n}`)
  await ward.db.query({
    text: `insert into law.care_relation (region, patient, unit, until)
      select 'vgr', unnest($1::text[]), $2, now() + interval '1 day'`,
    values: [patients, UNITS.ward],
  })
  const ask = async (path: string) => (await ward.ask(DOCTOR, 'GET', `vgr/${path}`)).status
  const TYPES = ['Observation', 'Condition', 'MedicationRequest', 'Encounter', 'DiagnosticReport']
  for (const patient of patients) {
    const overview = TYPES.map((type) => ask(`${type}?patient=${patient}&_count=50`))
    assert.deepEqual(new Set(await Promise.all(overview)), new Set([200]))
  }
  for (let round = 0; round < 15; round++) {
    assert.equal(
      await ask(`Encounter?status=in-progress&_count=50&_include=Encounter:subject`),
      200,
    )
    assert.equal(await ask(`Patient?name=Ek${'x'.repeat(round)}`), 200)
  }
  const system = ward.karna.loadTarget('vgr')
  for (let n = 0; n < 50; n++) await system.find(`Patient?identifier=x|${n}`)
  const { rows } = await ward.db.query<{ cost: number }>({
    text: 'select coalesce(sum(cost), 0)::int as cost from law.look_up',
    values: [],
  })
  assert.ok((rows[0]?.cost ?? 99) <= 15, 'only names that nobody has')
})
