import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { RESOURCE_TYPES } from '../resource-type.ts'
import { patientOf } from './patient-of.ts'

const observation = (more: object): FhirResource => ({
  resourceType: 'Observation',
  status: 'final',
  code: {},
  ...more,
})
const one = { reference: 'Patient/1' }

test('a patient is in its own record', () => {
  assert.equal(patientOf({ resourceType: 'Patient', id: '7' }), '7')
})

test('a resource is in the record of its subject, not of its performer', () => {
  const performer = [{ reference: 'Patient/2' }]
  assert.equal(patientOf(observation({ subject: one, performer })), '1')
  assert.equal(patientOf(observation({ performer })), undefined)
})

test('a group, another server and a contained patient are no patient of ours', () => {
  for (const reference of ['Group/1', 'https://other.example/fhir/Patient/1', '#p', 'urn:uuid:1']) {
    assert.equal(patientOf(observation({ subject: { reference } })), undefined)
  }
})

test('an address of our own is', () => {
  const subject = { reference: 'https://karna.example/fhir/Patient/1' }
  assert.equal(patientOf(observation({ subject }), 'https://karna.example/fhir'), '1')
})

test('beneficiary, participant and the device of a patient count', () => {
  const coverage = { resourceType: 'Coverage', beneficiary: one } as FhirResource
  const participant = [{ actor: { reference: 'Practitioner/1' } }, { actor: one }]
  const appointment = { resourceType: 'Appointment', participant } as FhirResource
  const device = { resourceType: 'Device', patient: one } as FhirResource
  assert.deepEqual(
    [coverage, appointment, device].map((each) => patientOf(each)),
    ['1', '1', '1'],
  )
})

test('what names no patient is in no record', () => {
  for (const resourceType of RESOURCE_TYPES) {
    assert.equal(patientOf({ resourceType } as FhirResource), undefined)
  }
})
