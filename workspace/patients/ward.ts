import type { Bundle, Encounter, FhirResource, Patient } from 'fhir/r4'
import { ask } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { stayOf } from '../patient/banner.ts'
import { type FoundPatient, foundPatient } from './find.ts'

/** A patient who lies on the unit now. */
export interface WardPatient extends FoundPatient {
  readonly place: string
  readonly day: number
  readonly reason: string
  readonly pal: string
}

/** Who lies on a unit. */
export interface Ward {
  readonly patients: readonly WardPatient[]
  readonly hasMore: boolean
}

/** Those who are in care at the user's own unit now, in the order of the beds. */
export async function wardPatients(session: Session): Promise<Ward> {
  const unit = session.commission.unit.split('-').at(-1) ?? ''
  const query = `Encounter?status=in-progress&service-provider=Organization/${unit}&_include=Encounter:subject&_count=100`
  const answer = (await ask(session, `/fhir/${session.region}/${query}`)) as Bundle<FhirResource>
  const resources = (answer.entry ?? []).flatMap(({ resource }) => (resource ? [resource] : []))
  const patients = new Map(
    resources
      .filter((each): each is Patient => each.resourceType === 'Patient')
      .map((each) => [`Patient/${each.id}`, each]),
  )
  const inBeds = resources
    .filter((each): each is Encounter => each.resourceType === 'Encounter')
    .flatMap((encounter) => {
      const patient = patients.get(encounter.subject?.reference ?? '')
      const stay = stayOf([encounter])
      if (!patient || !stay) return []
      const { place, day, reason, pal = '' } = stay
      return [{ ...foundPatient(patient), place, day, reason, pal }]
    })
    .sort((a, b) => a.place.localeCompare(b.place, 'sv', { numeric: true }))
  const hasMore = answer.link?.some(({ relation }) => relation === 'next') ?? false
  return { patients: inBeds, hasMore }
}
