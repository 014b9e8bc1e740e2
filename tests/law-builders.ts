import type { Access, PatientAccess, ProxyAccess, StaffAccess } from '../src/law/access.ts'
import { type Decision, type DecisionKind, decisionOf } from '../src/law/decision.ts'
import type { PatientFacts } from '../src/law/facts.ts'

/** A nurse at the emergency unit of provider SE1, in a commission for care. */
export const nurse: StaffAccess = {
  kind: 'staff',
  role: 'nurse',
  region: 'vgr',
  user: 'SE1-nurse',
  userName: 'Nina Nurse',
  commission: 'SE1-c',
  unit: 'SE1-emergency',
  provider: 'SE1',
  purpose: 'care',
  statedReason: undefined,
  session: 's',
}

const { role: _, kind: __, ...person } = nurse

/** The patient `1`, logged in as such. */
export const owner: PatientAccess = {
  ...person,
  kind: 'patient',
  user: '191212121212',
  ownPatient: '1',
}

/** Somebody who reads in the place of patient `1`. */
export const guardian: ProxyAccess = {
  ...person,
  kind: 'proxy',
  user: '198001019999',
  ownPatient: '1',
  basis: 'guardian',
}

/** The nurse, as another kind of access. */
export function asKind(kind: 'system' | 'sandbox' | 'migration'): Access {
  return { ...person, kind }
}

/** Patient `1`, in care at the emergency unit, with nothing decided. */
export const patient: PatientFacts = {
  patient: '1',
  today: '2026-11-24',
  birthDate: '1980-05-05',
  isProtected: false,
  careRelations: ['SE1-emergency'],
  holdings: [],
  decisions: [],
}

/** The same, in care elsewhere. */
export const stranger: PatientFacts = { ...patient, careRelations: ['SE1-dermatology'] }

/** A decision of which only what matters is said. */
export const aDecision = (kind: DecisionKind, said: Partial<Decision> = {}): Decision =>
  decisionOf(kind, { id: `a-${kind}`, ...said })
