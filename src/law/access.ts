import type { HsaId } from '../fhir/sight.ts'
import type { SmartScope } from '../fhir/smart-scope.ts'

/** Why records are opened. A closed list: PDL 2 kap. 4 §. */
export type Purpose = 'care' | 'quality' | 'administration' | 'statistics'

/**
 * Who opens a record, in which commission (medarbetaruppdrag) and why.
 * Settled at login, never by the caller of the API.
 */
export interface Access {
  /**
   * `staff` in a commission; `patient` in their own record; `system`, a backend service in the commission it is registered
   * with; `sandbox` in the empty demo region; `migration` for imports by the operator.
   */
  readonly kind: 'staff' | 'patient' | 'system' | 'sandbox' | 'migration'
  readonly region: string
  /** Employee's HSA-id; a patient's personal number; a service's client id. */
  readonly user: HsaId
  readonly userName: string
  /** The commission's HSA-id. */
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
  /** Of whose record a `patient` is the owner: Patient.id in this region. Of no meaning to other kinds. */
  readonly ownPatient?: string
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
