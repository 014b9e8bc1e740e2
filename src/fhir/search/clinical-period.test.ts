import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { RESOURCE_TYPES } from '../resource-type.ts'
import { clinicalDateParam, clinicalPeriodOf } from './clinical-period.ts'
import { extract } from './extract.ts'

const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: {},
  ...more,
})
test('the clinical date is a date parameter of every type that has one', () => {
  for (const resourceType of RESOURCE_TYPES) {
    const period = clinicalPeriodOf({ resourceType } as FhirResource)
    assert.deepEqual(period, { from: undefined, to: undefined })
  }
  assert.equal(clinicalDateParam('Observation'), 'date')
  assert.equal(clinicalDateParam('Patient'), undefined)
})

test('the clinical period is what the clinical date covers', () => {
  const resource = observation({ effectiveDateTime: '2026-03' })
  const [date] = extract(resource).dates
  assert.deepEqual(clinicalPeriodOf(resource), { from: date?.lo, to: date?.hi })
  assert.deepEqual(clinicalPeriodOf(observation({ effectivePeriod: { end: '2026' } })), {
    from: undefined,
    to: Date.UTC(2027, 0, 1),
  })
})
