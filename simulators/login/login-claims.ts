import { parsePersonalNumber } from '../../src/fhir/personal-number.ts'
import type { Directory } from '../../src/identity/directory.ts'

/** The two identity providers: as Inera's for staff, as a personal eID's for patients. */
export type Audience = 'staff' | 'patient'

/** What a choice on the page means as claims; `undefined` for no choice there is. */
export function claimsOf(
  audience: Audience,
  choice: string,
  directory: Directory,
): Record<string, unknown> | undefined {
  return audience === 'staff' ? staffClaims(choice, directory) : patientClaims(choice)
}

/** Source: Inera IdP, attribut. */
function staffClaims(choice: string, directory: Directory): Record<string, unknown> | undefined {
  const [login, commissionId] = choice.split(' ')
  const member = directory.staff.find((each) => each.login === login)
  const commission = member?.commissions.find(({ hsaId }) => hsaId === commissionId)
  const unit = directory.units.find(({ hsaId }) => hsaId === commission?.unit)
  const provider = directory.providers.find(({ hsaId }) => hsaId === unit?.provider)
  if (!member || !commission || !unit || !provider) return undefined
  return {
    sub: member.hsaId,
    acr: 'http://id.sambi.se/loa/loa3',
    amr: ['urn:se:inera:siths'],
    employeeHsaId: member.hsaId,
    given_name: member.givenName,
    family_name: member.familyName,
    healthcareProfessionalLicense:
      { doctor: ['LK'], nurse: ['SJ'] }[String(member.profession)] ?? [],
    commissionHsaId: commission.hsaId,
    commissionName: commission.name,
    commissionPurpose: commission.name.split(',')[0],
    commissionRight: ['Läsa;alla;SJF'],
    healthCareUnitHsaId: unit.hsaId,
    healthCareUnitName: unit.name,
    healthCareProviderHsaId: provider.hsaId,
    healthCareProviderName: provider.name,
  }
}

function patientClaims(choice: string): Record<string, unknown> | undefined {
  try {
    const number = parsePersonalNumber(choice)
    return {
      sub: number,
      acr: 'http://id.elegnamnden.se/loa/1.0/loa3',
      amr: ['bankid'],
      personalIdentityNumber: number,
      name: 'Invånare i demon',
    }
  } catch {
    return undefined
  }
}
