/**
 * The verifier shares no code with what writes and seals the log: it was written from docs/access-log.md, so that a mistake
 * in one is not repeated in the other. It needs only Node and, for a live database, `pg`.
 */

/** A row of the log as it is stored. */
export interface Entry {
  readonly writer: number
  readonly seq: number
  /** Microseconds since 1970. */
  readonly at: number
  readonly context: number
  /** patient, action, outcome, paragraph, basis, reason, request, query, resources; none of an entry that was let go */
  readonly texts: readonly (string | null)[]
  /** Hexadecimal. */
  readonly hash: string
}

/** A row of the contexts: who, where and why. */
export interface ContextRow {
  readonly id: number
  /** region, kind, session, person, name, commission, unit, provider, purpose, client, loa */
  readonly said: readonly (string | null)[]
  /** Hexadecimal. */
  readonly digest: string
}

/** A checkpoint as it is stored, with the lines that witnesses added. */
export interface StoredCheckpoint {
  readonly size: number
  readonly note: string
  readonly cosignatures: readonly string[]
}

/** Where a log is read from: a database, or an export of one. */
export interface LogSource {
  checkpoints(): Promise<readonly StoredCheckpoint[]>
  /** Every chain, with how many rows say they belong to it. */
  writers(): Promise<readonly { readonly writer: number; readonly rows: number }[]>
  /** Rows of a chain by number, both ends included, at most {@link PAGE}; doubles too. */
  entries(writer: number, first: number, last: number): Promise<readonly Entry[]>
  context(id: number): Promise<ContextRow | undefined>
  /** Of `region Type/id/version`, those that the record doesn't hold; `undefined` where it can't be asked. */
  missingVersions(references: readonly string[]): Promise<readonly string[]> | undefined
  close(): Promise<void>
}

/** The most rows that a source gives at a time. */
export const PAGE = 10_000

/** Something that is not as it was written. */
export interface Finding {
  readonly kind: FindingKind
  /** The chain and its entries that it is about, where it is about entries. */
  readonly writer?: number
  readonly first?: number
  readonly last?: number
  /** The size of the checkpoint that it is about, where it is about one. */
  readonly size?: number
  readonly message: string
}

export type FindingKind =
  | 'changed'
  | 'missing'
  | 'added'
  | 'doubled'
  | 'back-dated'
  | 'context'
  | 'opening'
  | 'checkpoint'
  | 'witness'
  | 'split'
  | 'rolled-back'
  | 'tree'
  | 'version'
