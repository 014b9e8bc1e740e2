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
  /** Skyddade personuppgifter: who they are is told nobody who doesn't need it; the HSA-id stands for them. */
  readonly protectedPerson?: boolean
}

/** Medarbetaruppdrag: for whom, where and why somebody works. */
export interface Commission {
  readonly hsaId: HsaId
  readonly name: string
  readonly unit: HsaId
  readonly purpose: Purpose
  /** Vårdprocess that the commission is limited to, if it is, by its name at the care provider. */
  readonly process?: string
}

/** What is shown instead of a protected person's name. Source: HL7 Sweden, skyddade personuppgifter. */
export const PROTECTED_NAME = 'Skyddad person'

/** A member's name as screens, logs and other systems may show it. */
export function shownName({
  givenName,
  familyName,
  protectedPerson,
}: Pick<StaffMember, 'givenName' | 'familyName' | 'protectedPerson'>): string {
  return protectedPerson ? PROTECTED_NAME : `${givenName} ${familyName}`
}

/** What HSA answers about one member of staff. */
export interface Credentials {
  readonly hsaId: HsaId
  readonly name: string
  readonly profession: StaffMember['profession']
  readonly protectedPerson: boolean
  readonly commissions: readonly (Commission & { readonly provider: HsaId })[]
}

/**
 * A member's commissions, each with its care provider. Without `includingProtected` a protected person isn't there at all,
 * as in GetCredentialsForPerson; with it they are, marked and still without their name, as in
 * GetCredentialsForPersonIncludingProtectedPerson. Commissions whose unit has gone are left out.
 * Source: Inera, infrastructure:directory:authorizationmanagement 2.2.
 */
export function credentialsOf(
  { staff, units }: Directory,
  hsaId: HsaId,
  { includingProtected }: { readonly includingProtected: boolean },
): Credentials | undefined {
  const member = staff.find((each) => each.hsaId === hsaId)
  if (!member || (member.protectedPerson && !includingProtected)) return undefined
  const commissions = member.commissions.flatMap((commission) => {
    const unit = units.find((each) => each.hsaId === commission.unit)
    return unit ? [{ ...commission, provider: unit.provider }] : []
  })
  const { profession, protectedPerson = false } = member
  return { hsaId, name: shownName(member), profession, protectedPerson, commissions }
}
