import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { COSMIC } from '../../simulators/fhir-server/cosmic.ts'
import { MILLENNIUM } from '../../simulators/fhir-server/millennium.ts'
import type { FhirProduct } from '../../simulators/fhir-server/product.ts'
import { createDatabase, type Database } from '../../src/db/database.ts'
import { parseJson } from '../../src/fhir/json/parse.ts'
import type { Author, RecordSystem, SearchPage } from '../../src/fhir/record-system.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { patientOf } from '../../src/fhir/search/patient-of.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import { createStore } from '../../src/store/store.ts'
import { createComposedSystem } from '../../src/systems/composed/composed-system.ts'
import { createOutbox } from '../../src/systems/composed/outbox.ts'
import { createRoutes } from '../../src/systems/composed/routes.ts'
import { informationMap } from '../../src/systems/registry/information-map.ts'
import { freshDatabaseUrl } from '../database.ts'
import { everything, recordsOf, searchIn, startFhirServer } from '../fhir-server.ts'

/*
 * The same questions to our own store, to Cosmic and to Millennium filled with the same people, each as a region runs it:
 * what the product lacks is in our store beside it. The clinical answer must be the same.
 */

const REGION = 'orebro'
const MOST = 40
let db: Database
let resources: FhirResource[]
let patients: string[]
let own: RecordSystem
let regions: { name: string; system: RecordSystem; lacks: ReadonlySet<string> }[]

before(async () => {
  db = createDatabase(await freshDatabaseUrl())
  resources = recordsOf(REGION, 70)
  patients = resources.filter((each) => each.resourceType === 'Patient').map(({ id = '' }) => id)
  own = await filledStore('own', resources)
  regions = [await region('cosmic', COSMIC), await region('millennium', MILLENNIUM)]
})
after(() => db.end())

async function filledStore(name: string, given: readonly FhirResource[]) {
  const store = await createStore({ db, region: name, now: Date.now, alongside: undefined })
  const author: Author = {
    sight: everything,
    unit: 'u',
    provider: 'p',
    process: undefined,
    mayUnlabel: true,
    mayChooseId: true,
    originOf: undefined,
    logEntry: undefined,
  }
  for (let from = 0; from < given.length; from += 200) {
    const changes = given.slice(from, from + 200).map((value) => {
      const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
      const { type, id } = resource
      return { kind: 'create', type, id, resource, ifNoneExist: undefined } as const
    })
    await store.transact(changes, author)
  }
  return store
}

async function region(name: string, product: FhirProduct) {
  const { system: legacy } = await startFhirServer(product, name, resources, { deadline: 30_000 })
  const has = legacy.capability().types
  const beside = resources.filter(({ resourceType }) => !has.has(resourceType))
  const system = createComposedSystem({
    name,
    source: product.name,
    legacy,
    own: await filledStore(name, beside),
    routes: await createRoutes(db, name),
    outbox: createOutbox(db, name, Date.now),
  })
  const lacks = new Set(beside.map(({ resourceType }) => resourceType))
  return { name, system, lacks }
}

/** What a clinician would call the same: without what a server stamps and the codes that are a product's own. */
function clinical(bytes: Buffer): unknown {
  const value = JSON.parse(String(bytes)) as Record<string, unknown>
  const { meta: _, extension, ...rest } = value
  const kept = (extension as { url: string }[] | undefined)?.filter(
    ({ url }) => !url.includes('CareUnitSe'),
  )
  const whole = kept && kept.length > 0 ? { ...rest, extension: kept } : rest
  return sorted(whole)
}

const OWN_CODES = /cerner\.com|cambio\.se/

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (name !== 'coding' || !Array.isArray(inner)) return [[name, sorted(inner)] as const]
    const standard = inner.filter(
      ({ system }: { system?: string }) => !OWN_CODES.test(system ?? ''),
    )
    return standard.length === 0 ? [] : [[name, sorted(standard)] as const]
  })
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const answerOf = ({ hits }: Pick<SearchPage, 'hits'>) =>
  hits
    .map(({ resource, mode }) => ({
      name: `${mode} ${resource.key.type}/${resource.key.id}`,
      value: clinical(resource.bytes),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

/** Questions of the kinds that care asks, beside those made of what is in a record. */
const QUESTIONS: readonly [ResourceType, string][] = [
  ['Observation', 'category=laboratory&_sort=-date'],
  ['Observation', 'category=vital-signs&date=ge2023'],
  ['Observation', 'code=urn:oid:1.2.752.108.1|NPU19748'],
  ['Observation', 'code=http://loinc.org|8867-4'],
  ['Observation', 'code:text=p-crp'],
  ['Observation', 'code:not=urn:oid:1.2.752.108.1|NPU19748'],
  ['Observation', 'value-quantity=gt10'],
  ['Observation', 'value-quantity=le5||mg/L'],
  ['Observation', 'status=final&value-quantity:missing=false'],
  ['Observation', 'combo-code=http://loinc.org|85354-9'],
  ['Observation', '_include=Observation:encounter&category=laboratory&date=ge2024'],
  ['Condition', 'category=problem-list-item'],
  ['Condition', 'clinical-status=active&_sort=recorded-date'],
  ['Condition', 'recorded-date=ge2024&recorded-date=lt2026'],
  ['Condition', 'code:text=hyper'],
  ['Condition', 'onset-date=lt2023'],
  ['MedicationRequest', 'status=active,on-hold'],
  ['MedicationRequest', 'authoredon=ge2024'],
  ['MedicationRequest', 'code:text=furo'],
  ['MedicationRequest', '_include=MedicationRequest:requester'],
  ['Encounter', 'status=finished&class=AMB'],
  ['Encounter', 'status:not=finished'],
  ['Encounter', '_revinclude=Condition:encounter'],
  ['Composition', 'type:text=besök'],
  ['Composition', '_include=Composition:encounter'],
  ['DiagnosticReport', 'category=LAB'],
  ['DiagnosticReport', '_include=DiagnosticReport:result'],
  ['AllergyIntolerance', 'criticality=high'],
  ['AllergyIntolerance', 'clinical-status=active'],
  ['Immunization', 'vaccine-code:text=covid'],
  ['Procedure', 'status=completed'],
  ['Appointment', 'status=booked,fulfilled'],
  ['Flag', 'date=ge2020'],
]

/** Questions about one patient, made of what is in the record. */
function questionsFor(patient: string): [ResourceType, string][] {
  const all = resources.filter((each) => patientOf(each) === patient)
  const types = [...new Set(all.map(({ resourceType }) => resourceType))].filter(
    (type) => type !== 'Patient',
  )
  const plain = types.flatMap((type): [ResourceType, string][] => [
    [type, 'x'],
    [type, '_sort=-_id&_total=accurate'],
    [type, '_lastUpdated=gt2000-01-01'],
    [type, `_id=${all.find((each) => each.resourceType === type)?.id}`],
  ])
  const dated = types
    .filter((type) => !['MedicationRequest', 'ServiceRequest', 'Condition', 'Task'].includes(type))
    .flatMap((type): [ResourceType, string][] =>
      [
        'ge2024',
        'lt2024-06-01',
        'gt2022-03',
        'eq2025',
        'le2023-12-31T12:00:00Z',
        'ne2020',
        'sa2021',
        'eb2026',
        'ap2024-05',
      ].map((date) => [type, `date=${date}`]),
    )
  return [...plain, ...dated, ...QUESTIONS]
}

test('at least 300 reads and searches give the same clinical answer over Cosmic and Millennium as over our own store', async () => {
  let asked = 0
  const differences: string[] = []
  for (const patient of patients.slice(0, 4)) {
    for (const [type, more] of questionsFor(patient)) {
      const text = `patient=${patient}&_count=1000&${more === 'x' ? '' : more}`.replace(
        /_count=1000&(.*_count=)/,
        '$1',
      )
      const expected = answerOf(await searchIn(own, type, text))
      for (const { name, system } of regions) {
        const page = await searchIn(system, type, text)
        asked++
        try {
          assert.deepEqual(page.issues, [])
          assert.deepEqual(answerOf(page), expected)
        } catch (thrown) {
          differences.push(`${name} ${type}?${more}: ${String(thrown).slice(0, 600)}`)
        }
      }
    }
  }
  assert.deepEqual(differences.slice(0, 5), [])
  assert.ok(asked / regions.length >= 300, `${asked} questions`)
})

test('each record is read by its id with the same clinical content', async () => {
  const given = resources.filter(
    (each) => patientOf(each) === patients[0] && each.resourceType !== 'Patient',
  )
  for (const { resourceType, id = '' } of given.slice(0, MOST)) {
    const [expected] = answerOf(await searchIn(own, resourceType, `_id=${id}`))
    for (const { name, system } of regions) {
      const sealed = await system.locate({ type: resourceType, id })
      assert.equal(sealed?.origin.patient, patients[0], `${name} ${resourceType}`)
      assert.deepEqual(
        answerOf(await searchIn(system, resourceType, `_id=${id}`)),
        [expected],
        name,
      )
    }
  }
})

test('sorted pages are the same list, whatever the page size', async () => {
  for (const { system } of [{ system: own }, ...regions]) {
    const days: string[] = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? '' : `&_cursor=${encodeURIComponent(cursor)}`
      const page = await searchIn(
        system,
        'Observation',
        `patient=${patients[0]}&_sort=-date&_count=7${more}`,
      )
      days.push(
        ...page.hits.map(({ resource }) => JSON.parse(String(resource.bytes)).effectiveDateTime),
      )
      cursor = page.next
    } while (cursor !== undefined)
    const times = days.map((day) => Date.parse(day))
    assert.deepEqual(
      times,
      [...times].sort((a, b) => b - a),
    )
    assert.equal(
      days.length,
      resources.filter(
        (each) => each.resourceType === 'Observation' && patientOf(each) === patients[0],
      ).length,
    )
  }
})

test('what a product lacks is what its information map says', () => {
  const told = (kind: 'cosmic' | 'millennium') =>
    new Set(
      informationMap(kind, new Map())
        .filter(({ answer }) => answer === 'missing')
        .map(({ type }) => type),
    )
  for (const { name, lacks } of regions) {
    const map = told(name as 'cosmic' | 'millennium')
    assert.deepEqual(
      [...lacks].filter((type) => !map.has(type as ResourceType)),
      [],
      name,
    )
  }
})
