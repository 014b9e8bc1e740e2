import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Patient } from 'fhir/r4'
import { startEngagementIndex } from '../../../../simulators/national/engagement-index.ts'
import { startHsa } from '../../../../simulators/national/hsa.ts'
import { startPopulationRegister } from '../../../../simulators/national/population-register.ts'
import { startSecurityServices } from '../../../../simulators/national/security-services.ts'
import { checkMessage } from '../../../../simulators/rivta/schema/check-message.ts'
import { readSchema } from '../../../../simulators/rivta/schema/read-schema.ts'
import { SCHEMA_FOLDER, schemasMissing } from '../../../../simulators/rivta/schema/schema-files.ts'
import { PROTECTED_IDENTITY } from '../../../fhir/label.ts'
import type { StoredResource } from '../../../fhir/record-system.ts'
import { parseSearch } from '../../../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../../fhir/sight.ts'
import type { RivtaProfile } from '../profile.ts'
import { createRivtaSystem, type RivtaSystem } from '../rivta-system.ts'
import { readEnvelope } from '../soap/envelope.ts'
import { createSoapClient, type SoapClient } from '../soap/soap-client.ts'
import { startSoapServer } from '../soap/soap-server.ts'
import { createCheckBlocks } from './check-blocks.ts'
import { createCheckConsent } from './check-consent.ts'
import type { Engagement, EngagementTransaction } from './engagement.ts'
import { createEngagementIndex, engagementAnswerers } from './engagement-index.ts'
import { engagementsOf } from './engagements-of-records.ts'
import { createFindHealthCareUnit } from './hsa-directory.ts'
import { createServiceProvider, type NationalService } from './national-service.ts'
import { createFindPerson } from './person-register.ts'
import { createStoreLog, type StoreOutcome, storeLogAnswerer } from './store-log.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const client = createSoapClient({ maxConnections: 4 })
closing.push(() => client.close())

const serviceAt = (url: string, own: SoapClient = client): NationalService => ({
  client: own,
  url,
  logicalAddress: 'SE1-NATIONELL',
  deadline: 5_000,
})

const PATIENT = { root: '1.2.752.129.2.1.3.1', extension: '191212121212' }
const actor = { employee: 'SE1-L1', provider: 'SE1-P', unit: 'SE1-U' }

const engagement = (more: Partial<Engagement> = {}): Engagement => ({
  patient: PATIENT.extension,
  serviceDomain: 'riv:clinicalprocess:healthcond:description',
  categorization: 'dia',
  logicalAddress: 'SE1-S',
  businessObjectInstanceIdentifier: 'NA',
  clinicalProcessInterestId: 'NA',
  mostRecentContent: '20260301083000',
  sourceSystem: 'SE1-S',
  dataController: 'SE2321000131',
  owner: undefined,
  ...more,
})

const told = (more: Partial<Engagement> = {}, isDeleted = false): EngagementTransaction => ({
  isDeleted,
  engagement: engagement(more),
})

test('the index finds what it was told, keeps the latest time and forgets what is deleted', async () => {
  const simulated = await startEngagementIndex()
  closing.push(() => simulated.close())
  const index = createEngagementIndex(serviceAt(simulated.url))
  const question = { patient: PATIENT.extension, serviceDomain: engagement().serviceDomain }
  await index.update([told(), told({ categorization: 'voo' }), told({ patient: '201212121212' })])
  await index.update([told({ mostRecentContent: '20200101000000' })])
  const found = await index.findContent(question)
  assert.deepEqual(found.map(({ categorization }) => categorization).sort(), ['dia', 'voo'])
  assert.equal(found[0]?.mostRecentContent, '20260301083000')
  await index.update([told({}, true)])
  const left = await index.findContent(question)
  assert.deepEqual(
    left.map(({ categorization }) => categorization),
    ['voo'],
  )
  assert.deepEqual(await index.findContent({ ...question, categorization: 'dia' }), [])
})

test('a subscriber is told what changes, and takes it as its own provider', async () => {
  const heard: EngagementTransaction[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const subscriber = await startSoapServer({
    maxBytes: 100_000,
    handle: createServiceProvider(
      engagementAnswerers({
        async processNotification(transactions) {
          heard.push(...transactions)
          resolve()
        },
      }),
    ),
  })
  closing.push(() => subscriber.close())
  const simulated = await startEngagementIndex()
  closing.push(() => simulated.close())
  simulated.subscribe(serviceAt(subscriber.url))
  await createEngagementIndex(serviceAt(simulated.url)).update([told()])
  await promise
  assert.deepEqual(heard, [told()])
})

test('what the index does not take is an error to who told it, and so is silence', async () => {
  const simulated = await startEngagementIndex()
  closing.push(() => simulated.close())
  const index = createEngagementIndex(serviceAt(simulated.url))
  await assert.rejects(index.update([told({ patient: 'ABC' })]), { code: 'transient' })
  const away = createEngagementIndex(serviceAt('http://127.0.0.1:1'))
  await assert.rejects(away.findContent({ patient: PATIENT.extension, serviceDomain: 'x' }), {
    code: 'transient',
  })
})

test('changed records are told as one engagement a patient, kind and controller, with the latest time', () => {
  const record = (type: 'Condition' | 'Task', lastUpdated: string, patient = 'p1') =>
    ({
      key: { type, id: 'x' },
      bytes: Buffer.from(JSON.stringify({ resourceType: type })),
      lastUpdated,
      origin: { type, patient, provider: 'SE1-P', labels: [] },
    }) as unknown as StoredResource
  const transactions = engagementsOf(
    [
      record('Condition', '2026-07-01T06:00:00.000Z'),
      record('Condition', '2026-01-01T06:00:00.000Z'),
      record('Condition', '2026-01-01T06:00:00.000Z', 'without number'),
      record('Task', '2026-01-01T06:00:00.000Z'),
    ],
    {
      system: 'SE1-S',
      organizationNumber: () => '2321000131',
      numberOf: (patient) => (patient === 'p1' ? PATIENT.extension : undefined),
    },
  )
  assert.deepEqual(transactions, [told({ mostRecentContent: '20260701080000' })])
})

test('a block closes what it names and nothing else, and each row has its answer', async () => {
  const services = await startSecurityServices()
  closing.push(() => services.close())
  const check = createCheckBlocks(serviceAt(services.url))
  const at = { start: '2026-01-01T00:00:00+01:00', end: '2026-01-01T00:00:00+01:00' }
  services.blocks.push(
    {
      patient: PATIENT.extension,
      kind: 'Inner',
      unit: 'SE1-V',
      provider: 'SE1-P',
      exempt: ['lak'],
    },
    { patient: PATIENT.extension, kind: 'Outer', provider: 'SE2-P' },
  )
  const entities = [
    { ...at, unit: 'SE1-U', provider: 'SE1-P' },
    { ...at, unit: 'SE1-V', provider: 'SE1-P' },
    { ...at, unit: 'SE1-V', provider: 'SE1-P', type: 'lak' as const },
    { ...at, unit: 'SE2-U', provider: 'SE2-P' },
  ]
  const blocked = await check({ actor, patient: PATIENT, entities })
  assert.deepEqual(blocked, [false, true, false, true])
  const another = { ...PATIENT, extension: '201212121212' }
  assert.deepEqual(await check({ actor, patient: another, entities }), [false, false, false, false])
})

test('a block service that is away or answers half is no answer', async () => {
  const away = createCheckBlocks(serviceAt('http://127.0.0.1:1'))
  const at = { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }
  const entities = [{ ...at, unit: 'SE1-U', provider: 'SE1-P' }]
  await assert.rejects(away({ actor, patient: PATIENT, entities }), { code: 'transient' })
  const services = await startSecurityServices()
  closing.push(() => services.close())
  const half = createCheckBlocks(serviceAt(services.url))
  const unreadable = [...entities, { ...at, start: 'nyss', unit: 'SE1-U', provider: 'SE1-P' }]
  await assert.rejects(half({ actor, patient: PATIENT, entities: unreadable }), {
    code: 'transient',
  })
})

test('a consent holds for the unit it was given to, and an emergency is told as one', async () => {
  const services = await startSecurityServices()
  closing.push(() => services.close())
  const check = createCheckConsent(serviceAt(services.url))
  assert.equal(await check({ actor, patient: PATIENT }), 'none')
  services.consents.push({ patient: PATIENT.extension, unit: 'SE1-U', type: 'Consent' })
  services.consents.push({ patient: PATIENT.extension, unit: 'SE1-W', type: 'Emergency' })
  assert.equal(await check({ actor, patient: PATIENT }), 'Consent')
  assert.equal(await check({ actor: { ...actor, unit: 'SE1-W' }, patient: PATIENT }), 'Emergency')
  assert.equal(await check({ actor: { ...actor, unit: 'SE1-X' }, patient: PATIENT }), 'none')
})

test('HSA tells whose a unit is', async () => {
  const lung = {
    unit: 'SE1-U',
    unitName: 'Lungkliniken',
    provider: 'SE1-P',
    providerName: 'Regionen',
    providerNumber: '2321000131',
  }
  const hsa = await startHsa([{ ...lung, members: ['SE1-U1'] }])
  closing.push(() => hsa.close())
  const find = createFindHealthCareUnit(serviceAt(hsa.url))
  assert.deepEqual(await find('SE1-U1'), lung)
  assert.equal(await find('SE1-okänd'), undefined)
})

test('a person has a name in the connector when a register is connected, and a protected one is labelled', async () => {
  const register = await startPopulationRegister([ASA, PROTECTED])
  closing.push(() => register.close())
  const findPerson = createFindPerson(serviceAt(register.url))
  const system = createRivtaSystem({
    profile: PROFILE,
    secret: Buffer.alloc(32, 1),
    now: Date.now,
    findPerson,
  })
  closing.push(() => system.close())
  const { hit, issues } = await personIn(system, PATIENT.extension)
  assert.deepEqual(issues, [])
  const { name, gender, birthDate, address } = JSON.parse(String(hit?.bytes))
  assert.deepEqual(
    [name, gender, birthDate, address[0].city],
    [
      [{ use: 'official', family: 'Öberg', given: ['Åsa', 'Maria'] }],
      'female',
      '1912-12-12',
      'Umeå',
    ],
  )
  const hidden = await personIn(system, '201212121212')
  assert.deepEqual(hidden.hit?.origin.labels, ['protected-identity'])
})

test('a register that is silent is named, and the person is there by number', async () => {
  const findPerson = createFindPerson(serviceAt('http://127.0.0.1:1'))
  const system = createRivtaSystem({
    profile: PROFILE,
    secret: Buffer.alloc(32, 1),
    now: Date.now,
    findPerson,
  })
  closing.push(() => system.close())
  const { hit, issues } = await personIn(system, PATIENT.extension)
  assert.equal(JSON.parse(String(hit?.bytes)).birthDate, '1912-12-12')
  assert.equal(issues[0]?.source, 'Personuppgiftstjänsten')
})

const ASA: Patient = {
  resourceType: 'Patient',
  identifier: [{ system: `urn:oid:${PATIENT.root}`, value: PATIENT.extension }],
  name: [{ use: 'official', family: 'Öberg', given: ['Åsa', 'Maria'] }],
  gender: 'female',
  birthDate: '1912-12-12',
  address: [{ line: ['Storgatan 1'], postalCode: '903 26', city: 'Umeå' }],
}
const PROTECTED: Patient = {
  ...ASA,
  meta: { security: [{ system: PROTECTED_IDENTITY, code: 'sekretessmarkering' }] },
  identifier: [{ system: `urn:oid:${PATIENT.root}`, value: '201212121212' }],
}
const PROFILE: RivtaProfile = {
  name: 'region',
  sources: [],
  provider: 'SE1-P',
  units: [],
  providers: [],
  reserveNumbers: [],
  deadline: 1_000,
  maxBytes: 1_000_000,
  freshness: 1_000,
}

async function personIn(system: RivtaSystem, number: string) {
  const { types } = system.capability()
  const text = new URLSearchParams({ identifier: number })
  const query = parseSearch('Patient', text, { types, base: undefined, now: 0 })
  const { hits, issues } = await system.search(query, mintSight(EVERYTHING))
  return { hit: hits[0]?.resource, issues }
}

const SCHEMAS: Readonly<Record<string, string>> = {
  StoreLog:
    'informationsecurity_auditing_log/schemas/interactions/StoreLogInteraction/StoreLogResponder_2.0.xsd',
  Update:
    'itintegration_engagementindex/schemas/interactions/UpdateInteraction/UpdateResponder_1.0.xsd',
  FindContent:
    'itintegration_engagementindex/schemas/interactions/FindContentInteraction/FindContentResponder_1.0.xsd',
  ProcessNotification:
    'itintegration_engagementindex/schemas/interactions/ProcessNotificationInteraction/ProcessNotificationResponder_1.0.xsd',
  CheckBlocks:
    'informationsecurity_authorization_blocking/schemas/interactions/CheckBlocksInteraction/CheckBlocksResponder_4.0.xsd',
  CheckConsent:
    'informationsecurity_authorization_consent/schemas/interactions/CheckConsentInteraction/CheckConsentResponder_2.0.xsd',
  GetPersonsForProfile:
    'pu_strategicresourcemanagement_person/schemas/person/5.0/interactions/GetPersonsForProfileInteraction/GetPersonsForProfileResponder_5.0.xsd',
  GetHealthCareUnit:
    'hsa_infrastructure_directory/schemas/organization/5.0/interactions/GetHealthCareUnitInteraction/GetHealthCareUnitResponder_2.0.xsd',
}

/** What is wrong with the messages that pass through, by their schemas. */
async function watched(url: string, wrong: string[]): Promise<NationalService> {
  const check = (text: string) => {
    const message = readEnvelope(text)
    if (!('body' in message)) return
    const { body } = message
    const file = SCHEMAS[body.name.replace(/Response$/, '')] ?? ''
    wrong.push(...checkMessage(readSchema(path.join(SCHEMA_FOLDER, file)), body))
  }
  const inner = createSoapClient({ maxConnections: 2 })
  closing.push(() => inner.close())
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      const sent = Buffer.concat(chunks)
      check(String(sent))
      const answer = await fetch(url, {
        method: 'POST',
        body: sent,
        headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '""' },
      })
      const text = await answer.text()
      check(text)
      response.writeHead(answer.status, { 'Content-Type': 'text/xml; charset=utf-8' }).end(text)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  const address = server.address()
  return serviceAt(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
}

test('every message has the form of its schema', { skip: schemasMissing }, async () => {
  const wrong: string[] = []
  const index = await startEngagementIndex()
  const security = await startSecurityServices()
  const hsa = await startHsa([])
  closing.push(
    () => index.close(),
    () => security.close(),
    () => hsa.close(),
  )
  const register = await startPopulationRegister([ASA])
  closing.push(() => register.close())
  await createFindPerson(await watched(register.url, wrong))(PATIENT)
  const engagements = createEngagementIndex(await watched(index.url, wrong))
  await engagements.update([told(), told({ categorization: 'voo' }, true)])
  await engagements.findContent({
    patient: PATIENT.extension,
    serviceDomain: engagement().serviceDomain,
  })
  const service = await watched(security.url, wrong)
  const at = { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }
  const entities = [{ ...at, unit: 'SE1-U', provider: 'SE1-P', type: 'upp' as const }]
  await createCheckBlocks(service)({ actor, patient: PATIENT, entities })
  await createCheckConsent(service)({ actor, patient: PATIENT })
  await createFindHealthCareUnit(await watched(hsa.url, wrong))('SE1-U')
  await storesAndRefuses(wrong)
  assert.deepEqual(wrong, [])
})

/** A log service that takes the first post and refuses the second. */
async function storesAndRefuses(wrong: string[]): Promise<void> {
  const outcomes: StoreOutcome[] = ['stored', 'denied']
  const answerer = storeLogAnswerer({ store: async () => outcomes.shift() ?? 'refused' })
  const handle = createServiceProvider([answerer])
  const server = await startSoapServer({ handle, maxBytes: 100_000 })
  closing.push(() => server.close())
  const store = createStoreLog(await watched(server.url, wrong))
  const named = { id: 'SE1-P', name: undefined }
  const post = {
    logId: '5b0e9c2e-0000-4000-8000-000000000001',
    ...{ system: 'SE1-S', activity: 'Läsa', level: undefined, time: '2026-11-03T21:00:00.000Z' },
    purpose: 'Vård och behandling',
    user: { id: 'SE1-L1', assignment: undefined, title: undefined },
    ...{ careProvider: named, careUnit: named, patient: PATIENT, kinds: ['Diagnoser'] },
  }
  assert.equal(await store([post]), 'stored')
  await assert.rejects(store([post]), { code: 'transient' })
  assert.equal(await store([post]), 'refused')
}
