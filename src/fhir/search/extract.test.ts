import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { RESOURCE_TYPES } from '../resource-type.ts'
import { extract } from './extract.ts'
import type { IndexEntries } from './index-entries.ts'
import { searchParameter } from './search-parameter.ts'

const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: {},
  ...more,
})
const BASE = 'https://karna.example/fhir'

/** The entries of one parameter, without its name and what is undefined. */
function entries(list: keyof IndexEntries, param: string, resource: FhirResource) {
  return extract(resource, BASE)
    [list].filter((entry) => entry.param === param)
    .map(({ param, ...rest }) => JSON.parse(JSON.stringify(rest)))
}

test('every resource type has an extractor', () => {
  for (const resourceType of RESOURCE_TYPES) {
    assert.ok(extract({ resourceType } as FhirResource))
  }
})

test('a CodeableConcept gives each coding and its text', () => {
  const code = { coding: [{ system: 's', code: 'a', display: 'A' }, { code: 'b' }], text: 'T' }
  assert.deepEqual(entries('tokens', 'code', observation({ code })), [
    { system: 's', code: 'a', text: 'A' },
    { code: 'b' },
    { text: 'T' },
  ])
})

test('a bare code has the system that its required binding implies', () => {
  const system = 'http://hl7.org/fhir/observation-status'
  assert.deepEqual(entries('tokens', 'status', observation({})), [{ system, code: 'final' }])
})

test('an identifier without a system has none', () => {
  const identifier = [{ value: '1', type: { text: 'MRN' } }]
  assert.deepEqual(entries('tokens', 'identifier', observation({ identifier })), [
    { code: '1', text: 'MRN' },
  ])
})

test('telecom is found by system and value, phone only among phones', () => {
  const telecom = [
    { system: 'phone', value: '08-1' },
    { system: 'email', value: 'a@b.example' },
  ] as const
  const patient: FhirResource = { resourceType: 'Patient', telecom: [...telecom] }
  assert.equal(entries('tokens', 'telecom', patient).length, 2)
  assert.deepEqual(entries('tokens', 'phone', patient), [{ system: 'phone', code: '08-1' }])
})

test('who has died is deceased, and who says nothing is not', () => {
  const deceased = (more: object) =>
    entries('tokens', 'deceased', { resourceType: 'Patient', ...more })
  assert.deepEqual(deceased({}), [{ code: 'false' }])
  assert.deepEqual(deceased({ deceasedBoolean: false }), [{ code: 'false' }])
  assert.deepEqual(deceased({ deceasedBoolean: true }), [{ code: 'true' }])
  assert.deepEqual(deceased({ deceasedDateTime: '2026' }), [{ code: 'true' }])
})

test('references are read in every form', () => {
  const of = (reference: object) =>
    entries('references', 'subject', observation({ subject: reference }))
  const local = { type: 'Patient', id: '1' }
  assert.deepEqual(of({ reference: 'Patient/1' }), [local])
  assert.deepEqual(of({ reference: `${BASE}/Patient/1` }), [local])
  assert.deepEqual(of({ reference: 'Patient/1/_history/3' }), [{ ...local, version: '3' }])
  const url = 'https://other.example/fhir/Patient/1'
  assert.deepEqual(of({ reference: `${url}/_history/3` }), [{ ...local, version: '3', url }])
  assert.deepEqual(of({ reference: 'urn:uuid:5' }), [{ url: 'urn:uuid:5' }])
  assert.deepEqual(of({ reference: '#p' }), [{ url: '#p' }])
  assert.deepEqual(of({ type: 'Patient', identifier: { system: 's', value: 'v' } }), [
    { type: 'Patient', identifier: { system: 's', value: 'v' } },
  ])
  assert.deepEqual(of({ display: 'Somebody' }), [])
})

test('a parameter for patients takes no other references', () => {
  const group = { subject: { reference: 'Group/1' } }
  assert.deepEqual(entries('references', 'patient', observation(group)), [])
  const contained = {
    contained: [{ resourceType: 'Patient', id: 'p' }],
    subject: { reference: '#p' },
  }
  assert.equal(entries('references', 'patient', observation(contained)).length, 1)
})

test('a canonical keeps its version apart', () => {
  const questionnaire = 'http://q.example/Questionnaire/q|2.0'
  const response: FhirResource = {
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    questionnaire,
  }
  assert.deepEqual(entries('references', 'questionnaire', response), [
    { type: 'Questionnaire', id: 'q', version: '2.0', url: 'http://q.example/Questionnaire/q' },
  ])
})

test('a profile with a version is found both with and without it', () => {
  const found = entries('uris', '_profile', observation({ meta: { profile: ['http://p|1'] } }))
  assert.deepEqual(found, [{ value: 'http://p|1' }, { value: 'http://p' }])
})

test('each part of a name is an entry', () => {
  const name = [{ family: 'Ek', given: ['Åsa', 'Lo'], prefix: ['Dr'], text: 'Dr Åsa Ek' }]
  const values = entries('strings', 'name', { resourceType: 'Patient', name }).map(
    (entry) => entry.value,
  )
  assert.deepEqual(values, ['Ek', 'Åsa', 'Lo', 'Dr', 'Dr Åsa Ek'])
})

test('a period with one end is open at the other', () => {
  const [entry] = extract(observation({ effectivePeriod: { start: '2026-03' } })).dates
  assert.deepEqual(entry, { param: 'date', lo: Date.UTC(2026, 2, 1), hi: Infinity })
})

test('a timing reaches from its first event or bound to its last', () => {
  const effectiveTiming = {
    event: ['2026-03-05', '2026-03-01'],
    repeat: { boundsPeriod: { start: '2026-03-02', end: '2026-03-07' } },
  }
  const [entry] = extract(observation({ effectiveTiming })).dates
  assert.deepEqual([entry?.lo, entry?.hi], [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 8)])
})

test('a quantity below a limit reaches from minus infinity', () => {
  const valueQuantity = { value: 5, comparator: '<', unit: 'mg' }
  const [entry] = extract(observation({ valueQuantity })).quantities
  assert.deepEqual([entry?.lo, entry?.hi, entry?.unit], [-Infinity, 5, 'mg'])
})

test('sampled data reach from the lowest sample to the highest', () => {
  const valueSampledData = { origin: { value: 10 }, factor: 2, data: '1 E -3 4', period: 1 }
  const [entry] = extract(observation({ valueSampledData })).quantities
  assert.deepEqual([entry?.lo, entry?.hi], [4, 18])
})

test('what is contained is not indexed', () => {
  const contained = [observation({ identifier: [{ value: '1' }] })]
  assert.deepEqual(entries('tokens', 'identifier', observation({ contained })), [])
})

test('a parameter knows its canonical URL and only the targets that R4 allows it', () => {
  const patient = searchParameter('Observation', 'patient')
  assert.equal(patient?.definition, 'http://hl7.org/fhir/SearchParameter/clinical-patient')
  assert.deepEqual(patient?.targets, ['Patient'])
  assert.equal(searchParameter('Observation', 'code-value-quantity'), undefined)
})
