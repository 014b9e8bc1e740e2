import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AllergyIntolerance, MedicationRequest, Observation } from 'fhir/r4'
import { medicationWarnings } from './warnings.ts'

const now = new Date('2026-11-24T12:00:00')
const ATC = 'http://www.whocc.no/atc'

const aDrug = (text: string, code: string, more: Partial<MedicationRequest> = {}) =>
  ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: {},
    medicationCodeableConcept: { text, coding: [{ system: ATC, code }] },
    ...more,
  }) satisfies MedicationRequest

const penicillin: AllergyIntolerance = {
  resourceType: 'AllergyIntolerance',
  patient: {},
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text: 'Penicillin', coding: [{ system: ATC, code: 'J01CE' }] },
}

const potassium = (value: number, code: string, day = '2026-11-24'): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ code: 'NPU03230' }], text: 'P-Kalium' },
  effectiveDateTime: `${day}T06:10:00+01:00`,
  valueQuantity: { value, unit: 'mmol/L' },
  interpretation: [{ coding: [{ code }] }],
})

const told = (
  medications: MedicationRequest[],
  allergies: AllergyIntolerance[] = [],
  laboratory: Observation[] = [],
) =>
  medicationWarnings({ medications, allergies, laboratory }, now).map(
    ({ title, text }) => `${title}: ${text}`,
  )

test('a drug of the group that the person reacts to is warned of', () => {
  const drug = aDrug('Fenoximetylpenicillin tablett 1 g', 'J01CE02')
  assert.deepEqual(told([drug], [penicillin]), [
    'Överkänslighet: Penicillin – ordinerat Fenoximetylpenicillin',
  ])
  assert.deepEqual(
    told([drug], [{ ...penicillin, clinicalStatus: { coding: [{ code: 'inactive' }] } }]),
    [],
  )
  assert.deepEqual(told([{ ...drug, status: 'stopped' }], [penicillin]), [])
})

test('the same substance twice is warned of, but not as needed beside standing', () => {
  const standing = aDrug('Waran tablett 2,5 mg', 'B01AA03')
  assert.deepEqual(told([standing, standing]), ['Dubbelt: Waran tablett 2,5 mg'])
  const asNeeded = aDrug('Morfin', 'N02AA01', { dosageInstruction: [{ asNeededBoolean: true }] })
  assert.deepEqual(told([aDrug('Morfin depot', 'N02AA01'), asNeeded]), [])
})

test('a QT drug is warned of with low potassium of this week, or with another', () => {
  const drug = aDrug('Moxifloxacin tablett 400 mg', 'J01MA14')
  assert.deepEqual(told([drug], [], [potassium(3.3, 'L')]), [
    'QT-risk: Moxifloxacin och kalium 3,3',
  ])
  assert.deepEqual(told([drug], [], [potassium(3.9, 'N')]), [])
  assert.deepEqual(told([drug], [], [potassium(3.3, 'L', '2026-11-01')]), [])
  assert.deepEqual(told([drug, aDrug('Citalopram tablett 20 mg', 'N06AB04')]), [
    'QT-risk: Moxifloxacin och Citalopram',
  ])
})
