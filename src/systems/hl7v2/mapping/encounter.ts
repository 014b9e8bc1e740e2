import type { Coding, Encounter, EncounterLocation, Identifier, Reference } from 'fhir/r4'
import { compact, filled, present } from '../../rivta/mapping/values.ts'
import type { Field, Message, Segment } from '../er7.ts'
import { segmentsOf } from '../er7.ts'
import { localSystem, toConcept, toIdentifier, toPerson, toTime } from './data-types.ts'

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'

/** Patient class, HL7 table 0004. */
const CLASSES: Readonly<Record<string, readonly [code: string, display: string]>> = {
  I: ['IMP', 'inpatient encounter'],
  O: ['AMB', 'ambulatory'],
  E: ['EMER', 'emergency'],
  P: ['PRENC', 'pre-admission'],
  R: ['AMB', 'ambulatory'],
  B: ['IMP', 'inpatient encounter'],
}

/** What each event makes of the contact; an update leaves it as it is, unless it has ended. Source: v2.5.1 chapter 3. */
const STATUSES: Readonly<Record<string, Encounter['status']>> = {
  A01: 'in-progress',
  A02: 'in-progress',
  A03: 'finished',
  A04: 'in-progress',
  A05: 'planned',
  A06: 'in-progress',
  A07: 'in-progress',
  A11: 'cancelled',
  A12: 'in-progress',
  A13: 'in-progress',
  A14: 'planned',
  A21: 'onleave',
  A22: 'in-progress',
  A27: 'cancelled',
  A38: 'cancelled',
}

export const isEncounterEvent = (event: string): boolean => event in STATUSES || event === 'A08'

/** The contact's own id: the visit number; where none is sent, patient and admission time say which it is. */
export function encounterIdentifier(
  pv1: Segment,
  sender: string,
  patient: Identifier,
): Identifier | undefined {
  const number = toIdentifier(pv1.field(19), sender) ?? toIdentifier(pv1.field(50), sender)
  if (number) return number
  const admitted = pv1.field(44).text()
  if (admitted === undefined) return undefined
  return { system: localSystem(sender, 'visit'), value: `${patient.value} ${admitted}` }
}

/** What a message about a contact is made of. */
export interface Contact {
  readonly message: Message
  readonly event: string
  readonly pv1: Segment
  readonly identifier: Identifier
  readonly subject: Reference
  readonly sender: string
}

/** The contact after the message: `known` is what was kept of it, whose moves and ids stay. */
export function toEncounter(contact: Contact, known: Encounter | undefined): Encounter {
  const { pv1, event, identifier, subject, sender, message } = contact
  const reasons = segmentsOf(message, 'PV2').map((pv2) => toConcept(pv2.field(3), sender))
  const diagnoses = segmentsOf(message, 'DG1').map((dg1) => toConcept(dg1.field(3), sender))
  const start = toTime(pv1.field(44).text()) ?? known?.period?.start
  const isReopened = event === 'A13'
  const end = toTime(pv1.field(45).text()) ?? (isReopened ? undefined : known?.period?.end)
  const told = present([...reasons, ...diagnoses])
  return filled<Encounter>({
    ...known,
    resourceType: 'Encounter',
    status: statusAfter(event, known, end),
    class: classOf(pv1.field(2)) ?? known?.class ?? { system: ACT_CODE, code: 'AMB' },
    identifier: known?.identifier ?? [identifier],
    subject,
    participant: participantsOf(pv1, sender) ?? known?.participant,
    period: compact<NonNullable<Encounter['period']>>({ start, end }),
    reasonCode: told.length > 0 ? told : known?.reasonCode,
    location: locationsAfter(contact, known),
    serviceProvider: known?.serviceProvider,
  })
}

function statusAfter(
  event: string,
  known: Encounter | undefined,
  end: string | undefined,
): Encounter['status'] {
  const told = STATUSES[event]
  if (told === 'finished' || told === 'cancelled') return told
  if (event === 'A13') return 'in-progress'
  if (end !== undefined) return 'finished'
  return told ?? known?.status ?? 'in-progress'
}

function classOf(field: Field): Coding | undefined {
  const letter = field.text()
  const found = CLASSES[letter ?? '']
  if (found) return { system: ACT_CODE, code: found[0], display: found[1] }
  return letter === undefined
    ? undefined
    : { system: 'http://terminology.hl7.org/CodeSystem/v2-0004', code: letter }
}

function participantsOf(pv1: Segment, sender: string): Encounter['participant'] | undefined {
  const roles: readonly (readonly [number, string])[] = [
    [7, 'ATND'],
    [8, 'REF'],
    [9, 'CON'],
    [17, 'ADM'],
  ]
  const found = roles.flatMap(([number, role]) =>
    present(pv1.repetitions(number).map((field) => toPerson(field, sender))).map((individual) => ({
      type: [{ coding: [{ system: PARTICIPATION, code: role }] }],
      individual,
    })),
  )
  return found.length > 0 ? found : undefined
}

/** A move ends the place before and begins a new one; taking a move back ends the wrong one. */
function locationsAfter(
  { pv1, message }: Contact,
  known: Encounter | undefined,
): EncounterLocation[] {
  const display = placeText(pv1.field(3))
  const before = known?.location ?? []
  if (display === undefined) return before
  const evn = segmentsOf(message, 'EVN')[0]
  const at = toTime(evn?.field(6).text() ?? evn?.field(2).text())
  const current = before.at(-1)
  if (current?.location.display === display && current.status === 'active') return before
  const ended = before.map((each) =>
    each.status === 'active'
      ? {
          ...each,
          status: 'completed' as const,
          period: { ...each.period, ...(at && { end: at }) },
        }
      : each,
  )
  return [
    ...ended,
    { location: { display }, status: 'active', ...(at && { period: { start: at } }) },
  ]
}

/** PL: unit, room and bed as the sender calls them. */
function placeText(field: Field): string | undefined {
  const [unit, room, bed] = [field.text(1), field.text(2), field.text(3)]
  const parts = present([unit, room && `sal ${room}`, bed && `plats ${bed}`])
  return parts.length > 0 ? parts.join(', ') : undefined
}
