import type { FhirResource } from 'fhir/r4'
import type { Change } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import type { HsaId } from '../../fhir/sight.ts'

/** How one of our types is had from a product. */
export interface TypeRules {
  /** The product's own type where it differs: notes are DocumentReference in Millennium. */
  readonly sourceType?: string
  /** The parameter that names the patient; `undefined` for what belongs to nobody. */
  readonly owner: 'patient' | 'subject' | undefined
  /** Sent with every search: what the product demands. */
  readonly always: Readonly<Record<string, string>>
  /** How one is had by id: read, searched by `_id`, or found among the patient's. */
  readonly byId: 'read' | '_id' | 'patient'
  /** Resources asked for a page. */
  readonly count: number
  /** Parameters that the product narrows by as the standard says. All else is matched here. */
  readonly narrows: ReadonlySet<string>
  readonly write: WriteRules | undefined
}

/** What can be written of a type. */
export interface WriteRules {
  readonly create: boolean
  /** How a change is sent; `undefined`: it isn't taken. */
  readonly update: 'put' | 'json-patch' | undefined
  /** The elements that it takes; `undefined`: all of the type's. */
  readonly elements: ReadonlySet<string> | undefined
}

/** What a product is asked about a person by. */
export interface PersonSearch {
  /** Questions whose answers together hold everyone who can match; `undefined`: it can't be asked. */
  questionsFor(query: SearchQuery): readonly URLSearchParams[] | undefined
  /** Parameters that at least one of must be there; named when it refuses. */
  readonly by: readonly string[]
}

/** What a resource came with. */
export interface Accompanied {
  readonly value: FhirResource
  readonly bytes: Buffer
  /** HSA-id of the unit that its Provenance names as custodian. */
  readonly custodian: HsaId | undefined
}

/** How a product differs from what FHIR leads one to expect. */
export interface ProductRules {
  readonly name: string
  readonly types: ReadonlyMap<ResourceType, TypeRules>
  readonly persons: PersonSearch
  /** The care unit whose record a resource is in. */
  unitOf(resource: Accompanied): HsaId | undefined
  /** The product's resource as ours; the same where nothing differs. May fetch what it points at. */
  toOurs(resource: Accompanied, fetch: FetchBytes): Promise<Buffer>
  /** The bytes to create, with whose unit it is where the product is told so in the resource. */
  toTheirs(bytes: Buffer, unit: HsaId): Buffer
  /** Whether whose unit it is, is told in a Provenance of its own. */
  readonly tellsUnitByProvenance: boolean
  /** Why the product would not take a change that its types allow; `undefined`: it would. */
  objection(change: Change): string | undefined
}

/** Fetches something the product points at, by a relative or absolute address. Throws Problem `transient`. */
export type FetchBytes = (url: string) => Promise<Buffer>
