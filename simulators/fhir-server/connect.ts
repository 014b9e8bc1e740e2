import type { FhirResource } from 'fhir/r4'
import { COSMIC } from '../../src/systems/fhir-server/products/cosmic.ts'
import { MILLENNIUM } from '../../src/systems/fhir-server/products/millennium.ts'
import type { FhirServerProfile } from '../../src/systems/fhir-server/profile.ts'
import type { FhirSimulator } from './fhir-simulator.ts'

const HSA = 'urn:oid:1.2.752.29.4.19'

/** How a region would write down a simulated product: the profile that `createFhirServerSystem` takes. */
export function profileOf(
  { url, tokenUrl, client, product }: FhirSimulator,
  name: string,
  resources: Iterable<FhirResource>,
  more: Partial<FhirServerProfile> = {},
): FhirServerProfile {
  const rules = product.name === 'Cosmic' ? COSMIC : MILLENNIUM
  const units = unitsIn(resources)
  return {
    name,
    source: product.name,
    product: rules,
    url,
    token: { url: tokenUrl, clientId: client.id, clientSecret: client.secret, scope: 'system/*.*' },
    provider: units[0]?.provider ?? '',
    units,
    deadline: 5_000,
    maxBytes: 20_000_000,
    freshness: 1_000,
    ...more,
  }
}

/** The care units among a region's organisations, each with the provider that it is part of. */
function unitsIn(resources: Iterable<FhirResource>): { hsaId: string; provider: string }[] {
  const organizations = [...resources].flatMap((each) =>
    each.resourceType === 'Organization' ? [each] : [],
  )
  const hsaIds = new Map(
    organizations.map(({ id, identifier }) => [
      `Organization/${id}`,
      identifier?.find(({ system }) => system === HSA)?.value ?? '',
    ]),
  )
  return organizations.flatMap(({ id, partOf }) => {
    const provider = hsaIds.get(partOf?.reference ?? '')
    const hsaId = hsaIds.get(`Organization/${id}`)
    return provider && hsaId ? [{ hsaId, provider }] : []
  })
}
