import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RESOURCE_TYPES } from '../resource-type.ts'
import { searchParameter } from './search-parameter.ts'
import { unionOf, unionsOf } from './union-parameters.ts'

test('what a combined parameter finds is found by its parts', () => {
  assert.deepEqual(
    [...unionsOf('Observation')].map(([whole, parts]) => [whole, [...parts].sort()]),
    [
      ['combo-code', ['code', 'component-code']],
      ['combo-data-absent-reason', ['component-data-absent-reason', 'data-absent-reason']],
      ['combo-value-concept', ['component-value-concept', 'value-concept']],
      ['combo-value-quantity', ['component-value-quantity', 'value-quantity']],
    ],
  )
  assert.deepEqual(unionOf('Observation', 'code'), [])
})

test('parts are kept themselves, and no parameter with another kind of rows is a union', () => {
  for (const type of RESOURCE_TYPES) {
    for (const [whole, parts] of unionsOf(type)) {
      assert.match(searchParameter(type, whole)?.kind ?? '', /^(token|quantity)$/, whole)
      for (const part of parts) assert.deepEqual(unionOf(type, part), [], part)
    }
  }
})
