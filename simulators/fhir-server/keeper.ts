import { randomUUID } from 'node:crypto'
import type { FhirResource } from 'fhir/r4'
import { spliceMeta } from '../../src/fhir/json/splice-meta.ts'
import type { DemoRegion, FhirProduct } from './product.ts'
import type { Found } from './search-records.ts'

/** What a product keeps, by type and id. Every version of the text stays as it was written. */
export interface Keeper {
  all(type: string): Iterable<Found>
  find(type: string, id: string): Found | undefined
  /** Keeps a text under an id (a new one, if none is given) as the next version. */
  keep(type: string, text: Buffer, id?: string): Found
  /** What is said to have made a resource: Provenance by its target. */
  provenanceOf(type: string, id: string): Found | undefined
}

const LOADED = Date.parse('2026-11-01T00:00:00Z')

/** Fills a product with a demo region's records. */
export function createKeeper(product: FhirProduct, resources: Iterable<FhirResource>): Keeper {
  const given = new Map<string, FhirResource>()
  for (const each of resources) given.set(`${each.resourceType}/${each.id}`, each)
  const region: DemoRegion = {
    resources: given,
    unitOf: ({ meta }) => meta?.source?.split('#')[1],
  }
  const kept = new Map<string, Map<string, Found>>()
  const targets = new Map<string, Found>()

  function keep(type: string, text: Buffer, id: string, at: number): Found {
    const ofType = kept.get(type) ?? new Map<string, Found>()
    kept.set(type, ofType)
    const version = (ofType.get(id)?.version ?? 0) + 1
    const stamp = { id, versionId: String(version), lastUpdated: new Date(at).toISOString() }
    const stamped = String(spliceMeta(text, stamp))
    const found: Found = { text: stamped, value: JSON.parse(stamped), version }
    ofType.set(id, found)
    if (found.value.resourceType === 'Provenance') {
      for (const { reference = '' } of found.value.target) targets.set(reference, found)
    }
    return found
  }

  for (const each of given.values()) {
    for (const made of product.produce(each, region)) {
      keep(made.resourceType, Buffer.from(JSON.stringify(made)), made.id ?? randomUUID(), LOADED)
    }
  }
  return {
    all: (type) => kept.get(type)?.values() ?? [],
    find: (type, id) => kept.get(type)?.get(id),
    keep: (type, text, id = randomUUID()) => keep(type, text, id, Date.now()),
    provenanceOf: (type, id) => targets.get(`${type}/${id}`),
  }
}
