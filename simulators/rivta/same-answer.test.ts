import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FhirResource, Patient } from 'fhir/r4'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { indexResource } from '../../src/fhir/search/indexed-resource.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { searchInMemory } from '../../src/fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../../src/fhir/search/search-parameter.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import { parseExactly } from '../../src/systems/rivta/provide/exact-json.ts'
import { createRivtaSystem, type RivtaSystem } from '../../src/systems/rivta/rivta-system.ts'
import { populate } from '../../tools/population/populate.ts'
import { clinicalAnswers } from './clinical-answer.ts'
import { profileOf } from './connect.ts'
import { numberOf } from './demo-records.ts'
import { MELIOR, MELIOR_PLUS, TAKECARE } from './products.ts'
import type { ProductProfile } from './profile.ts'
import { startRivtaSimulator } from './rivta-simulator.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const PEOPLE = 2

/** Some people of one region, with decimals as they are written. */
function regionOf(id: string): FhirResource[] {
  const parts = [...populate({ seed: 'test', patients: 12, until: '2026-11-24T13:05:00+01:00' })]
  const own = parts.filter(({ region }) => region === id)
  const [organisations, ...people] = own
  const few = [organisations, ...people.slice(-PEOPLE)].flatMap((part) => part?.resources ?? [])
  return few.map((each) => parseExactly(Buffer.from(JSON.stringify(each))))
}

/**
 * Searches by what the contracts carry. What they don't carry (a diagnosis' end, a drug's pause, LOINC of vital signs) is
 * in information-map/rivta.json, and not asked for here.
 */
const SEARCHES: readonly (readonly [type: ResourceType, parameters: string])[] = [
  ['Condition', ''],
  ['Condition', 'code=I10.9'],
  ['Condition', 'code=urn:oid:1.2.752.116.1.1.1|J44.9,urn:oid:1.2.752.116.1.1.1|E11.9'],
  ['Condition', 'code:text=hypertoni'],
  ['Condition', 'recorded-date=ge2022'],
  ['Condition', 'recorded-date=lt2020-06-01'],
  ['Condition', 'recorded-date=ge2019&recorded-date=lt2023'],
  ['Condition', 'verification-status:not=entered-in-error'],
  ['Condition', 'onset-date=gt2021'],
  ['Encounter', ''],
  ['Encounter', 'status=finished'],
  ['Encounter', 'status=in-progress,cancelled'],
  ['Encounter', 'date=ge2024'],
  ['Encounter', 'date=2023'],
  ['Encounter', 'class=IMP'],
  ['Encounter', 'class=VR'],
  ['Observation', 'category=laboratory'],
  ['Observation', 'category=laboratory&date=ge2025'],
  ['Observation', 'category=laboratory&code:text=P-'],
  ['Observation', 'category=laboratory&status=final'],
  ['Observation', 'category=laboratory&value-quantity=gt100'],
  ['Observation', 'category=laboratory&value-quantity=lt5'],
  ['Observation', 'category=laboratory&date=sa2022&date=lt2024-07-01'],
  ['DiagnosticReport', ''],
  ['DiagnosticReport', 'status=final'],
  ['DiagnosticReport', 'date=ge2023'],
  ['DiagnosticReport', 'issued=ge2023'],
  ['DiagnosticReport', 'category=LAB'],
  ['MedicationRequest', ''],
  ['MedicationRequest', 'status=completed'],
  ['MedicationRequest', 'status=stopped'],
  ['MedicationRequest', 'authoredon=ge2022'],
  ['MedicationRequest', 'code=http://www.whocc.no/atc|C03CA01'],
  ['MedicationRequest', 'code=N02BE01,A10BA02'],
  ['MedicationRequest', 'intent=order'],
  ['AllergyIntolerance', ''],
  ['AllergyIntolerance', 'criticality=high'],
  ['AllergyIntolerance', 'clinical-status=active'],
  ['Flag', ''],
  ['Flag', 'date=ge2020'],
  ['Immunization', ''],
  ['Immunization', 'date=ge2021'],
  ['Immunization', 'vaccine-code=http://www.whocc.no/atc|J07BB02'],
  ['Immunization', 'status=completed'],
  ['Composition', ''],
  ['Composition', 'date=ge2024'],
  ['Composition', 'date=2022'],
  ['Composition', 'status=final'],
  ['Composition', 'status=preliminary'],
  ['Composition', 'title=besök'],
]

const queryOf = (type: ResourceType, text: string) =>
  parseSearch(type, new URLSearchParams(`${text}&_count=1000`), {
    types: new Map([[type, { searchParams: searchParametersOf(type) }]]),
    base: undefined,
    now: 0,
  })

/** What our own search finds among the records themselves. */
function expectedOf(records: readonly FhirResource[], type: ResourceType, text: string): string[] {
  const candidates = new Map(
    records
      .filter(({ resourceType }) => resourceType === type)
      .map((each) => [indexResource(plain(each)), each]),
  )
  const { matches } = searchInMemory(queryOf(type, text), candidates.keys())
  return clinicalAnswers(matches.flatMap((each) => candidates.get(each) ?? []))
}

/** Numbers to reckon with. */
const plain = (resource: FhirResource): FhirResource => JSON.parse(JSON.stringify(resource))

async function found(system: RivtaSystem, type: ResourceType, text: string): Promise<string[]> {
  const everything = mintSight(EVERYTHING)
  const { hits, issues } = await system.search(queryOf(type, text), everything)
  assert.deepEqual(issues, [])
  return clinicalAnswers(hits.map(({ resource }) => parseExactly(resource.bytes)))
}

const region = regionOf('vgr')
const patients = region.filter((each): each is Patient => each.resourceType === 'Patient')

function recordsOf({ id }: Patient): FhirResource[] {
  return region.filter((each) => JSON.stringify(each).includes(`"Patient/${id}"`))
}

async function connect(product: ProductProfile): Promise<RivtaSystem> {
  const simulator = await startRivtaSimulator(product, region)
  closing.push(() => simulator.close())
  const profile = profileOf(simulator, 'vgr', { deadline: 30_000, freshness: 600_000 })
  const system = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now })
  closing.push(() => system.close())
  return system
}

for (const product of [MELIOR, MELIOR_PLUS, TAKECARE]) {
  test(`${product.product} gives the same clinical answers as our own store, ${SEARCHES.length} searches a person`, async () => {
    const system = await connect(product)
    let answers = 0
    for (const patient of patients) {
      const number = numberOf(patient) ?? ''
      const people = await system.search(
        queryOf('Patient', `identifier=${number}`),
        mintSight(EVERYTHING),
      )
      const id = people.hits[0]?.resource.key.id
      for (const [type, text] of SEARCHES) {
        const said = `${type}?${text}`
        const expected = expectedOf(recordsOf(patient), type, text)
        assert.deepEqual(await found(system, type, `patient=Patient/${id}&${text}`), expected, said)
        answers += expected.length
      }
    }
    assert.ok(answers > 800, `enough was found to prove something: ${answers}`)
  })
}
