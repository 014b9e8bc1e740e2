import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { retention } from './retention.ts'

const at = (text: string) => Date.parse(text)
const mayGo = (lastEntry: string, now: string) => retention(at(lastEntry), at(now)) === undefined

describe('retention (PDL 3:17)', () => {
  test('records are kept for ten years after the last entry, to the day', () => {
    assert.equal(mayGo('2016-11-24T10:00:00Z', '2026-11-24T09:59:59Z'), false)
    assert.equal(mayGo('2016-11-24T10:00:00Z', '2026-11-24T10:00:00Z'), false)
    assert.equal(mayGo('2016-11-24T10:00:00Z', '2026-11-24T10:00:01Z'), true)
    assert.equal(mayGo('2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z'), false)
    assert.equal(mayGo('2030-01-01T00:00:00Z', '2026-11-24T10:00:00Z'), false)
  })

  test('a leap day’s record is kept until the day after the last of February', () => {
    assert.equal(mayGo('2016-02-29T10:00:00Z', '2026-02-28T23:00:00Z'), false)
    assert.equal(mayGo('2016-02-29T10:00:00Z', '2026-03-01T11:00:00Z'), true)
  })

  test('the denial says its paragraph', () => {
    assert.equal(retention(at('2020-01-01'), at('2026-01-01'))?.paragraph, 'PDL 3:17')
  })
})
