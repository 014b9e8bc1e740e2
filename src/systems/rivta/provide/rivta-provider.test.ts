import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import type { SearchPage, StoredResource } from '../../../fhir/record-system.ts'
import { indexResource } from '../../../fhir/search/indexed-resource.ts'
import { patientOf } from '../../../fhir/search/patient-of.ts'
import type { SearchQuery } from '../../../fhir/search/query.ts'
import { searchInMemory } from '../../../fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../../../fhir/search/search-parameter.ts'
import { PING } from '../ping-sources.ts'
import { readXml } from '../soap/read-xml.ts'
import { childrenOf, deepTextOf } from '../soap/xml-element.ts'
import { disclosedRecords, type Reader } from './disclosed-records.ts'
import { type ContractVersion, PRODUCERS } from './producers.ts'
import { createRivtaProvider } from './rivta-provider.ts'

const NUMBER = '191212121212'
const CALLER = { certificate: undefined, originalConsumer: undefined }

function stored(resource: FhirResource): StoredResource {
  const { resourceType: type, id = '' } = resource
  const patient = patientOf(resource)
  return {
    key: { type, id },
    version: '1',
    lastUpdated: '2026-11-01T08:00:00.000Z',
    origin: {
      ...{ type, patient, unit: 'SE1-U', provider: 'SE1-P', process: undefined, labels: [] },
      ...{ from: undefined, to: undefined },
    },
    bytes: Buffer.from(JSON.stringify(resource)),
    method: 'create',
  }
}

/** Records that are kept in memory. */
function readerOf(resources: readonly FhirResource[]): Reader {
  const types = new Map(
    (['Patient', 'Composition', 'Condition', 'Encounter', 'Observation'] as const).map((type) => [
      type,
      { interactions: new Set(['search-type'] as const), searchParams: searchParametersOf(type) },
    ]),
  )
  return {
    capability: () => ({ types, system: new Set() }) as unknown as ReturnType<Reader['capability']>,
    async search(query: SearchQuery): Promise<SearchPage> {
      const own = resources.filter(({ resourceType }) => resourceType === query.type)
      const byIndex = new Map(own.map((each) => [indexResource(each), stored(each)]))
      const { matches } = searchInMemory(query, byIndex.keys())
      const hits = matches.flatMap((each) => {
        const resource = byIndex.get(each)
        return resource ? [{ resource, mode: 'match' as const }] : []
      })
      return { hits, total: undefined, next: undefined, issues: [] }
    },
  }
}

interface Asked {
  readonly id?: string
  readonly type?: string
  readonly more?: string
}

/** What is answered of some records. */
async function ask(
  version: ContractVersion,
  resources: readonly FhirResource[],
  asked: Asked = {},
) {
  const { id = NUMBER, type = '1.2.752.129.2.1.3.1', more = '' } = asked
  const [operation, major] = version.split(':')
  const { domain } = PRODUCERS[version]
  const space = `urn:riv:${domain}`
  const request = `<u:${operation} xmlns:u="${space}:${operation}Responder:${major}" xmlns:c="${space}:${major}">
    <u:patientId><c:id>${id}</c:id><c:type>${type}</c:type></u:patientId>${more}</u:${operation}>`
  const provider = createRivtaProvider({
    system: 'SE1-S',
    contracts: [version],
    pageSize: 2,
    version: 'Kärna 1.2',
    disclose: ({ patient, types }) => disclosedRecords(readerOf(resources), patient, types),
  })
  const answer = await provider({ logicalAddress: 'SE1-S', body: readXml(request) }, CALLER)
  const body = readXml(answer.text)
  const items = childrenOf(body).filter(({ name }) => name === PRODUCERS[version].item)
  return { items: items.map(deepTextOf), text: answer.text }
}

const person = (id: string, numbers: readonly string[], more: object = {}): FhirResource => ({
  resourceType: 'Patient',
  id,
  identifier: numbers.map((value) => ({ system: 'urn:oid:1.2.752.129.2.1.3.1', value })),
  ...more,
})
const PATIENT = person('p1', [NUMBER])
const condition = (id: string, text: string, patient = 'p1'): FhirResource => ({
  resourceType: 'Condition',
  id,
  subject: { reference: `Patient/${patient}` },
  code: { text },
  recordedDate: '2026-03-01T08:30:00+01:00',
})
const encounter = (more: object = {}): FhirResource => ({
  resourceType: 'Encounter',
  id: 'e1',
  status: 'finished',
  class: { code: 'AMB' },
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-03-01T08:30:00+01:00' },
  ...more,
})

test('whoever watches us is told what we are, without a patient', async () => {
  const provider = createRivtaProvider({
    system: 'SE1-S',
    contracts: [],
    version: 'Kärna 1.2',
    pageSize: 2,
    disclose: () => assert.fail('nobody is asked about'),
  })
  const { operation, responder } = PING
  const body = readXml(`<u:${operation} xmlns:u="${responder}"/>`)
  const { text } = await provider({ logicalAddress: 'SE1-S', body }, CALLER)
  assert.match(text, /<urn:version>Kärna 1\.2<\/urn:version><urn:pingDateTime>\d{14}</)
})

test('one character that XML cannot hold does not make the rest unreadable', async () => {
  const texts = ['Ej \u000bfeber', 'a\ud800b', '\uffff', 'µ <5 & ]]> 😀', ' två  blanka\r\n']
  const records = texts.map((text, at) => condition(`c${at}`, text))
  const { items } = await ask('GetDiagnosis:2', [PATIENT, ...records])
  assert.equal(items.length, 5)
  const has = (text: string) => items.some((each) => each.includes(text))
  assert.ok(['Ej \uFFFDfeber', 'a\uFFFDb', 'µ <5 & ]]> 😀', ' två  blanka\r\n'].every(has))
})

test('a number or a day that has another form is refused, not answered with nothing', async () => {
  const records = [PATIENT, condition('c1', 'Astma'), encounter()]
  const period = (day: string) => `<u:timePeriod><c:start>${day}</c:start></u:timePeriod>`
  const wrong: Asked[] = [
    { id: '19121212-1212' },
    { id: '1212121212' },
    { id: '' },
    { type: '' },
    { more: period('2026-01-01') },
  ]
  for (const asked of wrong) {
    const { items, text } = await ask('GetDiagnosis:2', records, asked)
    assert.deepEqual(items, [])
    assert.match(text, /ERROR.*INVALID_REQUEST/, JSON.stringify(asked))
    // A contract whose answers have no result says it with a fault.
    await assert.rejects(ask('GetCareContacts:2', records, asked), { code: 'invalid' })
  }
  assert.equal((await ask('GetDiagnosis:2', records, { more: period('20260101') })).items.length, 1)
  const injected = { id: `x,urn:oid:1.2.752.129.2.1.3.1|${NUMBER}`, type: '1.2.752.97.3.1.3' }
  assert.deepEqual((await ask('GetDiagnosis:2', records, injected)).items, [])
})

test('by a number that was given up the record of the one who took its place is found', async () => {
  const other = { reference: 'Patient/p2' }
  const records = [
    person('former', ['191212121212'], { active: false, link: [{ type: 'replaced-by', other }] }),
    person('p2', ['201212121212']),
    condition('c1', 'Astma', 'p2'),
  ]
  assert.equal((await ask('GetDiagnosis:2', records)).items.length, 1)
  const number = { root: '1.2.752.129.2.1.3.1', extension: NUMBER }
  const { patients } = await disclosedRecords(readerOf(records), number, [])
  assert.deepEqual(patients, ['p2', 'former'])
})

test('one given-up number after another leads to the last one’s record, and a circle of them ends', async () => {
  const givenUp = (by: string) => ({
    active: false,
    link: [{ type: 'replaced-by', other: { reference: `Patient/${by}` } }],
  })
  const chain = [
    person('first', ['191212121212'], givenUp('second')),
    person('second', ['201212121212'], givenUp('third')),
  ]
  const records = [...chain, person('third', ['191313131313']), condition('c1', 'Astma', 'third')]
  assert.equal((await ask('GetDiagnosis:2', records)).items.length, 1)
  const circle = [...chain, person('third', ['191313131313'], givenUp('first'))]
  const number = { root: '1.2.752.129.2.1.3.1', extension: NUMBER }
  const { patients } = await disclosedRecords(readerOf(circle), number, [])
  assert.deepEqual(patients, ['third', 'first', 'second'])
})

test('a contact is asked for at the system whose id it has', async () => {
  const records = [
    PATIENT,
    { ...condition('c1', 'Astma'), encounter: { reference: 'Encounter/e1' } },
  ]
  const contact = '<u:careContactId>e1</u:careContactId>'
  const system = '<u:sourceSystemHSAId>SE1-S</u:sourceSystemHSAId>'
  assert.match((await ask('GetDiagnosis:2', records, { more: contact })).text, /INVALID_REQUEST/)
  const { items } = await ask('GetDiagnosis:2', records, { more: system + contact })
  assert.equal(items.length, 1)
})

const note = (id: string, date: string | undefined): FhirResource =>
  ({
    resourceType: 'Composition',
    id,
    status: 'final',
    type: { text: 'Daganteckning' },
    subject: { reference: 'Patient/p1' },
    ...(date === undefined ? { _date: { extension: [ABSENT] } } : { date }),
    author: [{ display: 'Anna' }],
    title: `Anteckning ${id}`,
  }) as FhirResource
const ABSENT = {
  url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  valueCode: 'unknown',
}

test('pages go on after the last note, though one is written or hidden between them', async () => {
  const notes = ['2026-03-03', '2026-03-01', '2026-03-02', '2026-03-02'].map((date, at) =>
    note(`n${at}`, date),
  )
  const referenceIn = (text: string) => /<urn:reference>([^<]+)</.exec(text)?.[1]
  const titles = ({ items }: { readonly items: readonly string[] }) =>
    items.flatMap((each) => /Anteckning (n\d)/.exec(each)?.[1] ?? [])
  const first = await ask('GetCareDocumentation:3', [PATIENT, ...notes])
  assert.deepEqual(titles(first), ['n1', 'n2'])
  const more = `<u:hasMoreReference>${referenceIn(first.text)}</u:hasMoreReference>`
  const later = [PATIENT, ...notes.filter(({ id }) => id !== 'n1'), note('n9', '2026-04-01')]
  const second = await ask('GetCareDocumentation:3', later, { more })
  assert.deepEqual(titles(second), ['n3', 'n0'])
  assert.ok(referenceIn(second.text), 'the new one is on the next page')
  for (const wrong of ['abc', '2', ' ']) {
    const asked = { more: `<u:hasMoreReference>${wrong}</u:hasMoreReference>` }
    assert.match((await ask('GetCareDocumentation:3', later, asked)).text, />ERROR</, wrong)
  }
  const undated = await ask('GetCareDocumentation:2', [PATIENT, note('n1', undefined)])
  assert.deepEqual(titles(undated), ['n1'])
})

test('a visit that is not for the patient is said to be so, in either version', async () => {
  const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPATIENT' }
  for (const version of ['GetCareContacts:2', 'GetCareContacts:3'] as const) {
    const approved = async (more: object) =>
      /approvedForPatient>(\w+)</.exec((await ask(version, [PATIENT, encounter(more)])).text)?.[1]
    assert.equal(await approved({}), 'true')
    assert.equal(await approved({ meta: { security: [label] } }), 'false')
  }
  const empty = /<core:healthcareProfessionalHSAId><\/core:healthcareProfessionalHSAId>/
  for (const participant of [undefined, [{ individual: { display: 'Sara' } }]]) {
    const { text } = await ask('GetCareContacts:2', [PATIENT, encounter({ participant })])
    assert.match(text, empty, 'what the contract demands is there, though nobody is known')
  }
})
