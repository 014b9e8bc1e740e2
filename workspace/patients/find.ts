import type { Bundle, FhirResource, Patient } from 'fhir/r4'
import { ask } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { identityOf } from '../patient/banner.ts'
import { plainHyphens, twelveDigits } from '../personnummer.ts'

/** A patient in a list. */
export interface FoundPatient {
  readonly id: string
  readonly name: string
  readonly personnummer: string
  /** `79 år · kvinna`, and when they died. */
  readonly about: string
  /** Where they live, or that it is protected. */
  readonly home: string
}

export interface Found {
  readonly patients: readonly FoundPatient[]
  readonly hasMore: boolean
}

/** Whether a text is digits that can't be a whole personnummer. */
export const isOddNumber = (text: string): boolean =>
  /^[\d\s+-]+$/.test(plainHyphens(text)) && twelveDigits(text) === undefined

/**
 * Searches by name or personnummer. What is typed goes in the body, never in an address that somebody logs.
 * A text of only digits that can't be a whole personnummer is not searched for.
 */
export async function findPatients(
  session: Session,
  text: string,
  count: number,
  signal?: AbortSignal,
): Promise<Found> {
  const number = twelveDigits(text)
  if (isOddNumber(text)) return { patients: [], hasMore: false }
  const body = new URLSearchParams({ _count: String(count) })
  if (number) {
    body.set(
      'identifier',
      `urn:oid:1.2.752.129.2.1.3.1|${number},urn:oid:1.2.752.129.2.1.3.3|${number}`,
    )
  } else {
    for (const word of plainHyphens(text)
      .trim()
      .split(/[\s,]+/))
      if (word) body.append('name', word.replaceAll('|', ''))
    body.set('_sort', 'family')
  }
  const path = `/fhir/${session.region}/Patient/_search`
  const answer = await ask(session, path, { method: 'POST', body, ...(signal ? { signal } : {}) })
  const found = foundIn(answer as Bundle<FhirResource>)
  for (const each of found.patients) lookedUp.set(lookUpKey(session, each.id), each)
  return found
}

/** Who has been found in this tab: to open a record that needs a reason one is asked why, and must see whose it is. */
const lookedUp = new Map<string, FoundPatient>()

const lookUpKey = ({ user, region }: Session, id: string) => `${user.hsaId} ${region}/${id}`

/** A patient whom the same user has found before; `undefined` for one who was come to by an address. */
export const foundBefore = (session: Session, id: string): FoundPatient | undefined =>
  lookedUp.get(lookUpKey(session, id))

export function foundIn(bundle: Bundle<FhirResource>): Found {
  const patients = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Patient' ? [foundPatient(resource)] : [],
  )
  return { patients, hasMore: bundle.link?.some(({ relation }) => relation === 'next') ?? false }
}

export function foundPatient(patient: Patient): FoundPatient {
  const { name, personnummer, about, died, isProtected } = identityOf(patient)
  const { line, city } = patient.address?.[0] ?? {}
  const home = isProtected
    ? 'Skyddade personuppgifter'
    : [line?.[0], city].filter(Boolean).join(', ')
  const told = died ? `${about} · avliden ${died}` : about
  return { id: patient.id ?? '', name, personnummer, about: told, home }
}
