import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { before, test } from 'node:test'
import { MILLENNIUM } from '../../simulators/fhir-server/millennium.ts'
import { parseJson } from '../../src/fhir/json/parse.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import { signStatement, verifyStatement } from '../../src/identity/peer-statement.ts'
import type { Access, ProxyAccess } from '../../src/law/access.ts'
import type { Gate } from '../../src/law/gate.ts'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { recordsOf, searchIn, startFhirServer } from '../fhir-server.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import { appWith, doctor, gateOf } from './attacked.ts'

let world: KarnaUnderTest
let gate: Gate
before(async () => {
  world = await openWorld()
  gate = gateOf(world)
})

/** What a search through the gate finds, for whom the demo has no token: `Type/id`, sorted. */
async function found(access: Access, type: ResourceType, text: string): Promise<string[]> {
  const { hits } = await gate.search(access, queryOf(type, text))
  return hits.map(({ resource: { key } }) => `${key.type}/${key.id}`).sort()
}

function queryOf(type: ResourceType, text: string) {
  const { types } = gate.capability()
  return parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
}

const run = (text: string, ...values: unknown[]) => world.db.query({ text, values })
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1_100))
const read = (access: Access, type: ResourceType, id: string, version?: string) =>
  gate.read(access, { type, id }, version)

test('AZ39 a source that answers more than it was asked for shows no more than may be seen', async () => {
  const resources = recordsOf('sormland')
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')?.id ?? ''
  const { system } = await startFhirServer(MILLENNIUM, 'sormland', resources)
  const all = (await searchIn(system, 'Encounter', `patient=${patient}`)).hits
  const units = new Set(all.map(({ resource }) => resource.origin.unit))
  const [unit = ''] = units
  assert.ok(units.size > 1, 'the source keeps what several units noted')
  const sight = mintSight({ ...EVERYTHING, patients: [patient], units: [unit] })
  for (const text of [`patient=${patient}`, `patient=${patient}&_total=accurate&_count=1`]) {
    const page = await searchIn(system, 'Encounter', text, sight)
    assert.ok(page.hits.every(({ resource }) => resource.origin.unit === unit))
    assert.ok(page.hits.length > 0)
  }
})

test('AZ39 a statement of another region opens once, here, for its question, and signed as agreed', async () => {
  const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const agreed = { issuer: 'https://nord.example', audience: 'https://syd.example' }
  const peer = { ...agreed, key: ours.publicKey }
  const verifying = { db: world.db, peers: () => [peer], now: Date.now }
  const { user, userName, commission, unit, provider, purpose } = doctor
  const access = {
    kind: 'staff',
    role: 'doctor',
    user,
    userName,
    commission,
    unit,
    provider,
    purpose,
  } as const
  const stated = { relation: true, openings: [] }
  const statement = {
    access: { ...access, statedReason: undefined },
    patient: '189001019802',
    stated,
  }
  const sign = (by = { ...agreed, key: ours.privateKey }, question = 'q', at = Date.now()) =>
    signStatement(statement, by, question, at)
  const good = await sign()
  assert.equal((await verifyStatement(verifying, good, 'q')).access.user, doctor.user)
  for (const [wrong, why] of [
    [good, /been used/],
    [await sign({ ...agreed, key: theirs.privateKey }), /./],
    [await sign({ ...agreed, audience: 'https://other.example', key: ours.privateKey }), /aud/],
    [
      await sign({ ...agreed, issuer: 'https://other.example', key: ours.privateKey }),
      /no agreement/,
    ],
    [await sign(undefined, 'another'), /another question/],
    [await sign(undefined, 'q', Date.now() - 60_000), /./],
    [good.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')), /./],
  ] as const) {
    await assert.rejects(verifyStatement(verifying, wrong, 'q'), {
      code: 'forbidden',
      message: why,
    })
  }
})

const proxy = (basis: ProxyAccess['basis'], ownPatient: string): ProxyAccess => ({
  ...{ kind: 'proxy', region: 'vgr', user: '198001019999', userName: 'Prov Ombud' },
  ...{ commission: 'proxy', unit: 'proxy', provider: 'proxy', purpose: 'care' as const },
  ...{ statedReason: undefined, session: 'attack', ownPatient, basis },
})

const BORN = (years: number) => `${new Date().getUTCFullYear() - years}-01-01`

test('AZ40 a mandate that has ended opens nothing, nor a guardian’s right when the child is thirteen', async () => {
  const agent = proxy('mandate', 'p1')
  await assert.rejects(found(agent, 'Observation', ''), /PDL 5:5/)
  await run(
    "insert into law.decision (region, patient, kind, person, decided_by) values ('vgr', 'p1', 'mandate', $1, 't'), ('vgr', 'p1', 'guardian', $1, 't')",
    agent.user,
  )
  await aMoment()
  assert.ok((await found(agent, 'Observation', '')).length > 8)
  await assert.rejects(found(agent, 'Observation', 'patient=p2'), /PDL 5:5/)
  await run("update law.decision set ended_at = now() where kind = 'mandate'")
  for (const [age, opens] of [
    [12, true],
    [13, false],
    [17, false],
  ] as const) {
    await run("update law.person set birth_date = $1 where patient = 'p1'", BORN(age))
    await aMoment()
    await assert.rejects(found(agent, 'Observation', ''), /PDL 5:5/)
    const guardian = found(proxy('guardian', 'p1'), 'Observation', '')
    if (opens) assert.ok((await guardian).length > 8)
    else await assert.rejects(guardian, /OSL 12:3/)
  }
})

test('AZ43 a person’s id tells neither when it was made nor what comes next', async () => {
  const { transact } = world.karna.loadTarget('vgr')
  const bytes = Buffer.from('{"resourceType":"Patient","birthDate":"1970-01-01"}')
  const resource = validResource(parseJson(bytes))
  const create = { kind: 'create', type: 'Patient', resource, id: undefined } as const
  for (let index = 0; index < 8; index++) {
    const [result] = await transact([{ ...create, ifNoneExist: undefined }])
    const id = result?.resource?.key.id ?? ''
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/, 'random, not by time')
  }
})

test('AZ44 a count tells no number that points at somebody', async () => {
  const counter: Access = { ...doctor, purpose: 'feasibility-count' }
  const count = (text: string) => gate.countPersons(counter, queryOf('Observation', text))
  const [some, none] = [await count('code=c1'), await count('code=no-such')]
  assert.deepEqual(
    [some, none],
    [
      { from: 0, to: 9 },
      { from: 0, to: 9 },
    ],
  )
  assert.deepEqual(await count('patient=p1&code=c1'), none)
  await assert.rejects(gate.countPersons(doctor, queryOf('Observation', 'code=c1')), /PDL 5:7/)
  await assert.rejects(found(counter, 'Observation', 'patient=p1'), /PDL/)
  assert.deepEqual(await found(counter, 'Observation', 'code=c1'), [])
})

test('AZ45 a granular scope holds in reads, totals, includes, histories and conditions', async () => {
  const app = appWith(
    'p1',
    'patient/Observation.rs?code=urn:c|c1',
    'patient/DiagnosticReport.rs',
    'patient/Patient.rs',
  )
  const access: Access = { ...doctor, app }
  const mine = ['Observation/v1', 'Observation/v4', 'Observation/v7']
  assert.deepEqual(await found(access, 'Observation', 'patient=p1'), mine)
  assert.deepEqual(await found(access, 'Observation', 'patient=p1&code=c2'), [])
  const counted = await gate.search(access, queryOf('Observation', 'patient=p1&_summary=count'))
  assert.equal(counted.total, mine.length)
  assert.deepEqual(await found(access, 'Patient', '_id=p1&_revinclude=Observation:subject'), [
    ...mine,
    'Patient/p1',
  ])
  assert.deepEqual(
    await found(access, 'DiagnosticReport', 'patient=p1&_include=DiagnosticReport:result'),
    ['DiagnosticReport/d1', 'Observation/v1'],
  )
  assert.deepEqual(
    await found(access, 'Observation', 'patient=p1&_include=Observation:encounter'),
    mine,
  )
  await assert.rejects(read(access, 'Observation', 'v0'), { code: 'not-found' })
  await assert.rejects(read(access, 'Observation', 'v0', '1'), { code: 'not-found' })
  const type = 'Observation'
  const old = { type, since: undefined, count: 50, cursor: undefined } as const
  await assert.rejects(gate.history(access, { ...old, id: 'v0' }), { code: 'not-found' })
  const { versions } = await gate.history(access, { ...old, id: undefined })
  assert.deepEqual(versions.map(({ key }) => `Observation/${key.id}`).sort(), mine)
  await assert.rejects(found(access, 'Encounter', 'patient=p1'), /SMART/)
  await assert.rejects(found(access, 'Observation', 'patient=p3'), /SMART/)
})
