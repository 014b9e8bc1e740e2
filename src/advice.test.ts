import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from './advice.ts'
import { Problem } from './fhir/problem.ts'

const failure = (code: string, more: object = {}) =>
  Object.assign(new Error('technical words'), { code, ...more })

for (const [code, says] of [
  ['EADDRINUSE', /KARNA_PORT=/],
  ['ENOSPC', /disk is full/],
  ['53100', /disk is full/],
  ['ECONNREFUSED', /KARNA_DATABASE_URL does not answer/],
  ['28P01', /user or password/],
  ['3D000', /does not exist/],
  ['EACCES', /KARNA_DATA/],
] as const) {
  test(`${code} is told as what to do, in a sentence and without a stack`, () => {
    const told = adviceFor(failure(code))
    assert.match(told, says)
    assert.doesNotMatch(told, /\n|technical/)
  })
}

test('a problem is told in its own words', () => {
  assert.equal(adviceFor(new Problem('invalid', 'Do this instead.')), 'Do this instead.')
})

test('a full disk behind a problem is what is told', () => {
  const problem = new Problem('transient', 'It did not work', { cause: failure('53100') })
  assert.match(adviceFor(problem), /disk is full/)
})

test('a host with two addresses that both refuse is told as one', () => {
  const both = new AggregateError([failure('ECONNREFUSED'), failure('ECONNREFUSED')])
  assert.match(adviceFor(both), /does not answer/)
})

test('a defect is told with where it was thrown', () => {
  assert.match(adviceFor(new TypeError('x is not a function')), /advice\.test\.ts/)
})
