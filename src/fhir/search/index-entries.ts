/**
 * What the search parameters of one resource name: the one meaning of search, for SQL and for memory alike.
 * `param` is the search parameter's code (`birthdate`). Nothing here knows of a database.
 * https://hl7.org/fhir/R4/search.html
 */
export interface IndexEntries {
  readonly tokens: readonly TokenEntry[]
  readonly references: readonly ReferenceEntry[]
  readonly strings: readonly StringEntry[]
  readonly dates: readonly DateEntry[]
  readonly numbers: readonly NumberEntry[]
  readonly quantities: readonly QuantityEntry[]
  readonly uris: readonly UriEntry[]
}

/** A code, identifier, boolean or contact point. */
export interface TokenEntry {
  readonly param: string
  readonly system: string | undefined
  readonly code: string | undefined
  /** Display and text, for `:text`. */
  readonly text: string | undefined
}

export interface ReferenceEntry {
  readonly param: string
  /** Target type and id for a reference within this base, relative or absolute. */
  readonly type: string | undefined
  readonly id: string | undefined
  /** The version it names (`/_history/3`), if any. */
  readonly version: string | undefined
  /** The whole text for an absolute URL, `urn:` or canonical. */
  readonly url: string | undefined
  /** A logical reference, for `:identifier`. */
  readonly identifier: { readonly system: string | undefined; readonly value: string } | undefined
}

export interface StringEntry {
  readonly param: string
  /** As written; folding for comparison is `foldText`'s work. */
  readonly value: string
}

export interface DateEntry {
  readonly param: string
  /** Milliseconds since 1970, the period covered by the precision given: [lo, hi). Open ends are ±Infinity. */
  readonly lo: number
  readonly hi: number
}

export interface NumberEntry {
  readonly param: string
  /** The value, or both ends of a Range. An open end is ±Infinity. */
  readonly lo: number
  readonly hi: number
}

export interface QuantityEntry {
  readonly param: string
  readonly lo: number
  readonly hi: number
  readonly system: string | undefined
  readonly code: string | undefined
  readonly unit: string | undefined
}

export interface UriEntry {
  readonly param: string
  readonly value: string
}
