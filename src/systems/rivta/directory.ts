import type { Organization } from 'fhir/r4'
import { HSA_ID } from './mapping/code-systems.ts'
import type { RecordHeader } from './mapping/header.ts'
import { filled } from './mapping/values.ts'
import type { RivtaProfile } from './profile.ts'

/** Whose record something is: the two HSA-ids that blocks and secrecy are decided by. */
export interface RecordOrigin {
  readonly unit: string
  readonly provider: string
}

/** What is known of a region's units without asking its systems. */
export interface Directory {
  /** The id of the Organization of a unit or provider: the last part of its HSA-id, as in docs/demo-data.md. */
  organizationOf(hsaId: string): string | undefined
  readonly organizations: readonly {
    readonly resource: Organization
    readonly origin: RecordOrigin
  }[]
  /** `undefined` where it can't be found out; then no block can be judged. */
  originOf(header: Pick<RecordHeader, 'unit' | 'orgUnit' | 'provider'>): RecordOrigin | undefined
}

export function createDirectory(profile: RivtaProfile): Directory {
  const units = new Map(profile.units.map((unit) => [unit.hsaId, unit]))
  const idOf = (hsaId: string) => hsaId.split('-').at(-1) ?? hsaId
  const known = new Set([...units.keys(), ...profile.providers.map(({ hsaId }) => hsaId)])
  const organizationOf = (hsaId: string) => (known.has(hsaId) ? idOf(hsaId) : undefined)
  const organization = (hsaId: string, name: string, provider?: string): Organization =>
    filled<Organization>({
      resourceType: 'Organization',
      id: idOf(hsaId),
      identifier: [{ system: HSA_ID, value: hsaId }],
      name,
      partOf: provider === undefined ? undefined : { reference: `Organization/${idOf(provider)}` },
    })
  return {
    organizationOf,
    organizations: [
      ...profile.providers.map(({ hsaId, name }) => ({
        resource: organization(hsaId, name),
        origin: { unit: hsaId, provider: hsaId },
      })),
      ...profile.units.map(({ hsaId, name, provider }) => ({
        resource: organization(hsaId, name, provider),
        origin: { unit: hsaId, provider },
      })),
    ],
    originOf({ unit: stated, orgUnit, provider: owner }) {
      const known = orgUnit !== undefined && units.has(orgUnit) ? orgUnit : undefined
      const unit = stated ?? known ?? profile.unknownUnit?.unit
      if (unit === undefined) return undefined
      const provider = owner ?? units.get(unit)?.provider ?? profile.unknownUnit?.provider
      return provider === undefined ? undefined : { unit, provider }
    },
  }
}
