import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDateRange } from './date-range.ts'

const between = (text: string) => {
  const range = parseDateRange(text)
  return range && [range.lo, range.hi].map((time) => new Date(time).toISOString())
}

test('a date covers the time of its precision', () => {
  assert.deepEqual(between('2026'), ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'])
  assert.deepEqual(between('2024-02'), ['2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'])
  assert.deepEqual(between('2024-02-29'), ['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'])
  const minute = ['2026-03-01T08:05:00.000Z', '2026-03-01T08:06:00.000Z']
  assert.deepEqual(between('2026-03-01T09:05+01:00'), minute)
  const second = ['2026-03-01T08:05:07.000Z', '2026-03-01T08:05:08.000Z']
  assert.deepEqual(between('2026-03-01T08:05:07Z'), second)
  const tenth = ['2026-03-01T08:05:07.500Z', '2026-03-01T08:05:07.600Z']
  assert.deepEqual(between('2026-03-01T08:05:07.5Z'), tenth)
  const finer = ['2026-03-01T08:05:07.123Z', '2026-03-01T08:05:07.124Z']
  assert.deepEqual(between('2026-03-01T08:05:07.123456-00:00'), finer)
})

test('a time without a zone is in UTC', () => {
  assert.deepEqual(between('2026-03-01T08:05:07'), between('2026-03-01T08:05:07Z'))
})

test('the first century is no other', () => {
  assert.deepEqual(between('0050'), ['0050-01-01T00:00:00.000Z', '0051-01-01T00:00:00.000Z'])
})

test('what is no date is undefined', () => {
  const wrong = `2026-13 2026-02-30 2026-00 26 2026-3 2026-03-01T25:00 2026-03-01T08:60 2026-03-01T08
    2026-03-01T08:00+15:00 2026-03-01T08:00:61Z today`
  for (const text of wrong.split(/\s+/)) assert.equal(parseDateRange(text), undefined, text)
})
