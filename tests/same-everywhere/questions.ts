import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { patientOf } from '../../src/fhir/search/patient-of.ts'
import { searchParameter } from '../../src/fhir/search/search-parameter.ts'

/** What is asked of a patient's records: a type, and parameters beside the patient. */
export type Question = readonly [type: ResourceType, parameters: string]

/** Questions of the kinds that care asks, beside those made of what is in a record. */
const USUAL: readonly Question[] = [
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
  ['Condition', 'code=I10.9'],
  ['Condition', 'onset-date=lt2023'],
  ['Condition', 'verification-status:not=entered-in-error'],
  ['MedicationRequest', 'status=active,on-hold'],
  ['MedicationRequest', 'status=completed'],
  ['MedicationRequest', 'authoredon=ge2024'],
  ['MedicationRequest', 'code:text=furo'],
  ['MedicationRequest', 'code=http://www.whocc.no/atc|C03CA01'],
  ['MedicationRequest', '_include=MedicationRequest:requester'],
  ['MedicationRequest', '_include=MedicationRequest:encounter'],
  ['Encounter', 'status=finished&class=AMB'],
  ['Encounter', 'class=IMP'],
  ['Encounter', 'status:not=finished'],
  ['Encounter', '_revinclude=Condition:encounter'],
  ['Composition', 'type:text=besök'],
  ['Composition', 'title=besök'],
  ['Composition', 'status=final'],
  ['Composition', '_include=Composition:encounter'],
  ['DiagnosticReport', 'category=LAB'],
  ['DiagnosticReport', 'issued=ge2023'],
  ['DiagnosticReport', '_include=DiagnosticReport:result'],
  ['AllergyIntolerance', 'criticality=high'],
  ['AllergyIntolerance', 'clinical-status=active'],
  ['Immunization', 'vaccine-code:text=covid'],
  ['Immunization', 'vaccine-code=http://www.whocc.no/atc|J07BB02'],
  ['Procedure', 'status=completed'],
  ['Appointment', 'status=booked,fulfilled'],
  ['Flag', 'date=ge2020'],
]

const DATES = [
  'ge2024',
  'lt2024-06-01',
  'gt2022-03',
  'eq2025',
  'le2023-12-31T12:00:00Z',
  'ne2020',
  'sa2021',
  'eb2026',
  'ap2024-05',
]
const WITHOUT_DATE: ReadonlySet<string> = new Set([
  'MedicationRequest',
  'ServiceRequest',
  'Condition',
  'Task',
])

/** Questions about one patient, the usual ones and those made of what is in the record. */
export function questionsFor(patient: string, records: readonly FhirResource[]): Question[] {
  const all = records.filter((each) => patientOf(each) === patient)
  const types = [...new Set(all.map(({ resourceType }) => resourceType))].filter(
    (type) => type !== 'Patient',
  )
  const plain = types.flatMap((type): Question[] => [
    [type, ''],
    [type, '_sort=-_id&_total=accurate'],
    [type, '_lastUpdated=gt2000-01-01'],
  ])
  const dated = types
    .filter((type) => !WITHOUT_DATE.has(type))
    .flatMap((type) => DATES.map((date): Question => [type, `date=${date}`]))
  return [...plain, ...dated, ...USUAL]
}

/** The elements that a question looks at, such as `Condition.clinicalStatus`. */
export function elementsOf([type, parameters]: Question): string[] {
  return [...new URLSearchParams(parameters)].flatMap(([name, value]) => {
    const [source = '', code = ''] = name.endsWith('include')
      ? value.split(':')
      : name === '_sort'
        ? [type, value.replace('-', '')]
        : [type, name.split(':')[0]]
    const found = searchParameter(source as ResourceType, code)
    return (found?.paths ?? []).flatMap(({ steps, dataType }) => {
      const element = `${source}.${steps[0]?.keys[0] ?? ''}`
      return dataType === 'Quantity' ? [element, `${element}.comparator`] : [element]
    })
  })
}
