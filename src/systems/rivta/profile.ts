import type { Contract, Question } from './contracts/contract.ts'

/** A place that answers service contracts: one database of a product, or a service platform in front of several. */
export interface RivtaSource {
  /** What people call it, shown where it didn't answer: `Melior Lund`. */
  readonly name: string
  /** HSA-id that questions are addressed to. */
  readonly logicalAddress: string
  /** Where it listens; `endpoints` says so for single contracts. */
  readonly url: string
  readonly endpoints?: Readonly<Partial<Record<Question, string>>>
  /** The contracts it answers, one version of each. */
  readonly contracts: readonly Contract[]
  /** The encoding that its texts are kept in, where that lacks characters. */
  readonly keptIn?: 'windows-1252'
}

/** A care unit (vårdenhet) and whose it is. */
export interface CareUnit {
  readonly hsaId: string
  readonly name: string
  /** HSA-id of its care provider (vårdgivare). */
  readonly provider: string
}

export interface CareProvider {
  readonly hsaId: string
  readonly name: string
}

/** A region's RIV-TA system as it is known to us. */
export interface RivtaProfile {
  /** The record system's name, such as the region's id. Ids are bound to it: a new name gives new ids. */
  readonly name: string
  readonly sources: readonly RivtaSource[]
  /** The provider that keeps the population's demographic data: the region itself. */
  readonly provider: string
  readonly units: readonly CareUnit[]
  readonly providers: readonly CareProvider[]
  /**
   * The origin of records whose care unit can't be found out. Without it such records are left out, and it's said how
   * many: whether a block closes them can't be judged (PDL 4:4).
   */
  readonly unknownUnit?: { readonly unit: string; readonly provider: string }
  /** OIDs of reserve numbers in use. Append only: ids depend on the position. */
  readonly reserveNumbers: readonly string[]
  /** Milliseconds that one question may take, its further pages included. */
  readonly deadline: number
  /** The most bytes of one answer. */
  readonly maxBytes: number
  /** Milliseconds that an answer is used again, so that a patient's page is one question of each kind. */
  readonly freshness: number
}
