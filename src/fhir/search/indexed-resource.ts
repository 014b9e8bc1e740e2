import type { FhirResource } from 'fhir/r4'
import { Problem } from '../problem.ts'
import type { ResourceType } from '../resource-type.ts'
import { extract } from './extract.ts'
import type { IndexEntries } from './index-entries.ts'

/** What a search is decided on: the entries, and what is kept beside them. */
export interface IndexedResource {
  readonly key: { readonly type: ResourceType; readonly id: string }
  /** `meta.lastUpdated`, an instant; `undefined` where a source doesn't say. */
  readonly lastUpdated: string | undefined
  readonly entries: IndexEntries
}

/**
 * Makes a resource ready to be searched in memory. Throws `required` if it has no id.
 * @param base The server's own address, as for `extract`.
 */
export function indexResource(resource: FhirResource, base?: string): IndexedResource {
  const { resourceType: type, id, meta } = resource
  if (id === undefined) throw new Problem('required', 'A resource without an id cannot be found')
  return { key: { type, id }, lastUpdated: meta?.lastUpdated, entries: extract(resource, base) }
}
