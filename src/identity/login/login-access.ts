import type { PatientAccess, StaffAccess } from '../../law/access.ts'
import type { Login } from './logins.ts'

/** What a member of staff who is logged in comes as. `undefined` for a patient's login. */
export function staffAccessOf(
  login: Omit<Login, 'state' | 'since' | 'amr'>,
): StaffAccess | undefined {
  if (login.kind !== 'staff') return undefined
  const { subject, id, acr } = login as Extract<Login, { kind: 'staff' }>
  return { kind: 'staff', ...subject, session: id, statedReason: undefined, loa: acr }
}

/** What a patient who is logged in comes as, where their record is known. `undefined` for a login of staff. */
export function patientAccessOf(
  login: Omit<Login, 'state' | 'since' | 'amr'>,
  region: string,
  ownPatient: string,
): PatientAccess | undefined {
  if (login.kind !== 'patient') return undefined
  const { subject, id, acr } = login as Extract<Login, { kind: 'patient' }>
  return {
    kind: 'patient',
    region,
    user: subject.personalNumber,
    userName: subject.name,
    ownPatient,
    commission: 'patient',
    unit: 'patient',
    provider: 'patient',
    purpose: 'care',
    session: id,
    statedReason: undefined,
    loa: acr,
  }
}
