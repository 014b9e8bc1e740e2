import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ageText, clockOf, dateOf, daysAgo, momentText, personnummerText } from './words.ts'

const now = new Date('2026-11-24T21:00:00')

for (const [time, told] of [
  ['2026-11-24T06:10:00+01:00', 'i dag 06:10'],
  ['2026-11-23T23:59:00+01:00', 'i går 23:59'],
  ['2026-11-21T16:42:00+01:00', 'lör 16:42'],
  ['2026-11-18T10:00:00+01:00', '2026-11-18'],
  ['2026-03', '2026-03'],
  ['2026-11-24', 'i dag'],
  [undefined, ''],
] as const) {
  test(`${time} is told as “${told}”`, () => assert.equal(momentText(time, now), told))
}

for (const [born, on, age] of [
  ['1947-04-18', '2026-11-24', '79 år'],
  ['1947-11-25', '2026-11-24', '78 år'],
  ['2024-11-24', '2026-11-24', '2 år'],
  ['2024-11-25', '2026-11-24', '23 mån'],
  ['2026-10-25', '2026-11-24', '30 dagar'],
  ['2026-11-23', '2026-11-24', '1 dag'],
] as const) {
  test(`one born ${born} is ${age} on ${on}`, () => assert.equal(ageText(born, on), age))
}

test('an age is not guessed from a year alone', () => assert.equal(ageText('1947'), undefined))

test('days are counted between dates, not in hours', () => {
  assert.equal(daysAgo('2026-11-23T23:59:00+01:00', new Date('2026-11-24T00:01:00')), 1)
})

test('a number that is not twelve digits stands as it is', () => {
  assert.equal(personnummerText('194704187006'), '19470418-7006')
  assert.equal(personnummerText('R470418-70'), 'R470418-70')
})

test('a time in UTC is told in local time, any other as it was written', () => {
  const at = new Date('2026-11-24T23:30:00Z')
  const hours = String(at.getHours()).padStart(2, '0')
  for (const written of ['2026-11-24T23:30:00Z', '2026-11-24T23:30:00.000+00:00']) {
    assert.equal(clockOf(written), `${hours}:30`)
    assert.equal(dateOf(written), `2026-11-${at.getDate()}`)
  }
  assert.equal(clockOf('2026-11-24T23:30:00+02:00'), '23:30')
  assert.equal(dateOf('2026-11-24'), '2026-11-24')
  assert.equal(clockOf('2026-11-24'), '')
})
