import type { Encounter, FhirResource } from 'fhir/r4'

const ROOMS = 12
const PLACES = 2

/**
 * Puts everybody who lies on a ward now into a bed of their own. Who was made first keeps the bed that was drawn; another gets
 * the next that is free, and when the ward is full an extra bed, as is done. Beds of stays that are over are left as drawn.
 */
export function createBeds(): (resource: FhirResource) => FhirResource {
  const taken = new Map<string, Set<string>>()
  return (resource) => {
    const drawn = placeNow(resource)
    if (resource.resourceType !== 'Encounter' || drawn === undefined) return resource
    const ward = resource.serviceProvider?.reference ?? ''
    const inUse = taken.get(ward) ?? new Set<string>()
    const place = freeFrom(drawn, inUse)
    taken.set(ward, inUse.add(place))
    return place === drawn ? resource : lyingIn(resource, place)
  }
}

function placeNow(resource: FhirResource): string | undefined {
  if (resource.resourceType !== 'Encounter' || resource.status !== 'in-progress') return undefined
  return resource.location?.[0]?.location.display
}

function freeFrom(drawn: string, inUse: ReadonlySet<string>): string {
  const beds = Array.from({ length: ROOMS * PLACES }, (_, index) => bedAt(index))
  const first = Math.max(0, beds.indexOf(drawn))
  const around = [drawn, ...beds.slice(first), ...beds.slice(0, first)]
  const extra = `Extraplats ${inUse.size - ROOMS * PLACES + 1}`
  return around.find((each) => !inUse.has(each)) ?? extra
}

const bedAt = (index: number) =>
  `Sal ${Math.floor(index / PLACES) + 1}, plats ${(index % PLACES) + 1}`

const lyingIn = (encounter: Encounter, display: string): Encounter => ({
  ...encounter,
  location: [{ ...encounter.location?.[0], location: { display } }],
})
