import type { HsaId } from '../fhir/sight.ts'

/** Why records are opened. A closed list: PDL 2 kap. 4 §. */
export type Purpose = 'care' | 'quality' | 'administration' | 'statistics'

/**
 * Who opens a record, in which commission (medarbetaruppdrag) and why.
 * Settled at login, never by the caller of the API.
 */
export interface Access {
  /** `staff` in a commission; `sandbox` in the empty demo region; `migration` for imports by the operator. */
  readonly kind: 'staff' | 'sandbox' | 'migration'
  readonly region: string
  /** Employee's HSA-id. */
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
}
