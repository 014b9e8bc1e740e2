import type { ResourceType } from '../resource-type.ts'

/** The kinds of search parameter that are answered. https://hl7.org/fhir/R4/search.html#ptypes */
export type SearchKind = 'token' | 'string' | 'reference' | 'date' | 'number' | 'quantity' | 'uri'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** One value of a parameter. Values separated by commas are alternatives. */
export type SearchValue =
  | TokenValue
  | StringValue
  | ReferenceValue
  | DateValue
  | NumberValue
  | QuantityValue
  | UriValue
  | MissingValue
  | IdentifierValue

export interface TokenValue {
  readonly kind: 'token'
  /** `undefined`: any system. `''`: explicitly none (`|code`). */
  readonly system: string | undefined
  /** `undefined`: any code of the system (`system|`). */
  readonly code: string | undefined
}

/** Also of a token with `:text`. */
export interface StringValue {
  readonly kind: 'string'
  readonly text: string
}

/** A resource on this server by type (if known) and id, or anything else by its URL. */
export interface ReferenceValue {
  readonly kind: 'reference'
  /** `undefined` with an id: any type that the parameter allows. */
  readonly type: string | undefined
  readonly id: string | undefined
  /** Only this version (`Patient/1/_history/2`, `http://canonical|2`); `undefined`: any or none. */
  readonly version: string | undefined
  /** When this is given it alone decides: type and id then only tell what the URL ends with. */
  readonly url: string | undefined
}

export interface DateValue {
  readonly kind: 'date'
  readonly prefix: Prefix
  /** The time that the precision written covers: [lo, hi) in ms since 1970. With `ap` widened already. */
  readonly lo: number
  readonly hi: number
}

export interface NumberValue {
  readonly kind: 'number'
  readonly prefix: Prefix
  readonly value: number
  /** The implicit range of the precision written: `5.40` is [5.395, 5.405). With `ap` widened already. */
  readonly lo: number
  readonly hi: number
}

export interface QuantityValue {
  readonly kind: 'quantity'
  readonly prefix: Prefix
  readonly value: number
  /** As of a number. */
  readonly lo: number
  readonly hi: number
  /** `undefined`: any system; `code` may then be the unit as people read it. */
  readonly system: string | undefined
  readonly code: string | undefined
}

export interface UriValue {
  readonly kind: 'uri'
  readonly uri: string
}

export interface MissingValue {
  readonly kind: 'missing'
  readonly missing: boolean
}

/** For `:identifier` on a reference. `system` as of a token. */
export interface IdentifierValue {
  readonly kind: 'identifier'
  readonly system: string | undefined
  readonly value: string
}

/**
 * `param[:modifier]=value,value`. Clauses are joined by AND, their values by OR.
 * Chains (`patient.name`) and `_has` are refused as yet; they'd be clauses like this one with a list of the links,
 * from the type searched to the one that `param` is of.
 */
export interface SearchClause {
  /** The code as in the CapabilityStatement: `code`, `_id`, `_lastUpdated`. */
  readonly param: string
  readonly kind: SearchKind
  /** `:[type]` of a reference isn't here but in the values. */
  readonly modifier: SearchModifier | undefined
  readonly values: readonly SearchValue[]
}

export type SearchModifier =
  | 'exact'
  | 'contains'
  | 'text'
  | 'not'
  | 'missing'
  | 'identifier'
  | 'above'
  | 'below'

export interface SortKey {
  readonly param: string
  readonly kind: SearchKind
  readonly descending: boolean
}

/** `_include=Observation:subject:Patient`; `*` for every reference parameter. */
export interface Include {
  readonly direction: 'include' | 'revinclude'
  readonly source: ResourceType
  /** A reference parameter of `source`, or `*` for all of them. */
  readonly param: string
  readonly target: ResourceType | undefined
  readonly iterate: boolean
}

/** What of each resource is shown. */
export interface Reduction {
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false'
  /** Top-level elements to keep, or `undefined` for all. */
  readonly elements: readonly string[] | undefined
}

/** A parsed search, every parameter known and its values read. */
export interface SearchQuery extends Reduction {
  readonly type: ResourceType
  readonly clauses: readonly SearchClause[]
  readonly sort: readonly SortKey[]
  /** Page size, at most 1000; 0 asks for the total alone (then `total` is `accurate`). */
  readonly count: number
  readonly total: 'none' | 'estimate' | 'accurate'
  readonly includes: readonly Include[]
  /** Where to go on, as a former page's `next` gave it. */
  readonly cursor: string | undefined
  /**
   * The parameters as they came, encoded for a URL, for the self link and the log.
   * Without `_cursor`: a link to a page is this and the page's cursor.
   */
  readonly text: string
  /** The server's own address, under which a reference that is followed is one of ours. */
  readonly base?: string
  /** Parameters that were left out, where the caller asked for lenience; the answer says so. */
  readonly ignored?: readonly string[]
}
