import { tellSources } from '../frame/status.tsx'
import type { Session } from '../login/session.ts'
import { findPatients } from '../patients/find.ts'
import { go, type PatientPageName, patientPath, type Scope } from '../route.ts'
import { scopeOf, sessionIn } from './scope.ts'

const OTHER: Readonly<Record<Scope, Scope>> = { own: 'all', all: 'own' }

/**
 * Shows the same patient's record in all regions, or in one's own again. Says so where the patient is not to be found there.
 *
 * @param found told where, before the page changes
 * @param signal aborted when the record is left: nobody is led back to it
 */
export async function switchScope(
  session: Session,
  personnummer: string,
  page: PatientPageName,
  found: (there: Session, id: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const scope = OTHER[scopeOf(session)]
  const there = sessionIn(session, scope)
  const answer = await findPatients(there, personnummer, 2, signal).catch(() => undefined)
  if (signal.aborted) return
  const [only, second] = answer?.patients ?? []
  if (!only || second) {
    const why = answer
      ? `Patienten finns inte i ${there.regionName}.`
      : `${there.regionName} svarar inte. Försök igen.`
    return tellSources({ words: '', missing: why })
  }
  found(there, only.id)
  go(patientPath({ scope, id: only.id }, page))
}

/** What the way to the other scope is called. */
export const switchWords = (session: Session): string =>
  scopeOf(session) === 'all' ? `Visa bara ${session.commission.regionName}` : 'Visa alla regioner'
