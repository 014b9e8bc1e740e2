import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Condition } from 'fhir/r4'
import { diagnosisRows } from './diagnoses.ts'

const aDiagnosis = (text: string, status: string | undefined, more: object = {}): Condition => ({
  resourceType: 'Condition',
  id: text,
  subject: {},
  code: { text, coding: [{ code: 'I50.9' }] },
  ...(status ? { clinicalStatus: { coding: [{ code: status }] } } : {}),
  ...more,
})

test('what is active comes first, and what is over after it', () => {
  const rows = diagnosisRows([
    aDiagnosis('Pneumoni', 'resolved'),
    aDiagnosis('Hjärtsvikt', 'active'),
    aDiagnosis('KOL', 'recurrence'),
  ])
  assert.deepEqual(
    rows.map(({ text, isActive }) => [text, isActive]),
    [
      ['Hjärtsvikt', true],
      ['KOL', true],
      ['Pneumoni', false],
    ],
  )
})

test('one without a status is not hidden among those that are over', () => {
  assert.equal(diagnosisRows([aDiagnosis('X', undefined)])[0]?.isActive, true)
})

test('one that was made in error is not shown', () => {
  const error = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }
  assert.deepEqual(diagnosisRows([aDiagnosis('X', 'active', error)]), [])
})

test('a year tells how long, and a day when it is acute', () => {
  const acute = { category: [{ coding: [{ code: 'encounter-diagnosis' }] }] }
  const onset = { onsetDateTime: '2019-03-02' }
  assert.equal(diagnosisRows([aDiagnosis('X', 'active', onset)])[0]?.since, 'sedan 2019')
  const [row] = diagnosisRows([aDiagnosis('X', 'active', { ...onset, ...acute })])
  assert.equal(row?.since, 'akut · 2019-03-02')
})

test('the code is of the national classification, whatever other codes a product sets first', () => {
  const [row] = diagnosisRows([
    {
      resourceType: 'Condition',
      id: 'c',
      subject: {},
      code: {
        coding: [
          { system: 'https://example.org/own', code: '3b64141a' },
          { system: 'urn:oid:1.2.752.116.1.1.1', code: 'E78.5' },
        ],
        text: 'Hyperlipidemi',
      },
    },
  ])
  assert.equal(row?.code, 'E78.5')
})
