import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Appointment, Task } from 'fhir/r4'
import { comingUp, todosOf, waitingFor } from './todo.ts'

const now = new Date('2026-11-24T12:00:00')

const aTask = (description: string, end?: string): Task => ({
  resourceType: 'Task',
  id: description,
  status: 'requested',
  intent: 'order',
  description,
  ...(end ? { restriction: { period: { end } } } : {}),
})

test('what is most late comes first, and says how late', () => {
  const items = todosOf(
    [aTask('någon gång'), aTask('i morgon', '2026-11-25'), aTask('sen', '2026-11-22')],
    now,
  )
  assert.deepEqual(
    items.map(({ text, due, isLate }) => [text, due, isLate]),
    [
      ['sen', 'försenad 2 d', true],
      ['i morgon', '2026-11-25', false],
      ['någon gång', '', false],
    ],
  )
})

test('only referrals without an answer are waited for', () => {
  const referral = (status: 'active' | 'completed', text: string) =>
    ({
      resourceType: 'ServiceRequest',
      intent: 'order',
      subject: {},
      status,
      code: { text },
      authoredOn: '2026-11-23T10:00:00+01:00',
    }) as const
  assert.deepEqual(waitingFor([referral('active', 'UKG'), referral('completed', 'DT')]), [
    'UKG (2026-11-23)',
  ])
})

test('a booked time tells when, what and where; one that was cancelled is not coming', () => {
  const booking = (status: 'booked' | 'cancelled'): Appointment => ({
    resourceType: 'Appointment',
    status,
    start: '2026-12-03T09:30:00+01:00',
    serviceType: [{ text: 'Återbesök' }],
    participant: [
      { status: 'accepted', actor: { reference: 'Patient/p' } },
      { status: 'accepted', actor: { display: 'Medicinmottagningen' } },
    ],
  })
  assert.deepEqual(comingUp([booking('booked'), booking('cancelled')]), [
    '2026-12-03 09:30 · Återbesök · Medicinmottagningen',
  ])
})
