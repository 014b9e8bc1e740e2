import type { ResourceType } from '../resource-type.ts'
import { isMasked, type Origin, type Sight } from '../sight.ts'
import type { IndexEntries } from './index-entries.ts'
import type { IndexedResource } from './indexed-resource.ts'

const WHO_AND_WHERE =
  'address address-city address-country address-postalcode address-state address-use email family given name phone phonetic telecom'

/**
 * Search parameters that tell who or where somebody is. Where an identity is protected the resource has no values for
 * them, for a search as for a reader. The personal number stays: who comes for care is found by it.
 */
const MASKED: ReadonlyMap<ResourceType, ReadonlySet<string>> = new Map([
  ['Patient', words(`${WHO_AND_WHERE} general-practitioner language link organization`)],
  ['RelatedPerson', words(`${WHO_AND_WHERE} birthdate identifier`)],
  ['Person', words(`${WHO_AND_WHERE} organization`)],
])

/** Whether a parameter has no values where the identity is protected. */
export function isMaskedParameter(type: ResourceType, param: string): boolean {
  return MASKED.get(type)?.has(param) ?? false
}

/** What a resource is found by under a sight: without what is masked. */
export function asSeen(sight: Sight, origin: Origin, indexed: IndexedResource): IndexedResource {
  const masked = MASKED.get(origin.type)
  if (!masked || !isMasked(sight, origin)) return indexed
  const seen = <Entry extends { readonly param: string }>(list: readonly Entry[]) =>
    list.filter(({ param }) => !masked.has(param))
  const { tokens, references, strings, dates, numbers, quantities, uris } = indexed.entries
  const entries: IndexEntries = {
    tokens: seen(tokens),
    references: seen(references),
    strings: seen(strings),
    dates: seen(dates),
    numbers: seen(numbers),
    quantities: seen(quantities),
    uris: seen(uris),
  }
  return { ...indexed, entries }
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}
