import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patientPath, routeOf } from './route.ts'

test('an address and its page lead to each other', () => {
  for (const page of ['overview', 'notes', 'medications', 'results', 'diagnoses'] as const) {
    assert.deepEqual(routeOf(patientPath('a-1', page)), { at: 'patient', id: 'a-1', page })
  }
})

test('what is no address of ours leads to the patients', () => {
  for (const path of ['/', '/patients', '/patient/', '/patient/a/elsewhere', '/patient/a b']) {
    assert.deepEqual(routeOf(path), { at: 'patients' })
  }
})
