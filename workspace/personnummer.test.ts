import assert from 'node:assert/strict'
import { test } from 'node:test'
import { twelveDigits } from './personnummer.ts'

const today = new Date('2026-11-24T12:00:00')

for (const written of [
  '19470418-7006',
  '194704187006',
  '470418-7006',
  '4704187006',
  ' 19470418 7006 ',
  '470418–7006',
  '470418\u20117006',
  '19470418\u22127006',
  '19470418\u20107006',
]) {
  test(`${written} is the same person`, () => {
    assert.equal(twelveDigits(written, today), '194704187006')
  })
}

test('a plus sign says a hundred years or more', () => {
  assert.equal(twelveDigits('191231-9801', today), '201912319801')
  assert.equal(twelveDigits('191231+9801', today), '191912319801')
})

test('a samordningsnummer has sixty added to its day', () => {
  assert.equal(twelveDigits('701063-2391', today), '197010632391')
})

for (const wrong of ['470418-7007', '471318-7006', '470400-7006', '4704', 'Lindqvist', '']) {
  test(`${wrong || 'nothing'} is no personnummer`, () => {
    assert.equal(twelveDigits(wrong, today), undefined)
  })
}
