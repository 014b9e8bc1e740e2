import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from 'fhir/r4'
import { parseExactly } from '../api/exact-json.ts'
import { resultGrid, wordAnswers } from './result-grid.ts'
import { resultRows } from './results.ts'

/** A value as the API writes it, digits and all. */
function aResult(text: string, written: string, at: string, more: object = {}): Observation {
  const json = `{"resourceType":"Observation","status":"final","code":{"text":"${text}"},"effectiveDateTime":"${at}","valueQuantity":{"value":${written},"unit":"mmol/L"}}`
  return { ...(parseExactly(json) as Observation), ...more }
}

const marked = (code: string) => ({ interpretation: [{ coding: [{ code }] }] })

test('the newest value is shown as it was written, with the change from the one before', () => {
  const [row] = resultRows([
    aResult('P-Kalium', '4.0', '2026-11-24T06:10:00+01:00', marked('N')),
    aResult('P-Kalium', '3.55', '2026-11-23T06:10:00+01:00', marked('L')),
  ])
  assert.equal(row?.value, '4,0')
  assert.equal(row?.change, '+0,45')
  assert.equal(row?.mark, undefined)
  assert.deepEqual(
    row?.trend.map(({ value }) => value),
    [3.55, 4],
  )
})

test('values with a comparator or in other units are not subtracted', () => {
  const before = aResult('P-CRP', '5', '2026-11-23', {
    valueQuantity: { value: 5, unit: 'mg/L', comparator: '<' },
  })
  const [row] = resultRows([aResult('P-CRP', '9', '2026-11-24'), before])
  assert.equal(row?.change, '')
  assert.equal(resultRows([before])[0]?.value, '<5')
})

test('an analysis in two units is two rows and two trends, and neither value stands under the other’s unit', () => {
  const inGrams = { valueQuantity: { value: 11, unit: 'g/dL' } }
  const observations = [
    aResult('B-Hb', '112', '2026-11-24'),
    aResult('B-Hb', '110', '2026-11-23', inGrams),
    aResult('B-Hb', '115', '2026-11-22'),
  ]
  const rows = resultRows(observations)
  assert.deepEqual(
    rows.map(({ value, unit, change, trend }) => [value, unit, change, trend.length]),
    [
      ['112', 'mmol/L', '−3', 2],
      ['11', 'g/dL', '', 1],
    ],
  )
  const { rows: lines } = resultGrid(observations)
  assert.deepEqual(
    lines.map(({ cells }) => cells.map((cell) => cell?.text)),
    [
      ['112', undefined, '115'],
      [undefined, '11', undefined],
    ],
  )
})

test('an answer in words is the newest of the analysis that has a unit', () => {
  const words = aResult('P-Kalium', '0', '2026-11-24', {
    valueQuantity: undefined,
    valueString: 'Hemolys',
  })
  const rows = resultRows([words, aResult('P-Kalium', '3.9', '2026-11-23')])
  assert.deepEqual(
    rows.map(({ value }) => value),
    ['Hemolys'],
  )
})

test('what was taken on the newest day comes first, in the order a doctor looks; older values show that they are', () => {
  const rows = resultRows([
    aResult('B-Hb', '112', '2026-11-24'),
    aResult('P-CRP', '96', '2026-11-24'),
    aResult('B-HbA1c', '55', '2026-08-20'),
  ])
  assert.deepEqual(
    rows.map(({ name, isOfNewestDay }) => [name, isOfNewestDay]),
    [
      ['P-CRP', true],
      ['B-Hb', true],
      ['B-HbA1c', false],
    ],
  )
})

test('a result made in error is no result', () => {
  assert.deepEqual(
    resultRows([aResult('P-CRP', '96', '2026-11-24', { status: 'entered-in-error' })]),
    [],
  )
})

test('high, low and abnormal are told apart', () => {
  for (const [code, mark] of [
    ['H', 'high'],
    ['HH', 'high'],
    ['LL', 'low'],
    ['A', 'abnormal'],
    ['N', undefined],
  ]) {
    assert.equal(resultRows([aResult('X', '1', '2026-11-24', marked(code ?? ''))])[0]?.mark, mark)
  }
})

test('an answer without a value says so', () => {
  const empty = { valueQuantity: undefined, dataAbsentReason: { text: 'Provet hemolyserat' } }
  assert.equal(resultRows([aResult('X', '1', '2026-11-24', empty)])[0]?.value, 'Provet hemolyserat')
})

test('the grid holds every value once, newest sampling first, and words apart', () => {
  const culture = aResult('Urinodling', '1', '2026-11-20', {
    valueQuantity: undefined,
    valueString: 'Ingen växt',
  })
  const all = [
    aResult('P-CRP', '96', '2026-11-24'),
    aResult('B-Hb', '112', '2026-11-24'),
    aResult('P-CRP', '148', '2026-11-23'),
    culture,
  ]
  const { samplings, rows } = resultGrid(all)
  assert.deepEqual(
    samplings.map(({ at }) => at),
    ['2026-11-24', '2026-11-23'],
  )
  assert.deepEqual(
    rows.map(({ row, cells }) => [row.name, ...cells.map((cell) => cell?.text)]),
    [
      ['P-CRP', '96', '148'],
      ['B-Hb', '112', undefined],
    ],
  )
  assert.deepEqual(
    wordAnswers(all).map(({ name, text }) => [name, text]),
    [['Urinodling', 'Ingen växt']],
  )
})

test('an interval without words is told by its limits, as they were written', () => {
  const told = (range: string) => {
    const referenceRange = [parseExactly(range)]
    return resultRows([aResult('P-Kalium', '4.0', '2026-11-24', { referenceRange })])[0]
      ?.intervalText
  }
  assert.equal(told('{"low":{"value":3.50},"high":{"value":4.6}}'), '3,50–4,6')
  assert.equal(told('{"high":{"value":0}}'), '≤ 0')
  assert.equal(told('{"low":{"value":60}}'), '≥ 60')
  assert.equal(told('{"low":{"value":3.5},"text":"3,5–4,6 vuxna"}'), '3,5–4,6 vuxna')
})
