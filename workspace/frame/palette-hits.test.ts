import assert from 'node:assert/strict'
import { test } from 'node:test'
import { medicationRows } from '../medications/medications.ts'
import { resultRows } from '../results/results.ts'
import type { OpenPatient } from './open-patient.ts'
import { cutWords, recordHits } from './palette-hits.ts'

const command = { key: 'm', words: 'Ljust eller mörkt', run: () => {} }

const patient: OpenPatient = {
  place: { scope: 'own', id: 'p' },
  name: 'Lindqvist, Britt-Marie',
  personnummer: '19470418-7006',
  results: resultRows([
    {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'P-CRP' },
      effectiveDateTime: '2026-11-24',
      valueQuantity: { value: 96, unit: 'mg/L' },
    },
  ]),
  medications: medicationRows([
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: {},
      medicationCodeableConcept: { text: 'Paracetamol tablett 500 mg' },
    },
  ]),
  commands: [],
}

const labels = (text: string, open: OpenPatient | undefined = patient) =>
  recordHits(text, open, [command]).map(({ label }) => label)

test('a result is found by part of its name and carries its answer', () => {
  const [hit] = recordHits('crp', patient, [command])
  assert.deepEqual([hit?.label, hit?.result?.value], ['P-CRP', '96'])
})

test('a drug is found by the name that is used', () => {
  assert.deepEqual(labels('alvedon'), ['Paracetamol tablett 500 mg'])
})

test('# asks for results alone and > for commands alone', () => {
  assert.deepEqual(labels('#'), ['P-CRP'])
  assert.deepEqual(labels('>mörkt'), ['Ljust eller mörkt'])
})

test('without an open record there are only commands', () => {
  assert.deepEqual(recordHits('crp', undefined, [command]), [])
  assert.deepEqual(
    recordHits('', undefined, [command]).map(({ label }) => label),
    ['Ljust eller mörkt'],
  )
})

test('where only the first of many are given, the group says of how many', () => {
  const drugs = Array.from({ length: 14 }, (_, at) => ({
    ...({
      resourceType: 'MedicationRequest',
      id: `d${at}`,
      status: 'active',
      intent: 'order',
    } as const),
    subject: {},
    medicationCodeableConcept: { text: `Kosttillskott ${at}` },
  }))
  const many = { ...patient, medications: medicationRows(drugs) }
  assert.equal(labels('kost', many).length, 6)
  assert.equal(cutWords('kost', many).Läkemedel, '6 av 14, skriv mer')
  assert.equal(cutWords('tillskott 13', many).Läkemedel, '')
})
