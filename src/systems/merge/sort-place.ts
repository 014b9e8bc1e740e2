import type { FhirResource } from 'fhir/r4'
import type { StoredResource } from '../../fhir/record-system.ts'
import { compileExtractor, type Extractor } from '../../fhir/search/compile-extractor.ts'
import type { IndexEntries } from '../../fhir/search/index-entries.ts'
import { comparePlaces, type Place, placeOf } from '../../fhir/search/order.ts'
import type { SortKey } from '../../fhir/search/query.ts'
import { searchParameter } from '../../fhir/search/search-parameter.ts'

/** Compiled when first needed; the same for ever after. */
const extractors = new Map<string, Extractor>()

const NOTHING: IndexEntries = {
  tokens: [],
  references: [],
  strings: [],
  dates: [],
  numbers: [],
  quantities: [],
  uris: [],
}

/** Where a resource comes under some keys. Only what the keys name is read from it. */
export function sortPlace(resource: StoredResource, sort: readonly SortKey[]): Place {
  const { key, lastUpdated, bytes } = resource
  if (sort.length === 0) return { values: [], id: key.id }
  const extractor = extractorOf(key.type, sort)
  const entries = extractor
    ? extractor(JSON.parse(String(bytes)) as FhirResource, undefined)
    : NOTHING
  return placeOf({ key, lastUpdated, entries }, sort)
}

/** Which of two comes first by the keys alone; 0 where only their ids would tell. */
export function compareByKeys(a: Place, b: Place, sort: readonly SortKey[]): number {
  return comparePlaces({ ...a, id: '' }, { ...b, id: '' }, sort)
}

/** `undefined` where the keys are all beside the content: `_id` and `_lastUpdated`. */
function extractorOf(
  type: StoredResource['key']['type'],
  sort: readonly SortKey[],
): Extractor | undefined {
  const codes = sort
    .map(({ param }) => param)
    .filter((code) => code !== '_id' && code !== '_lastUpdated')
  if (codes.length === 0) return undefined
  const name = `${type} ${codes.join()}`
  const found = extractors.get(name)
  if (found) return found
  const parameters = codes.flatMap((code) => searchParameter(type, code) ?? [])
  const extractor = compileExtractor(parameters)
  extractors.set(name, extractor)
  return extractor
}
