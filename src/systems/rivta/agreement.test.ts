import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { FhirResource } from 'fhir/r4'
import { profileOf } from '../../../simulators/rivta/connect.ts'
import { MELIOR, MELIOR_PLUS } from '../../../simulators/rivta/products.ts'
import type { ProductProfile } from '../../../simulators/rivta/profile.ts'
import { startRivtaSimulator } from '../../../simulators/rivta/rivta-simulator.ts'
import type { RecordSystem, StoredResource } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { unseal } from '../../fhir/seal.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import type { SearchClause } from '../../fhir/search/query.ts'
import { type Block, covers, EVERYTHING, mintSight, type Sight } from '../../fhir/sight.ts'
import { createRivtaSystem } from './rivta-system.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const HSA = 'urn:oid:1.2.752.29.4.19'
const NUMBERS = ['191212121212', '201212121212']
const TIMES = ['2020-05-01T08:00:00+02:00', '2024-05-01T08:00:00+02:00']
const TYPES = [
  'Patient',
  'Organization',
  'Condition',
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'Flag',
  'Encounter',
] as const satisfies ResourceType[]
const UNITS = ['SE1-A1', 'SE1-A2', 'SE2-B1'] as const
const everything = mintSight(EVERYTHING)

function organization(hsaId: string, partOf?: string): FhirResource {
  const id = hsaId.split('-')[1] ?? ''
  const owner = partOf === undefined ? {} : { partOf: { reference: `Organization/${partOf}` } }
  return {
    resourceType: 'Organization',
    id,
    identifier: [{ system: HSA, value: hsaId }],
    name: hsaId,
    ...owner,
  }
}

/** Every combination of patient, unit, kind and time; some of it not for the patient. */
function region(): FhirResource[] {
  const people = NUMBERS.map(
    (value, at): FhirResource => ({
      resourceType: 'Patient',
      id: `p${at}`,
      identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value }],
    }),
  )
  const records = NUMBERS.flatMap((_, at) =>
    UNITS.flatMap((unit) => TIMES.flatMap((time) => recordsOf(`p${at}`, unit, time))),
  )
  return [
    organization('SE1-A0'),
    organization('SE1-A1', 'A0'),
    organization('SE1-A2', 'A0'),
    organization('SE2-B0'),
    organization('SE2-B1', 'B0'),
    ...people,
    ...records,
  ]
}

function recordsOf(patient: string, unit: string, time: string): FhirResource[] {
  const key = `${patient}-${unit}-${time.slice(0, 4)}`
  const meta = { source: `${HSA}#${unit}` }
  const subject = { reference: `Patient/${patient}` }
  const code = { text: key }
  const hidden = { ...meta, security: [{ system: ACT_CODE, code: 'NOPATIENT' }] }
  const laboratory = [{ coding: [{ code: 'laboratory' }] }]
  return [
    { resourceType: 'Condition', id: `c-${key}`, meta, code, subject, recordedDate: time },
    {
      resourceType: 'Observation',
      id: `o-${key}`,
      meta: unit === 'SE1-A1' ? hidden : meta,
      status: 'final',
      category: laboratory,
      code,
      subject,
      effectiveDateTime: time,
      issued: time,
      valueString: 'neg',
    },
    {
      resourceType: 'MedicationRequest',
      id: `m-${key}`,
      meta,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: code,
      subject,
      authoredOn: time,
    },
    {
      resourceType: 'Flag',
      id: `f-${key}`,
      meta,
      status: 'active',
      code,
      subject,
      period: { start: time },
    },
    {
      resourceType: 'Encounter',
      id: `e-${key}`,
      meta,
      status: 'finished',
      class: { code: 'AMB' },
      subject,
      period: { start: time, end: time },
    },
  ]
}

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

async function connected(product: ProductProfile) {
  const simulator = await startRivtaSimulator(product, region())
  closing.push(() => simulator.close())
  const system = createRivtaSystem({
    profile: profileOf(simulator, 'region', { freshness: 600_000 }),
    secret: Buffer.alloc(32, 1),
    now: Date.now,
  })
  closing.push(() => system.close())
  const patients = await Promise.all(
    NUMBERS.map(
      async (number) =>
        (await find(system, 'Patient', `identifier=${number}`, everything))[0]?.key.id ?? '',
    ),
  )
  const all = await Promise.all(
    TYPES.map((type) => find(system, type, ofAll(type, patients), everything)),
  )
  return { system, patients, all: all.flat() }
}

async function find(
  system: RecordSystem,
  type: ResourceType,
  text: string,
  sight: Sight,
): Promise<readonly StoredResource[]> {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  const page = await system.search(query, sight)
  assert.deepEqual(page.issues, [])
  const { hits, total } = page
  assert.equal(total ?? hits.length, hits.length)
  return hits.map(({ resource }) => resource)
}

const PAGED = '&_count=500&_total=accurate'

function ofAll(type: ResourceType, patients: readonly string[]): string {
  if (type === 'Organization') return `_count=500&_total=accurate`
  return type === 'Patient'
    ? `_id=${patients.join(',')}${PAGED}`
    : `patient=${patients.map((id) => `Patient/${id}`).join(',')}${PAGED}`
}

const one = <T>(...values: T[]) => fc.constantFrom(...values)

function sights(patients: readonly string[]): fc.Arbitrary<Sight> {
  const [first = '', second = ''] = patients
  const block: fc.Arbitrary<Block> = fc.record({
    patient: one(first, second, 'nobody'),
    unit: one<string | undefined>('SE1-A1', 'SE2-B1', 'no-such', undefined),
    process: one<string | undefined>(undefined, undefined, 'no-such'),
    from: one<number | undefined>(undefined, Date.UTC(2024, 0, 1)),
    to: one<number | undefined>(undefined, Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)),
    exempt: one<Block['exempt']>([], ['drugs'], ['alerts', 'drugs']),
  })
  const condition: SearchClause = {
    param: 'date',
    kind: 'date',
    modifier: undefined,
    values: [{ kind: 'date', prefix: 'eq', lo: Date.UTC(2024, 0, 1), hi: Date.UTC(2025, 0, 1) }],
  }
  return fc
    .record({
      patients: one<Sight['patients']>('all', [first], [first, second], ['nobody']),
      providers: one<Sight['providers']>('all', ['SE1-A0'], ['SE2-B0'], ['SE1-A0', 'SE2-B0']),
      units: one<Sight['units']>('all', 'all', ['SE1-A1'], ['no-such']),
      chosen: one<Sight['chosen']>([], [second]),
      shared: one<Sight['shared']>([], [{ patient: first, provider: 'SE2-B0' }]),
      types: one<Sight['types']>(
        'all',
        'all',
        ['Condition', 'Observation', 'Organization'],
        ['Patient'],
      ),
      blocked: fc.array(block, { maxLength: 3 }),
      closed: one<Sight['closed']>(
        [],
        [{ label: 'not-for-patient', unit: undefined, process: undefined }],
        [{ label: 'not-for-patient', unit: 'SE1-A1', process: undefined }],
      ),
      conditions: one<Sight['conditions']>(
        new Map(),
        new Map(),
        new Map([['Observation', [[condition]]]]),
      ),
      protectedPatients: one<Sight['protectedPatients']>([], [first]),
      revealed: one<Sight['revealed']>('all', []),
    })
    .map((parts) => mintSight(parts))
}

const names = (list: readonly StoredResource[]) =>
  list.map(({ key }) => `${key.type}/${key.id}`).sort()

for (const product of [MELIOR, MELIOR_PLUS]) {
  test(`the connector to ${product.product} shows exactly what a sight covers, in searches, histories and single reads`, async () => {
    const { system, patients, all } = await connected(product)
    const indexed = new Map(
      all.map((each) => [each, indexResource(JSON.parse(String(each.bytes)))]),
    )
    const isSeen = (sight: Sight) => (each: StoredResource) =>
      covers(sight, each.origin, () => indexed.get(each))
    let seen = 0
    for (const sight of fc.sample(sights(patients), { seed: 7, numRuns: 120 })) {
      const expected = all.filter(isSeen(sight))
      const found = await Promise.all(
        TYPES.map((type) => find(system, type, ofAll(type, patients), sight)),
      )
      const said = JSON.stringify(sight)
      assert.deepEqual(names(found.flat()), names(expected), said)
      seen += expected.length
    }
    for (const sight of fc.sample(sights(patients), { seed: 8, numRuns: 15 })) {
      for (const each of all) {
        const sealed = await system.locate(each.key)
        const opened = sealed !== undefined && unseal(sealed, sight) !== undefined
        assert.equal(opened, isSeen(sight)(each))
        const { type, id } = each.key
        const asked = { type, id, since: undefined, count: 10, cursor: undefined }
        const { versions } = await system.history(asked, sight)
        assert.equal(versions.length === 1, isSeen(sight)(each))
      }
    }
    assert.ok(seen > 1_500, `the sights see enough to prove something: ${seen}`)
    assert.ok(all.length > 60, `${all.length}`)
  })
}

test('without a patient, those of the sight are asked about and nobody else', async () => {
  const { system, patients, all } = await connected(MELIOR_PLUS)
  const [first = ''] = patients
  const sight = mintSight({ ...EVERYTHING, patients: [first] })
  const found = await find(system, 'Condition', '_count=500', sight)
  const own = all.filter(({ key, origin }) => key.type === 'Condition' && origin.patient === first)
  assert.deepEqual(names(found), names(own))
  await assert.rejects(find(system, 'Condition', '_count=500', everything), {
    code: 'not-supported',
  })
})
