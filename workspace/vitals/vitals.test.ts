import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from 'fhir/r4'
import { vitalRows } from './vitals.ts'

const aMeasure = (text: string, at: string, more: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text },
  effectiveDateTime: at,
  ...more,
})

test('blood pressure is shown as one value', () => {
  const component = [132, 74].map((value) => ({ code: {}, valueQuantity: { value } }))
  const [row] = vitalRows([aMeasure('Blodtryck', '2026-11-24', { component })], undefined)
  assert.deepEqual([row?.value, row?.unit], ['132/74', 'mmHg'])
})

test('NEWS2 is calm to 4, watched from 5 and urgent from 7', () => {
  const level = (valueInteger: number) =>
    vitalRows([aMeasure('NEWS2', '2026-11-24', { valueInteger })], undefined)[0]?.level
  assert.deepEqual([0, 4, 5, 6, 7].map(level), ['calm', 'calm', 'watch', 'watch', 'urgent'])
})

test('on a ward the trend is of the hours asked for, oldest first', () => {
  const at = (day: number, value: number) =>
    aMeasure('Puls', `2026-11-${day}T06:00:00+01:00`, { valueQuantity: { value, unit: '/min' } })
  const [row] = vitalRows([at(24, 84), at(22, 98), at(14, 110)], 72)
  assert.deepEqual(
    row?.trend.map(({ value }) => value),
    [98, 84],
  )
})
