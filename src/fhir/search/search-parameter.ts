import { readFileSync } from 'node:fs'
import { isResourceType, type ResourceType } from '../resource-type.ts'
import { isSearchKind } from './data-type.ts'
import { type ElementPath, parseElementPath } from './element-path.ts'
import type { SearchKind } from './query.ts'

/**
 * A search parameter of one resource type, its FHIRPath already resolved to elements.
 * https://hl7.org/fhir/R4/searchparameter-registry.html
 */
export interface SearchParameter {
  readonly code: string
  readonly kind: SearchKind
  /** Canonical URL, for the CapabilityStatement. */
  readonly definition: string
  /** What a reference may point at here; empty where it may be anything. */
  readonly targets: readonly ResourceType[]
  /** Where its values are; their union is what is indexed. */
  readonly paths: readonly ElementPath[]
}

const CANONICAL = 'http://hl7.org/fhir/SearchParameter/'

/** A row of `search-parameters.json`: kind, end of the canonical URL, targets, paths. */
type Row = readonly [string, string, readonly string[], readonly string[]]

const TABLE: Readonly<
  Record<ResourceType | 'Resource', Readonly<Record<string, Row>> | undefined>
> = JSON.parse(readFileSync(new URL('search-parameters.json', import.meta.url), 'utf8'))

const known = new Map<ResourceType, ReadonlyMap<string, SearchParameter>>()

/**
 * The search parameters of a type by their codes, those of every resource (`_id`, `_lastUpdated`, `_tag`, `_profile`,
 * `_security`, `_source`) included. Composite and special parameters are not among them.
 */
export function searchParametersOf(type: ResourceType): ReadonlyMap<string, SearchParameter> {
  const found = known.get(type)
  if (found !== undefined) return found
  const rows = Object.entries({ ...TABLE.Resource, ...TABLE[type] })
  const parameters = new Map(rows.map(([code, row]) => [code, toSearchParameter(code, row)]))
  known.set(type, parameters)
  return parameters
}

/** One search parameter of a type; `undefined` where R4 has none by that code, or one of a kind not answered. */
export function searchParameter(type: ResourceType, code: string): SearchParameter | undefined {
  return searchParametersOf(type).get(code)
}

function toSearchParameter(code: string, [kind, definition, targets, paths]: Row): SearchParameter {
  if (!isSearchKind(kind)) throw new Error(`search-parameters.json: ${code} is of kind ${kind}`)
  return {
    code,
    kind,
    definition: CANONICAL + definition,
    targets: targets.filter(isResourceType),
    paths: paths.map(parseElementPath),
  }
}
