import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactText, parseExactly } from './exact-json.ts'

const shown = (written: string) =>
  exactText(parseExactly(`{"value":${written}}`) as { value: number }, 'value')

for (const [written, told] of [
  ['7.0', '7,0'],
  ['0.10', '0,10'],
  ['-3', '−3'],
  ['4120', '4120'],
  ['1.50E2', '1,50E2'],
  ['123456789012345678', '123456789012345678'],
] as const) {
  test(`${written} is shown as ${told}`, () => assert.equal(shown(written), told))
}

test('each value keeps its own digits, also in lists and under the same name', () => {
  const [a, b] = parseExactly('[{"value":5.0},{"value":5}]') as { value: number }[]
  assert.equal(a && exactText(a, 'value'), '5,0')
  assert.equal(b && exactText(b, 'value'), '5')
})

test('what is no number is no text', () => {
  assert.equal(exactText({ value: undefined as number | undefined }, 'value'), '')
})
