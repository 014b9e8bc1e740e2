import type { Appointment, Bundle, FhirResource, Patient } from 'fhir/r4'
import { ask } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { type FoundPatient, foundPatient } from './find.ts'

/** A patient who is booked at the unit. */
export interface BookedPatient extends FoundPatient {
  /** `09:30`, as the clock shows it here. */
  readonly time: string
  readonly visit: string
  /** `bokad`, `genomfört` …; what the source says where no word of ours fits. */
  readonly state: string
}

export interface Booked {
  readonly patients: readonly BookedPatient[]
  readonly hasMore: boolean
}

const HSA = 'urn:oid:1.2.752.29.4.19'
const MOST = 200

/** Who is booked at the user's own unit on a day, in the order of the clock. */
export async function bookedPatients(session: Session, now = new Date()): Promise<Booked> {
  const parameters = new URLSearchParams([
    ['actor:identifier', `${HSA}|${session.commission.unit}`],
    ['date', now.toLocaleDateString('sv-SE')],
    ['_include', 'Appointment:patient'],
    ['_count', String(MOST)],
  ])
  const path = `/fhir/${session.region}/Appointment?${parameters}`
  return bookedIn((await ask(session, path)) as Bundle<FhirResource>)
}

/** The same from the answer. A time without a patient, and one that was called off, is no visit. */
export function bookedIn({ entry = [], link }: Bundle<FhirResource>): Booked {
  const resources = entry.flatMap(({ resource }) => (resource ? [resource] : []))
  const people = new Map(
    resources
      .filter((each): each is Patient => each.resourceType === 'Patient')
      .map((each) => [`Patient/${each.id}`, each]),
  )
  const patients = resources
    .filter((each): each is Appointment => each.resourceType === 'Appointment')
    .filter(({ status }) => !CALLED_OFF.has(status))
    .flatMap((appointment) => booked(appointment, people))
    .sort((a, b) => a.time.localeCompare(b.time))
  return { patients, hasMore: link?.some(({ relation }) => relation === 'next') ?? false }
}

function booked(
  { participant, start, serviceType, status }: Appointment,
  people: ReadonlyMap<string, Patient>,
): BookedPatient[] {
  const patient = participant
    .map(({ actor }) => people.get(actor?.reference ?? ''))
    .find((each) => each !== undefined)
  if (!patient) return []
  const time = start
    ? new Date(start).toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit' })
    : ''
  const visit = serviceType?.[0]?.text ?? serviceType?.[0]?.coding?.[0]?.display ?? 'Besök'
  return [{ ...foundPatient(patient), time, visit, state: STATES[status] ?? status }]
}

const CALLED_OFF: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error', 'proposed'])

/** https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
const STATES: Readonly<Record<string, string>> = {
  pending: 'väntar på besked',
  booked: 'bokad',
  arrived: 'anmäld',
  'checked-in': 'anmäld',
  fulfilled: 'genomfört',
  noshow: 'uteblev',
  waitlist: 'på väntelista',
}
