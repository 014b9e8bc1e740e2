import type { Appointment, AppointmentParticipant, Identifier, Reference } from 'fhir/r4'
import { filled, present } from '../../rivta/mapping/values.ts'
import type { Message, Segment } from '../er7.ts'
import { segmentsOf } from '../er7.ts'
import { toConcept, toEntityIdentifier, toPerson, toTime } from './data-types.ts'

/** What each scheduling event makes of the booking. Source: v2.5.1 chapter 10. */
const STATUSES: Readonly<Record<string, Appointment['status']>> = {
  S12: 'booked',
  S13: 'booked',
  S14: 'booked',
  S15: 'cancelled',
  S16: 'cancelled',
  S17: 'entered-in-error',
  S26: 'noshow',
}

export const isAppointmentEvent = (event: string): boolean => event in STATUSES

export function appointmentIdentifier(sch: Segment, sender: string): Identifier | undefined {
  return toEntityIdentifier(sch.field(2), sender) ?? toEntityIdentifier(sch.field(1), sender)
}

/** The booking after the message; `known` is what was kept of it, for what a cancellation doesn't repeat. */
export function toAppointment(
  message: Message,
  event: string,
  parts: { readonly identifier: Identifier; readonly subject: Reference; readonly sender: string },
  known: Appointment | undefined,
): Appointment {
  const { identifier, subject, sender } = parts
  const sch = segmentsOf(message, 'SCH')[0]
  const services = segmentsOf(message, 'AIS').map((ais) => toConcept(ais.field(3), sender))
  const reason = sch && toConcept(sch.field(7), sender)
  const place = segmentsOf(message, 'AIL').map((ail) => ail.field(3).whole())[0]
  const serviceType = present(services)
  return filled<Appointment>({
    ...known,
    ...whenOf(message, known),
    resourceType: 'Appointment',
    identifier: known?.identifier ?? [identifier],
    status: STATUSES[event] ?? 'booked',
    serviceType: serviceType.length > 0 ? serviceType : known?.serviceType,
    reasonCode: reason ? [reason] : known?.reasonCode,
    participant: [
      { actor: subject, status: 'accepted' },
      ...peopleOf(message, sender),
      ...(place === undefined ? [] : [{ actor: { display: place }, status: 'accepted' as const }]),
    ],
  })
}

function peopleOf(message: Message, sender: string): AppointmentParticipant[] {
  const people = segmentsOf(message, 'AIP').map((aip) => toPerson(aip.field(3), sender))
  return present(people).map((actor) => ({ actor, status: 'accepted' }))
}

/** From SCH-11, TQ1 or the first service; a start whose end isn't known is only asked for, as FHIR wants both or none. */
function whenOf(
  message: Message,
  known: Appointment | undefined,
): Pick<Appointment, 'start' | 'end' | 'requestedPeriod'> {
  const [sch, tq1, ais] = ['SCH', 'TQ1', 'AIS'].map((name) => segmentsOf(message, name)[0])
  const start = toTime(sch?.field(11).text(4) ?? tq1?.field(7).text() ?? ais?.field(4).text())
  if (!start?.includes('T')) return {}
  const told = toTime(sch?.field(11).text(5) ?? tq1?.field(8).text())
  const end = told ?? endAfter(start, sch?.field(9).text(), sch?.field(10).text())
  if (end === undefined) {
    const isSame = known?.start === start && known.end !== undefined
    return isSame ? {} : { requestedPeriod: [{ start }] }
  }
  return { start, end }
}

/** Start and minutes: the offset stays that of the start. */
function endAfter(start: string, duration = '', unit = 'min'): string | undefined {
  const minutes =
    /^\d{1,4}$/.test(duration) && /^(min|M|m)/.test(unit) ? Number(duration) : undefined
  if (minutes === undefined) return undefined
  const wall = new Date(Date.parse(`${start.slice(0, 19)}Z`) + minutes * 60_000)
  return `${wall.toISOString().slice(0, 19)}${start.slice(19)}`
}
