import type { HsaId } from '../fhir/sight.ts'
import type { Purpose } from '../law/access.ts'

/** What the HSA directory tells of organisations and staff. Source: Inera, HSA-innehåll. */
export interface Directory {
  readonly regions: readonly { readonly id: string; readonly name: string }[]
  readonly providers: readonly CareProvider[]
  readonly units: readonly CareUnit[]
  readonly staff: readonly StaffMember[]
}

/** Vårdgivare: the data controller (PDL 2:6). */
export interface CareProvider {
  readonly hsaId: HsaId
  readonly name: string
  readonly region: string
}

/** Vårdenhet. */
export interface CareUnit {
  readonly hsaId: HsaId
  readonly name: string
  readonly provider: HsaId
  readonly region: string
  /** The hospital or health centre it belongs to: `Sahlgrenska universitetssjukhuset`. */
  readonly site: string
  readonly kind:
    | 'ward'
    | 'outpatient'
    | 'emergency'
    | 'primary-care'
    | 'municipal'
    | 'administration'
}

export interface StaffMember {
  readonly hsaId: HsaId
  /** What they type to log in to the demo: `anna.nystrom`. */
  readonly login: string
  readonly givenName: string
  readonly familyName: string
  /** Swedish title as shown: `ST-läkare`. */
  readonly title: string
  readonly profession:
    | 'doctor'
    | 'nurse'
    | 'assistant-nurse'
    | 'secretary'
    | 'administrator'
    | 'auditor'
  readonly commissions: readonly Commission[]
}

/** Medarbetaruppdrag: for whom, where and why somebody works. */
export interface Commission {
  readonly hsaId: HsaId
  readonly name: string
  readonly unit: HsaId
  readonly purpose: Purpose
}
