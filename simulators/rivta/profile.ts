import type { FhirResource } from 'fhir/r4'
import type { ContractVersion } from '../../src/systems/rivta/provide/producers.ts'
import type { DemoRecords } from './demo-records.ts'
import type { CodePage } from './encode-text.ts'

/** One database (or installation) of a product, a source system of its own. */
export interface Database {
  readonly name: string
  /** HSA-id of the source system, which is its logical address too. */
  readonly hsaId: string
  /** What it holds of a type about whoever has a number. */
  of(number: string, type: FhirResource['resourceType']): readonly FhirResource[]
  /** What a reference in that leads to. */
  find(reference: string | undefined): FhirResource | undefined
  /** HSA-id of the system that a record was made in: another's, where it was moved here. */
  madeIn(resource: FhirResource): string
  /** The local id of a sökord or term: the same word has another in another database. */
  termId(word: string): string
  close(): void
}

/** How a product answers: its versions and its ways. */
export interface ProductProfile {
  readonly product: string
  readonly version: string
  readonly contracts: readonly ContractVersion[]
  /** Opens its databases, filled. Several may hold the same: databases that were merged halfway. */
  databases(records: DemoRecords): Promise<readonly Database[]>
  /** How its databases keep texts: what that can't hold was lost when it was written there. */
  readonly texts: CodePage
  /** How its messages are encoded. */
  readonly charset: 'utf-8' | 'windows-1252'
  /** Whether a record goes out without the HSA-ids of care unit and provider, as some do. */
  lacksOrigin(resource: FhirResource): boolean
  /** How a note's keywords travel. */
  readonly notes: 'docbook' | 'text'
  /** Notes of one answer, in the version that has pages. */
  readonly pageSize: number
}
