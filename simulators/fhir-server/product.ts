import type { FhirResource } from 'fhir/r4'
import type { Found, SearchRequest } from './search-records.ts'

/** What may be done with one resource type of a product, and how. */
export interface TypeRules {
  readonly interactions: ReadonlySet<'read' | 'search' | 'create' | 'update' | 'patch'>
  /** Search parameters that are taken; any other is refused. */
  readonly params: ReadonlySet<string>
  /** Resources on a page: unless asked for, and at most. */
  readonly count: { readonly usual: number; readonly most: number }
  /** Elements that may be written; any other is a 422. `undefined`: all. */
  readonly fields?: ReadonlySet<string>
}

/** How an answer differs from what FHIR leads one to expect. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly text: string
  readonly expression?: string
}

/** The demo's region that a product is filled with. */
export interface DemoRegion {
  readonly resources: ReadonlyMap<string, FhirResource>
  /** HSA-id of the care unit that a resource was made at. */
  unitOf(resource: FhirResource): string | undefined
}

/** A product that speaks FHIR R4 in its own way. */
export interface FhirProduct {
  readonly name: string
  readonly version: string
  /** Below the server's root, without a slash at the end. */
  readonly basePath: string
  readonly types: ReadonlyMap<string, TypeRules>
  /** A demo record as the product keeps it; nothing for what it has no place for. */
  produce(resource: FhirResource, region: DemoRegion): readonly FhirResource[]
  /** Why a search isn't answered; `undefined` if it is. */
  refuseSearch(request: SearchRequest): Refusal | undefined
  /** In the order and company that the product answers in. */
  arrange(request: SearchRequest, found: readonly Found[]): readonly Found[]
  /** Why a resource isn't taken; `undefined` if it is. */
  refuseWrite(resource: FhirResource): Refusal | undefined
  /** Address of the page that begins at `context`. */
  nextLink(base: string, type: string, context: string): string
  /** The context that the address of a page names. */
  contextIn(parameters: URLSearchParams): string | undefined
  /** Each page begins with the last of the page before. */
  readonly repeatsOnPages: boolean
  /** What a stale `If-Match` is answered with. */
  readonly staleStatus: number
  /** Only `application/fhir+json` is answered; anything else is an empty 406. */
  readonly strictAccept: boolean
}
