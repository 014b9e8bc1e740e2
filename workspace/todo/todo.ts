import type { Appointment, ServiceRequest, Task } from 'fhir/r4'
import { dateOf, daysAgo } from '../words.ts'

/** A thing to do, with how late it is. */
export interface TodoItem {
  readonly id: string
  readonly text: string
  /** `försenad 2 d`, or a date to come; empty for today and for what has no day. */
  readonly due: string
  readonly isLate: boolean
}

/** What remains to be done, what is most late first. */
export function todosOf(tasks: readonly Task[], now = new Date()): TodoItem[] {
  return tasks
    .map((task) => {
      const end = task.restriction?.period?.end
      const late = end ? daysAgo(end, now) : 0
      return {
        id: task.id ?? '',
        text: task.description ?? task.code?.text ?? 'Uppgift utan beskrivning',
        due: !end || late === 0 ? '' : late > 0 ? `försenad ${late} d` : dateOf(end),
        isLate: late > 0,
        order: end ?? '9999',
      }
    })
    .sort((a, b) => a.order.localeCompare(b.order))
}

/** Referrals that no answer has come to, in words: what, and when it was asked for. */
export function waitingFor(referrals: readonly ServiceRequest[]): string[] {
  return referrals
    .filter(({ status }) => status === 'active')
    .map(({ code, authoredOn }) => `${code?.text ?? 'remiss'} (${dateOf(authoredOn)})`)
}

/** Booked times to come, in words: when, what, where. */
export function comingUp(appointments: readonly Appointment[]): string[] {
  return appointments
    .filter(({ status }) => status === 'booked')
    .map(({ start, serviceType, participant }) => {
      const clock = start?.slice(11, 16) ?? ''
      const unit = participant.find(({ actor }) => !actor?.reference?.startsWith('Patient/'))
      return [`${dateOf(start)} ${clock}`, serviceType?.[0]?.text, unit?.actor?.display]
        .filter(Boolean)
        .join(' · ')
    })
}
