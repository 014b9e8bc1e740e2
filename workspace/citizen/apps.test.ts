import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sinceWords, untilWords } from './apps.ts'

test('how long an app goes on is a date, or that it ends with the login', () => {
  assert.equal(untilWords({ until: null }), 'så länge du är inloggad i appen')
  // Half past eleven in the evening in London is the next day in Sweden.
  assert.equal(untilWords({ until: '2026-12-24T23:30:00Z' }), 'till och med 25 december 2026')
})

test('an app that was let in on two days says both', () => {
  const since = '2026-11-02T08:00:00Z'
  assert.equal(sinceWords({ since, latest: '2026-11-02T09:00:00Z' }), '2 november 2026')
  assert.equal(
    sinceWords({ since, latest: '2026-11-25T09:00:00Z' }),
    '2 november 2026, senast 25 november 2026',
  )
})
