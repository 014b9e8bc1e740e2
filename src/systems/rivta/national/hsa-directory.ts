import {
  type Answerer,
  askService,
  type NationalService,
  needed,
  type Operation,
  own,
} from './national-service.ts'

/** GetHealthCareUnit 2.0 of HSA. Source: TKB infrastructure:directory:organization 5.0. */
export const GET_HEALTH_CARE_UNIT: Operation = {
  name: 'GetHealthCareUnit',
  responder: 'urn:riv:infrastructure:directory:organization:GetHealthCareUnitResponder:2',
  core: 'urn:riv:infrastructure:directory:organization:5',
}

/** Which care unit (vårdenhet) a unit belongs to, and whose that is. */
export interface HealthCareUnit {
  readonly unit: string
  readonly unitName: string
  readonly provider: string
  readonly providerName: string
  /** Organisation number of the provider. */
  readonly providerNumber: string
}

/** Looks a unit up in HSA; `undefined` for one that HSA doesn't know or that belongs to no care unit. */
export type FindHealthCareUnit = (hsaId: string) => Promise<HealthCareUnit | undefined>

/** A client of HSA. @throws Problem `transient` if it didn't answer */
export function createFindHealthCareUnit(service: NationalService): FindHealthCareUnit {
  return async (hsaId) => {
    const answer = await askService(service, GET_HEALTH_CARE_UNIT, [
      own('healthCareUnitMemberHsaId', hsaId),
    ])
    const found = answer.group('healthCareUnit')
    if (!found) return undefined
    return {
      unit: needed(found, 'healthCareUnitHsaId'),
      unitName: needed(found, 'healthCareUnitName'),
      provider: needed(found, 'healthCareProviderHsaId'),
      providerName: needed(found, 'healthCareProviderName'),
      providerNumber: needed(found, 'healthCareProviderOrgNo'),
    }
  }
}

/** GetHealthCareUnit as a provider. */
export function healthCareUnitAnswerer(find: FindHealthCareUnit): Answerer {
  return {
    operation: GET_HEALTH_CARE_UNIT,
    async answer(request) {
      const asked = needed(request, 'healthCareUnitMemberHsaId')
      const found = await find(asked)
      if (!found) return undefined
      return own('healthCareUnit', [
        own('unitIsHealthCareUnit', found.unit === asked),
        own('healthCareUnitMemberHsaId', asked),
        own('healthCareUnitHsaId', found.unit),
        own('healthCareUnitName', found.unitName),
        own('healthCareUnitPublicName', found.unitName),
        own('healthCareProviderHsaId', found.provider),
        own('healthCareProviderName', found.providerName),
        own('healthCareProviderPublicName', found.providerName),
        own('healthCareProviderOrgNo', found.providerNumber),
      ])
    },
  }
}
