import type { HsaId } from '../fhir/sight.ts'
import type { SmartScope } from '../fhir/smart-scope.ts'

/**
 * Why records are opened. A closed list, in the order of the act's seven points: what is needed in and for the care of
 * patients, administration of the care of one patient, other documentation that statutes demand, quality, administration
 * and supervision of the business, statistics, and counts before clinical research. Source: PDL 2 kap. 4 §.
 */
export type Purpose =
  | 'care'
  | 'care-administration'
  | 'required-documentation'
  | 'quality'
  | 'administration'
  | 'statistics'
  | 'feasibility-count'

/** What a member of staff works as, as far as authorization depends on it (PDL 4:2). */
export type Role =
  | 'doctor'
  | 'nurse'
  | 'assistant-nurse'
  | 'secretary'
  | 'administrator'
  | 'auditor'

/** What every access has. Settled at login, never by the caller of the API. */
interface AnyAccess {
  readonly region: string
  /** Employee's HSA-id; a patient's personal number; a service's client id. */
  readonly user: HsaId
  readonly userName: string
  /** The commission's HSA-id; for who has none, the word of the kind. */
  readonly commission: HsaId
  /** Care unit (vårdenhet) of the commission. */
  readonly unit: HsaId
  /** Care provider (vårdgivare) of the commission. */
  readonly provider: HsaId
  readonly purpose: Purpose
  /** The user's own reason, asked for when no care relation is known. Followed up in log review (PDL 4:3). */
  readonly statedReason: string | undefined
  /** Names the session in the log; not the token. */
  readonly session: string
  /** The app that asks in the user's name; without one only the law limits. App and law must both agree. */
  readonly app?: AppAccess
  /** Level of assurance of the login, such as `http://id.sambi.se/loa/loa3`. */
  readonly loa?: string
  /** Names the request in the log and in the answer's `x-request-id`. */
  readonly request?: string
}

/** What an app was let do at its launch. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export interface AppAccess {
  readonly client: string
  /** Each is a way in by itself; none for a type and action: refused. */
  readonly scopes: readonly SmartScope[]
  /** The patient in context: all that `patient/` scopes reach. */
  readonly patient: string | undefined
}

/** A member of staff in a commission (medarbetaruppdrag). */
export interface StaffAccess extends AnyAccess {
  readonly kind: 'staff'
  readonly role: Role
  /** Care process (vårdprocess) that the commission is limited to, if it is. */
  readonly process?: string
}

/** The patient, to the own record (PDL 5:5). */
export interface PatientAccess extends AnyAccess {
  readonly kind: 'patient'
  /** Patient.id in the region. */
  readonly ownPatient: string
}

/** Somebody else in a patient's place: a guardian (vårdnadshavare), or who has the patient's mandate (ombud). */
export interface ProxyAccess extends AnyAccess {
  readonly kind: 'proxy'
  /** Patient.id in the region of the one whose record it is. */
  readonly ownPatient: string
  readonly basis: 'guardian' | 'mandate'
}

/** Another system of the provider's, in the commission it is registered with and with nobody at the keys. */
export interface SystemAccess extends AnyAccess {
  readonly kind: 'system'
  /**
   * A service by which the provider makes records available to others (NPÖ): it sees to relation and consent where they
   * are read (2022:913 3:1), and is given nothing that the patient has blocked (2:3).
   */
  readonly makesAvailable?: true
}

/** The empty demo region, where there are no patients and so no secrecy. */
export interface SandboxAccess extends AnyAccess {
  readonly kind: 'sandbox'
}

/** Imports by the operator. */
export interface MigrationAccess extends AnyAccess {
  readonly kind: 'migration'
}

/** Who opens a record, in which capacity and why. */
export type Access =
  | StaffAccess
  | PatientAccess
  | ProxyAccess
  | SystemAccess
  | SandboxAccess
  | MigrationAccess
