import type { ResourceType } from '../resource-type.ts'

/** The kinds of search parameter that are answered. https://hl7.org/fhir/R4/search.html#ptypes */
export type SearchKind = 'token' | 'string' | 'reference' | 'date' | 'number' | 'quantity' | 'uri'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** One value of a parameter. Values separated by commas are alternatives. */
export type SearchValue =
  | {
      readonly kind: 'token'
      /** `undefined`: any system. `''`: explicitly none (`|code`). */
      readonly system: string | undefined
      /** `undefined`: any code of the system (`system|`). */
      readonly code: string | undefined
    }
  | { readonly kind: 'string'; readonly text: string }
  | {
      readonly kind: 'reference'
      readonly type: string | undefined
      readonly id: string | undefined
      readonly url: string | undefined
    }
  | { readonly kind: 'date'; readonly prefix: Prefix; readonly lo: number; readonly hi: number }
  | {
      readonly kind: 'number' | 'quantity'
      readonly prefix: Prefix
      readonly value: number
      /** The implicit range of the precision written: `5.40` is [5.395, 5.405). */
      readonly lo: number
      readonly hi: number
      readonly system: string | undefined
      readonly code: string | undefined
    }
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'missing'; readonly missing: boolean }
  /** For `:identifier` on a reference. */
  | { readonly kind: 'identifier'; readonly system: string | undefined; readonly value: string }

/** `param[:modifier]=value,value`. Clauses are joined by AND, their values by OR. */
export interface SearchClause {
  /** The code as in the CapabilityStatement: `code`, `_id`, `_lastUpdated`. */
  readonly param: string
  readonly kind: SearchKind
  readonly modifier:
    | 'exact'
    | 'contains'
    | 'text'
    | 'not'
    | 'missing'
    | 'identifier'
    | 'above'
    | 'below'
    | undefined
  readonly values: readonly SearchValue[]
}

export interface SortKey {
  readonly param: string
  readonly kind: SearchKind
  readonly descending: boolean
}

/** `_include=Observation:subject:Patient`; `*` for every reference parameter. */
export interface Include {
  readonly direction: 'include' | 'revinclude'
  readonly source: ResourceType
  readonly param: string
  readonly target: ResourceType | undefined
  readonly iterate: boolean
}

/** A parsed search, every parameter known and its values read. */
export interface SearchQuery {
  readonly type: ResourceType
  readonly clauses: readonly SearchClause[]
  readonly sort: readonly SortKey[]
  /** Page size; 0 asks for the total alone. */
  readonly count: number
  readonly total: 'none' | 'estimate' | 'accurate'
  readonly includes: readonly Include[]
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false'
  /** Top-level elements to keep, or `undefined` for all. */
  readonly elements: readonly string[] | undefined
  /** Where to go on, as a former page's `next` gave it. */
  readonly cursor: string | undefined
  /** The parameters as they came, for the self link and the log. */
  readonly text: string
}
