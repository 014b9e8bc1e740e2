import type { FhirResource } from 'fhir/r4'
import type { ContractVersion } from '../../src/systems/rivta/provide/producers.ts'
import type { DemoRecords } from './demo-records.ts'

/** One database (or installation) of a product, a source system of its own. */
export interface Database {
  readonly name: string
  /** HSA-id of the source system, which is its logical address too. */
  readonly hsaId: string
  /** Whether it holds what was made at a unit. Several may hold the same: databases that were merged halfway. */
  holds(unit: string): boolean
  /** HSA-id of the system that records of a unit were made in: another's, where they were moved here. */
  madeIn(unit: string): string
}

/** How a product answers: its versions and its ways. */
export interface ProductProfile {
  readonly product: string
  readonly version: string
  readonly contracts: readonly ContractVersion[]
  databases(records: DemoRecords): readonly Database[]
  /** How its messages are encoded. */
  readonly charset: 'utf-8' | 'windows-1252'
  /** Whether a record goes out without the HSA-ids of care unit and provider, as some do. */
  lacksOrigin(resource: FhirResource): boolean
  /** The local id of a sökord or term: the same word has another in another database. */
  termId(word: string, database: Database): string
  /** How a note's keywords travel. */
  readonly notes: 'docbook' | 'text'
  /** Notes of one answer, in the version that has pages. */
  readonly pageSize: number
}
