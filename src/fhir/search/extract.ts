import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../resource-type.ts'
import { compileExtractor, type Extractor } from './compile-extractor.ts'
import type { IndexEntries } from './index-entries.ts'
import { searchParametersOf } from './search-parameter.ts'

/** Compiled when first needed; the same for ever after. */
const extractors = new Map<ResourceType, Extractor>()

/**
 * Everything in a resource that a search parameter of its type finds: the meaning of search in this system.
 * Contained resources are not looked into. `_id` and `_lastUpdated` are not among the entries, as the one who keeps the
 * resource has them beside it and gives them when it's written.
 * The same value gives one entry for each parameter that names it, in the order of the table.
 * @param base The server's own address (no slash at the end): references under it count as relative.
 * https://hl7.org/fhir/R4/search.html
 */
export function extract(resource: FhirResource, base?: string): IndexEntries {
  return extractorOf(resource.resourceType)(resource, base)
}

function extractorOf(type: ResourceType): Extractor {
  const found = extractors.get(type)
  if (found !== undefined) return found
  const parameters = [...searchParametersOf(type).values()].filter(
    ({ code }) => code !== '_id' && code !== '_lastUpdated',
  )
  const extractor = compileExtractor(parameters)
  extractors.set(type, extractor)
  return extractor
}
