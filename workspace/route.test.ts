import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patientPath, regionsPath, routeOf } from './route.ts'

test('an address and its page lead to each other', () => {
  for (const page of ['overview', 'notes', 'medications', 'results', 'diagnoses'] as const) {
    for (const scope of ['own', 'all'] as const) {
      const place = { scope, id: 'a-1' }
      assert.deepEqual(routeOf(patientPath(place, page)), { at: 'patient', place, page })
    }
  }
})

test('the regions have an address of their own, which is not that of the data', () => {
  for (const page of ['list', 'map'] as const) {
    assert.deepEqual(routeOf(regionsPath(page)), { at: 'regions', page })
  }
  assert.deepEqual(routeOf('/regions'), { at: 'patients' })
})

test('what is no address of ours leads to the patients', () => {
  for (const path of [
    '/',
    '/patients',
    '/patient/',
    '/patient/a/elsewhere',
    '/patient/a b',
    '/all/patients',
    '/all',
  ]) {
    assert.deepEqual(routeOf(path), { at: 'patients' })
  }
})
