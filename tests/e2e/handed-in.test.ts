import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { opensslMissing, selfSigned } from '../../simulators/rivta/self-signed.ts'
import { demoDirectory, demoUnit } from '../../src/identity/demo-directory.ts'
import { startServiceContracts } from '../../src/service-contracts.ts'
import { createCheckBlocks } from '../../src/systems/rivta/national/check-blocks.ts'
import {
  createEngagementIndex,
  notifySubscriber,
} from '../../src/systems/rivta/national/engagement-index.ts'
import { createStoreLog, type LogPost } from '../../src/systems/rivta/national/store-log.ts'
import { createSoapClient, type SoapClient } from '../../src/systems/rivta/soap/soap-client.ts'
import type { SoapServer } from '../../src/systems/rivta/soap/soap-server.ts'
import { pieces, tag } from '../../src/systems/rivta/soap/write-xml.ts'
import { childrenOf, deepTextOf } from '../../src/systems/rivta/soap/xml-element.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'
import { condition, loadInto, ours, outerBlock, PROVIDER, WARD } from './national-records.ts'

/*
 * A region where a private care provider has records in the same store, over mutual TLS: who is asked at one logical address
 * answers for both, and takes both's accesses in other systems into the log.
 */

const OURS = 'SE2321000131-KARNA'
const PRIVATE_UNIT = demoUnit('vgr', 'privateHealthCentre')
const PRIVATE = demoDirectory.units.find(({ hsaId }) => hsaId === PRIVATE_UNIT)?.provider ?? ''
const NUMBER = '195001012394'
const skip = opensslMissing

let folder: string
let karna: KarnaUnderTest
let contracts: SoapServer | undefined
let clients: Record<'npo' | 'legacy' | 'patients', SoapClient>

before(async () => {
  if (skip) return
  folder = mkdtempSync(path.join(tmpdir(), 'karna-handed-in-'))
  karna = await startKarna(undefined, undefined, { nationalFile: settingsFile() })
  contracts = await startServiceContracts(karna.karna, demoDirectory)
  await loadInto(karna, [...ours(NUMBER), condition('c2', 'Ej astma', PRIVATE_UNIT)])
})

after(async () => {
  if (skip) return
  for (const client of Object.values(clients)) client.close()
  await contracts?.close()
  rmSync(folder, { recursive: true })
})

function settingsFile(): string {
  const [own, npo, legacy, patients] = ['karna', 'SE1-NPO', 'SE1-LEGACY', 'SE1-1177'].map((name) =>
    selfSigned(folder, name),
  )
  assert.ok(own && npo && legacy && patients)
  writeFileSync(path.join(folder, 'ca.pem'), Buffer.concat([npo.cert, legacy.cert, patients.cert]))
  const clientOf = (keys: typeof own) =>
    createSoapClient({ tls: { ...keys, ca: own.cert }, maxConnections: 2 })
  clients = { npo: clientOf(npo), legacy: clientOf(legacy), patients: clientOf(patients) }
  const at = (name: string) => path.join(folder, name)
  const settings = {
    tls: { cert: at('karna.crt'), key: at('karna.key'), ca: at('ca.pem') },
    ours: { vgr: { system: OURS, provider: PROVIDER, providers: [PRIVATE] } },
    port: 0,
    callers: {
      'SE1-NPO': { name: 'NPÖ', acts: 'shared-records' },
      'SE1-LEGACY': { name: 'Melior', acts: 'shared-records', logs: [PROVIDER] },
      'SE1-1177': { name: '1177', acts: 'patient' },
    },
  }
  writeFileSync(at('national.json'), JSON.stringify(settings))
  return at('national.json')
}

const service = (client: SoapClient, logicalAddress = OURS) => {
  return { client, url: contracts?.url ?? '', logicalAddress, deadline: 10_000 }
}

const SPACE = 'urn:riv:clinicalprocess:healthcond:description'

/** GetDiagnosis of the person, as another system asks. */
async function diagnoses(client: SoapClient, to = OURS) {
  const ids = [tag('core:id', NUMBER), tag('core:type', '1.2.752.129.2.1.3.1')]
  const names = ` xmlns:urn="${SPACE}:GetDiagnosisResponder:2" xmlns:core="${SPACE}:2"`
  const answer = await client.call({
    ...service(client, to),
    action: `${SPACE}:GetDiagnosisResponder:2:GetDiagnosis`,
    body: pieces(tag('urn:GetDiagnosis', tag('urn:patientId', ids), names)),
    maxBytes: 1_000_000,
  })
  if (answer.kind !== 'answer') throw answer.problem
  const items = childrenOf(answer.body).filter(({ name }) => name === 'diagnosis')
  return items.map(deepTextOf).sort()
}

const find = (client: SoapClient, more: object = {}, to = OURS) =>
  createEngagementIndex(service(client, to)).findContent({
    patient: NUMBER,
    serviceDomain: SPACE.replace('urn:', ''),
    ...more,
  })

test('one address answers for every care provider of the region, each with its own name', {
  skip,
}, async () => {
  const found = await diagnoses(clients.npo)
  assert.equal(found.length, 2)
  assert.match(found[0] ?? '', /Ej astma|Ingen pneumoni <5/)
  assert.ok(found.some((each) => each.includes(PRIVATE) && each.includes('Ej astma')))
  assert.ok(found.some((each) => each.includes(PROVIDER) && each.includes('Ingen pneumoni <5')))
  assert.equal((await diagnoses(clients.patients)).length, 2)
})

test('FindContent tells what we hold, to who asks under an agreement and at our address', {
  skip,
}, async () => {
  const found = await find(clients.npo)
  assert.deepEqual(
    found.map(({ categorization, logicalAddress, dataController, patient }) => ({
      ...{ categorization, logicalAddress, dataController, patient },
    })),
    [
      {
        categorization: 'dia',
        logicalAddress: OURS,
        dataController: 'SE2321000131',
        patient: NUMBER,
      },
    ],
  )
  assert.match(found[0]?.mostRecentContent ?? '', /^\d{14}$/)
  assert.equal(await personInLog(), 'SE1-NPO')
  assert.deepEqual(await find(clients.npo, { categorization: 'voo' }), [])
  assert.deepEqual(await find(clients.npo, { serviceDomain: 'riv:okänd' }), [])
  assert.deepEqual(await find(clients.npo, { patient: '191212121212' }), [])
  await assert.rejects(find(clients.npo, {}, 'SE1-ANOTHER'), { code: 'transient' })
})

/** Who left the newest row about the patient. */
async function personInLog() {
  const { rows } = await karna.db.query<{ person: string }>({
    text: `select c.person from law.access_log l join law.access_context c on c.id = l.context
      where l.patient = 'p1' order by l.at desc limit 1`,
  })
  return rows[0]?.person
}

const CHANGES = [
  {
    isDeleted: false,
    engagement: {
      patient: NUMBER,
      serviceDomain: SPACE.replace('urn:', ''),
      categorization: 'dia',
      logicalAddress: 'SE1-S',
      businessObjectInstanceIdentifier: 'NA',
      clinicalProcessInterestId: 'NA',
      mostRecentContent: undefined,
      sourceSystem: 'SE1-S',
      dataController: 'SE2321000131',
      owner: undefined,
    },
  },
]

test('what is addressed to somebody else is a fault, whatever is asked', { skip }, async () => {
  const elsewhere = service(clients.npo, 'SE1-ANOTHER')
  const actor = { employee: 'SE2-L', provider: 'SE2-P', unit: 'SE2-U' }
  const patient = { root: '1.2.752.129.2.1.3.1', extension: NUMBER }
  const at = { start: '2026-10-01T00:00:00Z', end: '2026-10-02T00:00:00Z' }
  const entities = [{ ...at, unit: WARD, provider: PROVIDER }]
  const blocks = createCheckBlocks(elsewhere)({ actor, patient, entities })
  await assert.rejects(blocks, /fault, Client/)
  await assert.rejects(notifySubscriber(elsewhere, CHANGES), { code: 'transient' })
  await assert.rejects(createEngagementIndex(elsewhere).update(CHANGES), { code: 'transient' })
  await assert.rejects(diagnoses(clients.npo, 'SE1-ANOTHER'), /fault, Client/)
  // A provider that isn't ours has blocks that nobody here knows of.
  const another = [...entities, { ...at, unit: 'SE9-U', provider: 'SE9-P' }]
  const asked = createCheckBlocks(service(clients.npo))({ actor, patient, entities: another })
  await assert.rejects(asked, { code: 'transient' })
})

const POST: LogPost = {
  logId: randomUUID(),
  system: 'SE2321000131-MELIOR',
  activity: 'Läsa',
  level: undefined,
  time: '2026-11-03T21:00:00.000Z',
  purpose: 'Vård och behandling',
  user: { id: 'SE2321000131-P9', assignment: 'Vård på avdelning 9', title: 'fysioterapeut' },
  careProvider: { id: PROVIDER, name: 'Regionen' },
  careUnit: { id: 'SE2321000131-U9', name: 'Rehabenheten' },
  patient: { root: '1.2.752.129.2.1.3.1', extension: NUMBER },
  kinds: ['Journaltext', 'Mätvärden'],
}
const post = (more: Partial<LogPost> = {}): LogPost => ({ ...POST, logId: randomUUID(), ...more })
const store = (posts: readonly LogPost[], client = clients.legacy, to = OURS) =>
  createStoreLog(service(client, to))(posts)

async function extract(query = '') {
  const { token } = await karna.karna.identity.issueToken('per.oberg')
  const { payload } = await karna.karna.api.inject({
    method: 'GET',
    url: `/log/vgr/patients/p1${query}`,
    headers: { authorization: `Bearer ${token}` },
  })
  return JSON.parse(payload)
}

test('what was done in another system is in the patient’s extract, at the time it was done', {
  skip,
}, async () => {
  assert.equal(await store([POST, post({ patient: undefined })]), 'stored')
  const { rows } = await extract('?from=2026-11-03&to=2026-11-04')
  assert.equal(rows.length, 1)
  const [{ unit, who, did, kinds, why }] = rows
  assert.deepEqual(
    { unit, who, did, kinds, why },
    {
      unit: 'Rehabenheten',
      who: 'Fysioterapeut',
      did: 'Läste',
      kinds: ['Journaltext', 'Mätvärden'],
      why: 'För din vård och behandling.',
    },
  )
  const { json } = await karna.ask(
    'per.oberg',
    'GET',
    'vgr/AuditEvent?patient=p1&agent=Practitioner/SE2321000131-P9',
  )
  assert.equal(json.entry.length, 1)
  const { recorded, source } = json.entry[0].resource
  assert.equal(recorded, POST.time)
  assert.equal(source.observer.identifier.value, 'SE2321000131-MELIOR')
})

test('a post is taken once, and a call with one that is known stores none', { skip }, async () => {
  const fresh = post()
  assert.equal(await store([fresh, POST]), 'refused')
  assert.equal(await store([fresh, fresh]), 'refused')
  const both = await Promise.all([store([fresh]), store([fresh])])
  assert.deepEqual(both.sort(), ['refused', 'stored'])
  const { rows } = await karna.db.query<{ count: string }>({
    text: `select count(*) from law.access_log where resources like 'LogPost/${fresh.logId}/%'`,
  })
  assert.equal(rows[0]?.count, '1')
})

test('what isn’t as the contract says, or isn’t theirs to hand in, is refused', {
  skip,
}, async () => {
  for (const wrong of [
    { logId: 'ett' },
    { time: '2026-02-30T10:00:00Z' },
    { time: new Date(Date.now() + 3_600_000).toISOString() },
    { purpose: ' ' },
    { system: 'SE'.padEnd(33, '1') },
    { kinds: [] },
  ]) {
    assert.equal(await store([post(), post(wrong)]), 'refused', JSON.stringify(wrong))
  }
  assert.equal(await store(Array.from({ length: 501 }, () => post())), 'refused')
  const kinds = (length: number) => Array.from({ length }, (_, at) => `Typ ${at}`)
  assert.equal(await store([post({ kinds: kinds(101) })]), 'refused')
  assert.equal(await store([post({ kinds: kinds(100) })]), 'stored')
  const foreign = { id: 'SE9-P', name: 'En annan' }
  const denied = { code: 'transient', message: /did not take/ }
  await assert.rejects(store([post({ careProvider: foreign })]), denied)
  await assert.rejects(store([post({ careProvider: { id: PRIVATE, name: '' } })]), denied)
  await assert.rejects(store([post()], clients.npo), denied, 'nothing is agreed with NPÖ')
  await assert.rejects(store([post()], clients.legacy, 'SE1-ANOTHER'), { code: 'transient' })
  const { rows } = await karna.db.query<{ outcome: string; person: string }>({
    text: `select l.outcome, c.person from law.access_log l join law.access_context c on c.id = l.context
      where c.session like 'StoreLog%' order by l.at desc limit 1`,
  })
  assert.deepEqual(rows[0], { outcome: 'deny', person: 'SE1-NPO' })
})

test('a reviewer’s sample draws what was done elsewhere, and it isn’t sent on', {
  skip,
}, async () => {
  const { rows } = await karna.db.query<{ kind: string }>({
    text: `select distinct c.kind from law.access_log l join law.access_context c on c.id = l.context
      where l.resources like 'LogPost/%'`,
  })
  assert.deepEqual(rows, [{ kind: 'staff-elsewhere' }])
  const sent: LogPost[] = []
  await karna.karna.handOverLog('vgr', OURS, async (posts) => {
    sent.push(...posts)
    return 'stored'
  })
  assert.ok(sent.length > 0)
  assert.ok(sent.every(({ user }) => user.id !== POST.user.id))
})

test('a care provider that the patient has closed keeps back its own records and no others', {
  skip,
}, async () => {
  await loadInto(karna, [outerBlock('b1')])
  assert.deepEqual((await diagnoses(clients.npo)).length, 1)
  const [left] = await diagnoses(clients.npo)
  assert.match(left ?? '', /Ej astma/)
  assert.equal((await find(clients.npo)).length, 1)
  assert.equal((await diagnoses(clients.patients)).length, 2)
})
