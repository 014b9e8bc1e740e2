import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  AllergyIntolerance,
  Encounter,
  Flag,
  MedicationRequest,
  Observation,
  Patient,
} from 'fhir/r4'
import { localDate } from '../words.ts'
import { allergyState, type Hazards, identityOf, marksOf, stayOf } from './banner.ts'

const aPatient: Patient = {
  resourceType: 'Patient',
  name: [{ use: 'official', family: 'Lindqvist', given: ['Britt-Marie', 'Elisabet'] }],
  identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: '194704187006' }],
  gender: 'female',
  birthDate: '1947-04-18',
}

const nothing: Hazards = {
  allergies: [],
  flags: [],
  medications: [],
  laboratory: [],
  conditions: [],
}

const anAllergy = (text: string, more: Partial<AllergyIntolerance> = {}): AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance',
  patient: {},
  code: { text },
  ...more,
})

const aFlag = (category: string, text: string): Flag => ({
  resourceType: 'Flag',
  status: 'active',
  subject: {},
  category: [{ text: category }],
  code: { text },
})

test('one who has died keeps the age at death, and the day', () => {
  const identity = identityOf({ ...aPatient, deceasedDateTime: '2020-04-17T10:00:00+02:00' })
  assert.equal(identity.about, '72 år · kvinna')
  assert.equal(identity.died, '2020-04-17')
})

test('a child is a girl or a boy, an adult a woman or a man, and so is one whose age is not known', () => {
  const born = (birthDate: string) =>
    identityOf({ ...aPatient, gender: 'male', birthDate, deceasedDateTime: '2026-11-25' }).about
  assert.equal(born('2026-11-01'), '24 dagar · pojke')
  assert.equal(born('2008-11-26'), '17 år · pojke')
  assert.equal(born('2008-11-25'), '18 år · man')
  assert.equal(born('1970'), 'man')
})

test('a protected identity is told', () => {
  const meta = { security: [{ code: 'sekretessmarkering' }] }
  assert.equal(identityOf({ ...aPatient, meta }).isProtected, true)
  assert.equal(identityOf(aPatient).isProtected, false)
})

test('a masked name is said once, and a name that is the same twice is not', () => {
  const meta = { security: [{ code: 'sekretessmarkering' }] }
  const masked = [{ family: 'Skyddad uppgift', given: ['Skyddad uppgift'] }]
  assert.equal(identityOf({ ...aPatient, meta, name: masked }).name, 'Skyddad uppgift')
  const same = [{ family: 'Omar', given: ['Omar'] }]
  assert.equal(identityOf({ ...aPatient, name: same }).name, 'Omar, Omar')
})

test('a patient without a name or number is shown as such, never as blank', () => {
  assert.equal(identityOf({ resourceType: 'Patient' }).name, 'Namn saknas')
})

test('the order is life-threatening, infection, treatment, the rest', () => {
  const marks = marksOf({
    ...nothing,
    allergies: [anAllergy('Latex'), anAllergy('Penicillin', { criticality: 'high' })],
    flags: [aFlag('Behandling', 'Ej IVA'), aFlag('Övrigt', 'Tolk'), aFlag('Smitta', 'ESBL')],
  })
  assert.deepEqual(
    marks.map(({ text }) => text),
    ['Penicillin', 'ESBL', 'Latex', 'Ej IVA', 'Tolk'],
  )
})

test('what two units have written alike is one mark', () => {
  const allergies = [anAllergy('Latex'), anAllergy('Latex')]
  assert.deepEqual(
    marksOf({ ...nothing, allergies }).map(({ text }) => text),
    ['Latex'],
  )
})

const none = anAllergy('Ingen känd', { code: { coding: [{ code: '716186003' }] } })

test('no known allergy differs from not asked', () => {
  assert.equal(allergyState([none], true), 'Ingen känd överkänslighet')
  assert.equal(allergyState([], true), 'Uppgift om överkänslighet saknas')
  assert.equal(allergyState([none, anAllergy('Nötter')], true), undefined)
})

test('of what is not shown nothing is said', () => {
  assert.equal(allergyState([], false), 'Ingen uppgift om överkänslighet i det som visas')
  assert.equal(allergyState([none], false), 'Ingen känd överkänslighet i det som visas')
  assert.equal(allergyState([anAllergy('Nötter')], false), undefined)
})

test('an allergy that was refuted is no mark', () => {
  const refuted = anAllergy('Nötter', { verificationStatus: { coding: [{ code: 'refuted' }] } })
  assert.deepEqual(marksOf({ ...nothing, allergies: [refuted] }), [])
})

test('a stay tells place, day, and who is responsible', () => {
  const stay: Encounter = {
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    period: { start: new Date(Date.now() - 2 * 86_400_000).toISOString() },
    location: [{ location: { display: 'Sal 4, plats 2' } }],
    participant: [{ type: [{ text: 'PAL' }], individual: { display: 'Anna Nyström, ST-läkare' } }],
  }
  assert.deepEqual(
    [stayOf([stay])?.place, stayOf([stay])?.day, stayOf([stay])?.pal],
    ['Sal 4, plats 2', 3, 'Anna Nyström'],
  )
  assert.equal(stayOf([{ ...stay, status: 'finished' }]), undefined)
})

const aDrug = (text: string, ...codes: string[]): MedicationRequest => ({
  ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: {} },
  medicationCodeableConcept: { text, coding: codes.map((code) => ({ code })) },
})

test('what makes blood clot less is a warning: tablets, injections, and under any of its codes', () => {
  const medications = [
    aDrug('Waran 2,5 mg', 'B01AA03'),
    aDrug('Fragmin 5000 E', 'B01AB04'),
    aDrug('Eliquis 5 mg', '20110506000012', 'B01AF02'),
    aDrug('Arixtra 2,5 mg', 'B01AX05'),
    aDrug('Defitelio 80 mg', 'B01AX01'),
    aDrug('Furix 40 mg', 'C03CA01'),
  ]
  assert.deepEqual(
    marksOf({ ...nothing, medications }).map(({ sign, text }) => `${sign} ${text}`),
    ['bleeding Waran', 'bleeding Fragmin', 'bleeding Eliquis', 'bleeding Arixtra'],
  )
})

const kidney = (value: number, more: Partial<Observation> = {}): Observation => ({
  ...{ resourceType: 'Observation', status: 'final', code: { text: 'Pt-eGFR (Krea)' } },
  ...{ effectiveDateTime: `${localDate(new Date())}T06:10:00+01:00`, valueQuantity: { value } },
  ...more,
})

test('the kidney mark is of the newest value that holds, and says it as it was answered', () => {
  const said = (...laboratory: Observation[]) =>
    marksOf({ ...nothing, laboratory }).map(({ text }) => text)
  const wrong: Observation = kidney(80, { status: 'entered-in-error' })
  const withdrawn: Observation = kidney(80, { status: 'cancelled' })
  assert.deepEqual(said(wrong, withdrawn, kidney(32)), ['eGFR 32'])
  assert.deepEqual(said(kidney(15, { valueQuantity: { value: 15, comparator: '<' } })), [
    'eGFR <15',
  ])
  assert.deepEqual(said(kidney(45)), [])
  assert.deepEqual(said(kidney(32, { effectiveDateTime: '2020-01-01' })), [])
})
