import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import {
  type SimulatedIndex,
  startEngagementIndex,
} from '../../simulators/national/engagement-index.ts'
import {
  type SimulatedSecurityServices,
  startSecurityServices,
} from '../../simulators/national/security-services.ts'
import { numberOf } from '../../simulators/rivta/demo-records.ts'
import { MELIOR } from '../../simulators/rivta/products.ts'
import { type RivtaSimulator, startRivtaSimulator } from '../../simulators/rivta/rivta-simulator.ts'
import { opensslMissing, selfSigned } from '../../simulators/rivta/self-signed.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { startServiceContracts } from '../../src/service-contracts.ts'
import { createCheckBlocks } from '../../src/systems/rivta/national/check-blocks.ts'
import { createCheckConsent } from '../../src/systems/rivta/national/check-consent.ts'
import type { Engagement } from '../../src/systems/rivta/national/engagement.ts'
import {
  createEngagementIndex,
  notifySubscriber,
} from '../../src/systems/rivta/national/engagement-index.ts'
import { createSoapClient, type SoapClient } from '../../src/systems/rivta/soap/soap-client.ts'
import type { SoapServer } from '../../src/systems/rivta/soap/soap-server.ts'
import { pieces, tag } from '../../src/systems/rivta/soap/write-xml.ts'
import { childrenOf, deepTextOf } from '../../src/systems/rivta/soap/xml-element.ts'
import { recordsOf } from '../fhir-server.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'
import {
  adultIn,
  condition,
  flag,
  lastIn,
  loadInto,
  ours,
  outerBlock,
  PROVIDER,
  WARD,
} from './national-records.ts'

/*
 * Kärna with Engagemangsindex, Säkerhetstjänster and a region on Melior, all on real sockets; what other regions, NPÖ and
 * 1177 ask of it comes over mutual TLS.
 */

const OURS = 'SE2321000131-KARNA'
const skip = opensslMissing

let folder: string
let index: SimulatedIndex
let security: SimulatedSecurityServices
let melior: RivtaSimulator
let karna: KarnaUnderTest
let contracts: SoapServer | undefined
let clients: Record<'npo' | 'patients' | 'stranger', SoapClient>
let number: string
let person: string

before(async () => {
  if (skip) return
  folder = mkdtempSync(path.join(tmpdir(), 'karna-national-'))
  index = await startEngagementIndex()
  security = await startSecurityServices()
  const records = recordsOf('skane', 40)
  melior = await startRivtaSimulator(MELIOR, records)
  number = numberOf(adultIn(records)) ?? ''
  const file = settingsFile()
  karna = await startKarna(undefined, undefined, { nationalFile: file })
  contracts = await startServiceContracts(karna.karna, demoDirectory)
  await runsMelior()
  await load(ours(number))
})

after(async () => {
  if (skip) return
  for (const client of Object.values(clients)) client.close()
  await contracts?.close()
  for (const each of [index, security, melior]) await each.close()
  rmSync(folder, { recursive: true })
})

function settingsFile(): string {
  const [own, npo, patients, stranger] = ['karna', 'SE1-NPO', 'SE1-1177', 'SE1-STRANGER'].map(
    (name) => selfSigned(folder, name),
  )
  assert.ok(own && npo && patients && stranger)
  const trusted = Buffer.concat([npo.cert, patients.cert, stranger.cert])
  writeFileSync(path.join(folder, 'ca.pem'), trusted)
  const clientOf = (keys: typeof own) =>
    createSoapClient({ tls: { ...keys, ca: own.cert }, maxConnections: 2 })
  clients = { npo: clientOf(npo), patients: clientOf(patients), stranger: clientOf(stranger) }
  const file = path.join(folder, 'national.json')
  const at = (name: string) => path.join(folder, name)
  const settings = {
    tls: { cert: at('karna.crt'), key: at('karna.key'), ca: at('ca.pem') },
    engagementIndex: { url: index.url, to: 'SE1-EI' },
    blocks: { url: security.url, to: 'SE1-SAK' },
    consents: { url: security.url, to: 'SE1-SAK' },
    ours: { vgr: { system: OURS, provider: PROVIDER } },
    port: 0,
    callers: {
      'SE1-NPO': { name: 'NPÖ', acts: 'shared-records' },
      'SE1-1177': { name: '1177', acts: 'patient' },
    },
  }
  writeFileSync(file, JSON.stringify(settings))
  return file
}

async function runsMelior(): Promise<void> {
  const { registry, refresh } = karna.karna.live
  const units = demoDirectory.units.filter(({ region }) => region === 'skane')
  const providers = demoDirectory.providers.filter(({ region }) => region === 'skane')
  const sources = melior.sources.map((each) => ({ ...each, contracts: [...each.contracts] }))
  await registry.put({
    id: 'skane',
    name: 'Region Skåne',
    kind: 'rivta',
    settings: { sources, provider: providers[0]?.hsaId, units, providers },
  })
  await refresh()
}

const load = (resources: readonly object[]) => loadInto(karna, resources)

/** Waits, at most ten seconds, for what comes by itself. */
async function soon<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const began = Date.now(); Date.now() - began < 10_000; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it did not come')
}

test('the index is told of what is written in our store, within seconds', { skip }, async () => {
  const told = (category: string) =>
    index.content().find(({ categorization }) => categorization === category)
  const diagnosis = await soon(() => told('dia'))
  assert.equal(diagnosis.patient, number)
  assert.equal(diagnosis.logicalAddress, OURS)
  assert.equal(diagnosis.dataController, 'SE2321000131')
  assert.equal(told('upp'), undefined)
  await load(
    [
      { ...condition('a1', ''), resourceType: 'Flag', status: 'active', code: { text: 'Smitta' } },
    ].map(flag),
  )
  await soon(() => told('upp'))
})

test('all regions together ask those that the index names, though nobody has told us', {
  skip,
}, async () => {
  await told('dia')
  person = await soon(() => karna.karna.live.persons.byNumber(number))
  const before = melior.asked.length
  const answer = await conditions()
  assert.deepEqual(answer.texts, ['Ingen pneumoni <5'], 'another provider’s records take more')
  assert.deepEqual(answer.issues, [])
  assert.ok(melior.asked.length > before)
  assert.equal((await karna.karna.live.persons.whereIs(person)).length, 2)
})

/** What the ward's doctor sees of the person's diagnoses in all regions. */
async function conditions() {
  const { status, json } = await karna.ask(
    'anna.nystrom',
    'GET',
    `all/Condition?patient=${person}&_count=500`,
  )
  assert.equal(status, 200, JSON.stringify(json))
  return read(json)
}

const idsIn = ({ entry = [] }: { entry?: { resource: FhirResource }[] }) =>
  entry.map(({ resource }) => resource.id)

function read({ entry = [] }: { entry?: { resource: FhirResource }[] }) {
  const resources = entry.map(({ resource }) => resource)
  const texts = resources.flatMap((each) =>
    each.resourceType === 'Condition'
      ? [each.code?.text ?? each.code?.coding?.[0]?.display ?? '']
      : [],
  )
  const issues = resources.flatMap((each) =>
    each.resourceType === 'OperationOutcome'
      ? each.issue.map(({ diagnostics }) => diagnostics)
      : [],
  )
  return { texts: texts.sort(), issues }
}

test('an emergency that the national service knows of opens what others keep, until a block closes it', {
  skip,
}, async () => {
  security.consents.push({ patient: number, unit: WARD, type: 'Emergency' })
  const opened = await soon(async () => {
    const { texts } = await conditions()
    return texts.length > 1 ? texts : undefined
  })
  assert.ok(opened.includes('Ingen pneumoni <5'))
  const blocked = { patient: number, kind: 'Outer', provider: providerOf('skane') } as const
  security.blocks.push(blocked)
  const closed = await conditions()
  assert.deepEqual(closed.texts, ['Ingen pneumoni <5'])
  assert.deepEqual(closed.issues, [])
  security.blocks.length = 0
  assert.deepEqual((await conditions()).texts, opened)
})

test('blocks hold in the region itself, and while their service is silent other units are left out, which is said', {
  skip,
}, async () => {
  const [patient] = (await karna.karna.live.persons.whereIs(person)).filter(
    ({ region }) => region === 'skane',
  )
  const headers = { 'x-karna-reason': 'Konsult' }
  const url = `skane/Condition?patient=${patient?.patient}&_count=500&_total=accurate`
  const ask = () => karna.ask('sara.lindgren', 'GET', url, undefined, headers)
  const { json: before } = await ask()
  const all = read(before)
  assert.ok(all.texts.length > 0)
  const units = demoDirectory.units.filter(({ region }) => region === 'skane')
  for (const { hsaId: unit, provider } of units) {
    security.blocks.push({ patient: number, kind: 'Inner', unit, provider })
  }
  const { json } = await ask()
  const own = read(json).texts
  assert.ok(own.length < all.texts.length)
  assert.equal(json.total, own.length, 'what is blocked is not even counted')
  const shown = new Set(idsIn(json))
  const hidden = idsIn(before).find((id) => !shown.has(id))
  const one = () =>
    karna.ask('sara.lindgren', 'GET', `skane/Condition/${hidden}`, undefined, headers)
  assert.equal((await one()).status, 404)
  security.blocks.length = 0
  assert.equal((await one()).status, 200)
  security.setSilent(true)
  const silent = read((await ask()).json)
  assert.deepEqual(silent.texts, own)
  assert.match(silent.issues.join(), /Spärrtjänsten/)
  security.setSilent(false)
  assert.deepEqual(read((await ask()).json), all)
})

const providerOf = (region: string) =>
  demoDirectory.providers.find((each) => each.region === region)?.hsaId ?? ''

function engagementOf(categorization: string, patient: string): Engagement {
  const [source] = melior.sources
  assert.ok(source)
  return {
    patient,
    serviceDomain: 'riv:clinicalprocess:healthcond:description',
    categorization,
    logicalAddress: source.logicalAddress,
    businessObjectInstanceIdentifier: 'NA',
    clinicalProcessInterestId: 'NA',
    mostRecentContent: '20260301083000',
    sourceSystem: source.logicalAddress,
    dataController: 'SE2321000255',
    owner: undefined,
  }
}

async function told(categorization: string): Promise<void> {
  const client = createSoapClient({ maxConnections: 1 })
  const service = { client, url: index.url, logicalAddress: 'SE1-EI', deadline: 5_000 }
  const engagement = engagementOf(categorization, number)
  await createEngagementIndex(service).update([{ isDeleted: false, engagement }])
  client.close()
}

const SPACE = 'urn:riv:clinicalprocess:healthcond:description'

/** GetDiagnosis of the person with the number, as another system asks. */
async function getDiagnosis(client: SoapClient, to = OURS) {
  const ids = [tag('core:id', number), tag('core:type', '1.2.752.129.2.1.3.1')]
  const names = ` xmlns:urn="${SPACE}:GetDiagnosisResponder:2" xmlns:core="${SPACE}:2"`
  const answer = await client.call({
    url: contracts?.url ?? '',
    action: `${SPACE}:GetDiagnosisResponder:2:GetDiagnosis`,
    logicalAddress: to,
    body: pieces(tag('urn:GetDiagnosis', tag('urn:patientId', ids), names)),
    deadline: 10_000,
    maxBytes: 1_000_000,
  })
  const body = answer.kind === 'answer' ? answer.body : undefined
  const items = body ? childrenOf(body).filter(({ name }) => name === 'diagnosis') : []
  return { kind: answer.kind, items: items.map(deepTextOf), text: body ? deepTextOf(body) : '' }
}

/** The rows of the access log about our patient that a kind of reader has left, newest first. */
async function logOf(kind: string) {
  const { rows } = await karna.db.query<{ person: string; outcome: string; resources: string }>({
    text: `select c.person, l.outcome, l.resources::text from law.access_log l
      join law.access_context c on c.id = l.context
      where l.patient = 'p1' and c.kind = $1 order by l.at desc, l.seq desc`,
    values: [kind],
  })
  return rows
}

test('NPÖ reads our region as any other, through the gate and into the log', { skip }, async () => {
  const { kind, items } = await getDiagnosis(clients.npo)
  assert.equal(kind, 'answer')
  assert.equal(items.length, 1)
  assert.match(items[0] ?? '', /Ingen pneumoni <5/)
  const [newest] = await logOf('system')
  assert.equal(newest?.person, 'SE1-NPO')
  assert.match(newest?.resources ?? '', /Condition\/c1/)
  assert.equal((await getDiagnosis(clients.npo, 'SE1-ANOTHER')).kind, 'fault')
})

test('who has a certificate and no agreement is told nothing', { skip }, async () => {
  const { kind, text } = await getDiagnosis(clients.stranger)
  assert.equal(kind, 'fault')
  assert.equal(text, '')
})

test('what the patient has closed to other providers is not made available, and the refusal is logged', {
  skip,
}, async () => {
  await load([outerBlock('b1')])
  const { kind, items, text } = await soon(async () => {
    const answer = await getDiagnosis(clients.npo)
    return answer.items.length === 0 ? answer : undefined
  })
  assert.equal(kind, 'answer')
  assert.deepEqual(items, [])
  assert.match(text, /INVALID_REQUEST/)
  assert.equal((await logOf('system'))[0]?.outcome, 'deny')
  const own = await getDiagnosis(clients.patients)
  assert.equal(own.items.length, 1, 'the patient is not shut out')
  assert.equal((await logOf('patient'))[0]?.person, number)
})

test('blocks and consents of ours are told to who asks about them', { skip }, async () => {
  const service = (client: SoapClient) => {
    return { client, url: contracts?.url ?? '', logicalAddress: OURS, deadline: 5_000 }
  }
  const patient = { root: '1.2.752.129.2.1.3.1', extension: number }
  const entities = [
    { start: '2026-10-01T00:00:00Z', end: '2026-10-02T00:00:00Z', unit: WARD, provider: PROVIDER },
  ]
  const actor = { employee: 'SE2-L', provider: 'SE2-P', unit: 'SE2-U' }
  const check = createCheckBlocks(service(clients.npo))
  assert.deepEqual(await check({ actor, patient, entities }), [true])
  const own = { ...actor, provider: PROVIDER, unit: WARD }
  assert.deepEqual(await check({ actor: own, patient, entities }), [false])
  assert.equal((await logOf('system'))[0]?.person, 'SE1-NPO')
  const consent = createCheckConsent(service(clients.npo))
  assert.equal(await consent({ actor, patient }), 'none')
  const unknown = createCheckBlocks(service(clients.stranger))
  await assert.rejects(unknown({ actor, patient, entities }), { code: 'transient' })
})

test('what the index notifies us of is known at once', { skip }, async () => {
  const stranger = numberOf(lastIn(recordsOf('skane', 40))) ?? ''
  const url = contracts?.url ?? ''
  const ours = (client: SoapClient) => ({ client, url, logicalAddress: OURS, deadline: 5_000 })
  const said = (patient: string) => ({ isDeleted: false, engagement: engagementOf('dia', patient) })
  const notify = (client: SoapClient) => notifySubscriber(ours(client), [said(stranger)])
  await assert.rejects(notify(clients.stranger), { code: 'transient' })
  assert.equal(await karna.karna.live.persons.byNumber(stranger), undefined)
  await notify(clients.npo)
  const found = await karna.karna.live.persons.byNumber(stranger)
  const [place] = await karna.karna.live.persons.whereIs(found ?? '')
  assert.equal(place?.region, 'skane')
  assert.ok(place?.patient, 'with the id that the region has for them')
  await createEngagementIndex(ours(clients.npo)).update([said('191212121212')])
  assert.ok(await karna.karna.live.persons.byNumber('191212121212'), 'and what a source tells us')
})
