import type { SearchKind } from './query.ts'

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

/** Where the entries of each kind of parameter are. */
export const ENTRIES_OF = {
  token: 'tokens',
  string: 'strings',
  reference: 'references',
  date: 'dates',
  number: 'numbers',
  quantity: 'quantities',
  uri: 'uris',
} as const satisfies Readonly<Record<SearchKind, keyof IndexEntries>>

/** An entry of any kind. */
export type IndexEntry = IndexEntries[keyof IndexEntries][number]

/** A code, identifier, boolean or contact point. */
export interface TokenEntry {
  readonly param: string
  readonly system: string | undefined
  /** As written; compared without regard to case (`foldToken`). */
  readonly code: string | undefined
  /** Display and text, for `:text`. The text of a CodeableConcept is an entry by itself, without a code. */
  readonly text: string | undefined
}

export interface ReferenceEntry {
  readonly param: string
  /**
   * The type and id that the text ends with. They name a resource on this server only while `url` is `undefined`:
   * `https://other.example/fhir/Patient/1` is not our `Patient/1`.
   */
  readonly type: string | undefined
  readonly id: string | undefined
  /** The version it names, if any: `/_history/3`, or `|3` of a canonical. */
  readonly version: string | undefined
  /** The text without its version, for another server's URL, a canonical, `urn:` or `#contained`. */
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
  /** The value, both ends of a Range, or what a comparator leaves: `<5` is from -Infinity to 5. */
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
