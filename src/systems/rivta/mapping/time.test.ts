import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toDate, toDateTime, toInstant, toRivtaTime } from './time.ts'

test('a local time gets the offset of its own day', () => {
  const times = {
    '20260115083000': '2026-01-15T08:30:00+01:00',
    '20260715083000': '2026-07-15T08:30:00+02:00',
    '20260329015959': '2026-03-29T01:59:59+01:00',
    '20260329030000': '2026-03-29T03:00:00+02:00',
    '20261025015959': '2026-10-25T01:59:59+02:00',
    '20261025030000': '2026-10-25T03:00:00+01:00',
    '19750715120000': '1975-07-15T12:00:00+01:00',
    '20240229235959': '2024-02-29T23:59:59+01:00',
  }
  for (const [sent, meant] of Object.entries(times)) assert.equal(toDateTime(sent), meant)
})

test('the hour that comes twice is the first, the one that never comes is winter time', () => {
  assert.equal(toDateTime('20261025023000'), '2026-10-25T02:30:00+02:00')
  assert.equal(toDateTime('20260329023000'), '2026-03-29T02:30:00+01:00')
})

test('precision is kept: a day, a month, a year', () => {
  assert.equal(toDateTime('20260301'), '2026-03-01')
  assert.equal(toDateTime('202603'), '2026-03')
  assert.equal(toDateTime('2026'), '2026')
  assert.equal(toDateTime('202603011230'), '2026-03-01T12:30:00+01:00')
  assert.equal(toDate('20260301235959'), '2026-03-01')
})

test('what is no time is not made one', () => {
  const none = ['20260230', '20260229000000', '20261301', '20260101240000', '20260101126000', '?']
  for (const text of [
    ...none,
    '2026-03-01',
    '',
    '202',
    '00000101',
    '20260100',
    ' 2026',
    '20260001',
  ]) {
    assert.equal(toDateTime(text), undefined, text)
  }
})

test('an instant is the same moment in UTC', () => {
  assert.equal(toInstant('2026-07-15T08:30:00+02:00'), '2026-07-15T06:30:00.000Z')
  assert.equal(toInstant('2026-07-15'), undefined)
  assert.equal(toInstant(undefined), undefined)
})

test('there and back is the same, but for the hour that comes twice', () => {
  for (let month = 1; month <= 12; month++) {
    const sent = `2026${String(month).padStart(2, '0')}15133705`
    assert.equal(toRivtaTime(toDateTime(sent) ?? ''), sent)
  }
  assert.equal(toRivtaTime('2026-07-15T06:30:00Z'), '20260715083000')
  assert.equal(toRivtaTime('2026-07-15'), '20260715000000')
})
