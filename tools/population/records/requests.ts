import type { DiagnosticReport } from 'fhir/r4'
import type { UnitRole } from '../../../src/identity/demo-directory.ts'
import {
  type Chart,
  encounterReference,
  hasCome,
  later,
  type Moment,
  metaOf,
  put,
  referenceTo,
  subjectOf,
  textOf,
  type Visit,
} from '../chart.ts'
import { HSA, idOf, teamAt } from '../organisations.ts'
import { dateText } from '../time.ts'

export interface Referral {
  readonly to: UnitRole
  readonly kind: 'Konsultremiss' | 'Röntgenremiss' | 'Remiss klinisk fysiologi' | 'Labremiss'
  readonly what: string
  /** Frågeställning. */
  readonly question: string
  /** The answer, so many minutes later; without one the referral waits. */
  readonly answer?: { readonly after: number; readonly text: string }
  readonly urgent?: true
}

/** A referral is sent; when its answer has come by now, that is there too. */
export function refer(visit: Visit, referral: Referral): void {
  const { chart } = visit
  const { to, kind, what, question, answer } = referral
  const receiver = teamAt(chart.region, to)
  const answered = answer ? later(visit.at, answer.after) : undefined
  const isAnswered = answered !== undefined && hasCome(chart, answered)
  const id = chart.random.uuid()
  put(chart, {
    resourceType: 'ServiceRequest',
    id,
    meta: metaOf(visit.unit),
    status: isAnswered ? 'completed' : 'active',
    intent: 'order',
    category: [{ text: kind }],
    ...(referral.urgent ? { priority: 'urgent' as const } : {}),
    code: { text: what },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    authoredOn: textOf(later(visit.at, 20)),
    requester: referenceTo(visit.by),
    performer: [
      { reference: `Organization/${idOf(receiver.unit.hsaId)}`, display: receiver.unit.name },
    ],
    reasonCode: [{ text: question }],
  })
  if (isAnswered && answer && kind !== 'Konsultremiss') {
    put(chart, answerOf(visit, referral, id, answered, answer.text))
  }
}

const SECTIONS = {
  Röntgenremiss: ['RAD', 'Radiology'],
  'Remiss klinisk fysiologi': ['CUS', 'Cardiac Ultrasound'],
  Labremiss: ['LAB', 'Laboratory'],
  Konsultremiss: ['OTH', 'Other'],
} as const

function answerOf(
  visit: Visit,
  { to, kind, what }: Referral,
  request: string,
  at: Moment,
  text: string,
): DiagnosticReport {
  const { chart } = visit
  const team = teamAt(chart.region, to)
  const [code, display] = SECTIONS[kind]
  const by = team.doctors[chart.person.index % team.doctors.length]
  return {
    resourceType: 'DiagnosticReport',
    id: chart.random.uuid(),
    meta: metaOf(team.unit.hsaId),
    basedOn: [{ reference: `ServiceRequest/${request}` }],
    status: 'final',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code, display }],
      },
    ],
    code: { text: what },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    effectiveDateTime: textOf(later(at, -60)),
    issued: textOf(at),
    ...(by ? { resultsInterpreter: [referenceTo(by)] } : {}),
    conclusion: text,
  }
}

export interface Booking {
  readonly unit: UnitRole
  readonly at: Moment
  readonly what: string
  readonly length?: number
  /** Did not come. */
  readonly missed?: true
  /** The day is not over: nobody has written yet who came. */
  readonly isOpen?: boolean
}

/** A booked time: still to come, or one that was kept or missed. */
export function book(chart: Chart, { unit, at, what, length = 30, missed, isOpen }: Booking): void {
  const team = teamAt(chart.region, unit)
  const isPast = hasCome(chart, at)
  put(chart, {
    resourceType: 'Appointment',
    id: chart.random.uuid(),
    meta: metaOf(team.unit.hsaId),
    status: missed ? 'noshow' : isPast && !isOpen ? 'fulfilled' : 'booked',
    serviceType: [{ text: what }],
    start: textOf(at),
    end: textOf(later(at, length)),
    participant: [
      { actor: subjectOf(chart), status: 'accepted' },
      {
        actor: {
          identifier: { system: HSA, value: team.unit.hsaId },
          display: team.unit.name,
        },
        status: 'accepted',
      },
    ],
  })
}

/** Something to be done at the unit, due by a day. */
export function todo(visit: Visit, description: string, due: number, written = visit.at): void {
  const { chart } = visit
  put(chart, {
    resourceType: 'Task',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'requested',
    intent: 'order',
    description,
    for: subjectOf(chart),
    encounter: encounterReference(visit),
    authoredOn: textOf(written),
    requester: referenceTo(visit.by),
    owner: { reference: `Organization/${idOf(visit.unit)}` },
    restriction: { period: { end: dateText(due) } },
  })
}
