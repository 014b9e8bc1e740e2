import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dosage, MedicationRequest } from 'fhir/r4'
import { medicationList, medicationRows } from './medications.ts'

const now = new Date('2026-11-24T12:00:00')

function aDrug(name: string, more: Partial<MedicationRequest> = {}): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id: name,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    medicationCodeableConcept: { text: name },
    authoredOn: '2020-01-01',
    ...more,
  }
}

const dose = (
  when: 'MORN' | 'NOON' | 'EVE' | 'NIGHT',
  value: number,
  unit = 'tablett',
): Dosage => ({
  timing: { repeat: { when: [when] } },
  doseAndRate: [{ doseQuantity: { value, unit } }],
})

const rowOf = (request: MedicationRequest) => medicationRows([request], now)[0]

test('the name ends before form or strength, and no word is lost', () => {
  for (const [full, name] of [
    ['Furosemid tablett 40 mg', 'Furosemid'],
    ['Insulin glargin injektionsvätska 100 E/ml', 'Insulin glargin'],
    ['Spiriva Respimat 2,5 µg', 'Spiriva Respimat'],
    ['Omeprazol enterokapsel 20 mg', 'Omeprazol'],
    ['Alvedon', 'Alvedon'],
  ]) {
    const row = rowOf(aDrug(full ?? ''))
    assert.equal(row?.name, name)
    assert.equal(`${row?.name} ${row?.strength}`.trim(), full)
  }
})

test('doses stand under morning, noon, evening and night', () => {
  const row = rowOf(aDrug('Kalium', { dosageInstruction: [dose('MORN', 2), dose('EVE', 1)] }))
  assert.deepEqual(row?.doses, ['2', '0', '1', '0'])
})

test('a dose that is not told by time of day, or in a unit that can be counted, is told in words alone', () => {
  for (const dosageInstruction of [
    [{ text: '1 injektion en gång i veckan' }],
    [{ text: '40 mg intravenöst', ...dose('MORN', 1, 'dos') }],
    [dose('MORN', 1), { text: 'och 1 till kvällen' }],
    [dose('MORN', 1), dose('MORN', 2)],
  ]) {
    const row = rowOf(aDrug('X', { dosageInstruction }))
    assert.equal(row?.doses, undefined)
    assert.equal(row?.saysMore, true)
  }
})

test('a dosage text that says more than its doses is shown beside them', () => {
  const says = (text: string) =>
    rowOf(aDrug('X', { dosageInstruction: [{ ...dose('MORN', 1), text }] }))?.saysMore
  assert.equal(says('1 tablett på morgonen'), false)
  assert.equal(says('1 tablett 2 gånger dagligen'), false)
  assert.equal(says('1 tablett på morgonen i 7 dagar'), false)
  assert.equal(says('2 tabletter 2 gånger dagligen i 7 dagar, därefter 1 tablett'), true)
  assert.equal(says('1 tablett dagligen på fastande mage'), true)
})

test('a prescription without dosage says that it is missing', () => {
  assert.equal(rowOf(aDrug('X'))?.text, 'Dosering saknas')
})

test('courses and new drugs come first, then standing, as needed, paused; ended ones are left out', () => {
  const course = {
    timing: { repeat: { boundsPeriod: { start: '2026-11-21', end: '2026-11-28' } } },
  }
  const { rows, active, paused } = medicationList(
    [
      aDrug('Paus', { status: 'on-hold' }),
      aDrug('Behov', { dosageInstruction: [{ asNeededBoolean: true }] }),
      aDrug('Stående'),
      aDrug('Kur', { dosageInstruction: [course] }),
      aDrug('Slut', { status: 'stopped' }),
      aDrug('Fel', { status: 'entered-in-error' }),
    ],
    now,
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['Kur', 'Stående', 'Behov', 'Paus'],
  )
  assert.deepEqual([active, paused], [3, 1])
})

test('a course tells its day, and says so when it should have ended', () => {
  const tag = (start: string, end: string) =>
    rowOf(
      aDrug('X', { dosageInstruction: [{ timing: { repeat: { boundsPeriod: { start, end } } } }] }),
    )?.tag
  assert.equal(tag('2026-11-21', '2026-11-28')?.text, 'dag 4 av 7')
  assert.deepEqual(tag('2026-11-10', '2026-11-17'), {
    text: 'skulle sluta 2026-11-17',
    kind: 'warning',
  })
})

test('one prescribed today is new', () => {
  assert.equal(
    rowOf(aDrug('X', { authoredOn: '2026-11-24T08:00:00+01:00' }))?.tag?.text,
    'ny i dag',
  )
})
