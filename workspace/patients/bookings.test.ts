import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment, FhirResource } from 'fhir/r4'
import { bookedIn } from './bookings.ts'

const person: FhirResource = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: 'Berg', given: ['Siv'] }],
}

const anAppointment = (start: string, more: Partial<Appointment> = {}): Appointment => ({
  resourceType: 'Appointment',
  status: 'booked',
  start,
  serviceType: [{ text: 'Läkarbesök' }],
  participant: [
    { actor: { reference: 'Patient/p' }, status: 'accepted' },
    { actor: { display: 'Vårdcentralen' }, status: 'accepted' },
  ],
  ...more,
})

const bundle = (...resources: FhirResource[]) => ({
  resourceType: 'Bundle' as const,
  type: 'searchset' as const,
  entry: resources.map((resource) => ({ resource })),
})

test('those who are booked stand in the order of the clock', () => {
  const { patients } = bookedIn(
    bundle(anAppointment('2026-11-25T13:30:00'), anAppointment('2026-11-25T08:00:00'), person),
  )
  assert.deepEqual(
    patients.map(({ time, name, visit, state }) => [time, name, visit, state]),
    [
      ['08:00', 'Berg, Siv', 'Läkarbesök', 'bokad'],
      ['13:30', 'Berg, Siv', 'Läkarbesök', 'bokad'],
    ],
  )
})

test('a time that was called off, or whose patient may not be seen, is not there', () => {
  const off = anAppointment('2026-11-25T08:00:00', { status: 'cancelled' })
  assert.deepEqual(bookedIn(bundle(off, person)).patients, [])
  assert.deepEqual(bookedIn(bundle(anAppointment('2026-11-25T08:00:00'))).patients, [])
})

test('that there are more is told', () => {
  const link = [{ relation: 'next', url: 'x' }]
  assert.equal(bookedIn({ ...bundle(), link }).hasMore, true)
})
