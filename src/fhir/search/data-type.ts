import type { SearchKind } from './query.ts'

/**
 * Which data types each kind of search parameter is searched on.
 * Types that an expression reaches but that are not here (`Observation.value` as an Attachment) are not indexed.
 * `exists` is no data type but the truth about a choice: see `Patient.deceased`.
 * https://hl7.org/fhir/R4/search.html#ptypes
 */
const DATA_TYPES: Readonly<Record<SearchKind, ReadonlySet<string>>> = {
  token: words(`Identifier Coding CodeableConcept ContactPoint boolean code string id uri url
    canonical oid uuid markdown integer positiveInt unsignedInt exists`),
  string: words('string markdown code id uri url HumanName Address CodeableConcept'),
  reference: words('Reference canonical uri url oid uuid Resource'),
  date: words('date dateTime instant Period Timing'),
  number: words('decimal integer positiveInt unsignedInt Range'),
  quantity: words('Quantity SimpleQuantity Money Age Duration Distance Count Range SampledData'),
  uri: words('uri url canonical oid uuid string'),
}

/** Whether values of a data type are indexed under search parameters of a kind. */
export function isIndexed(kind: string, dataType: string): boolean {
  return isSearchKind(kind) && DATA_TYPES[kind].has(dataType)
}

/** Whether a search parameter's type is one of those that are answered. */
export function isSearchKind(kind: string): kind is SearchKind {
  return Object.hasOwn(DATA_TYPES, kind)
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
