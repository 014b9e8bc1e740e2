import type { Access } from './access.ts'
import type { LogContext } from './access-context.ts'

/** What was done. The actions on the log itself are logged too. */
export type LogAction =
  | 'read'
  | 'search'
  | 'history'
  | 'write'
  | 'see-blocked'
  | 'lift-block'
  | 'open-emergency'
  | 'open-shared'
  | 'choose-units'
  | 'state-relation'
  | 'reveal-identity'
  | 'explain'
  | 'end-decision'
  | 'count'
  | 'print'
  | 'export'
  | 'destroy'
  | 'read-log'
  | 'extract-log'
  | 'review-log'
  | 'export-log'
  /** What another system has its own word for. */
  | 'other'

/** What a permission rests on, and which one: a relation, a consent, the lifting of a block. Set by the rules. */
export interface LegalBasis {
  readonly kind:
    | 'relation'
    | 'stated-reason'
    | 'active-choice'
    | 'consent'
    | 'emergency'
    | 'incapacity'
    | 'block-lift'
    | 'own-record'
    | 'proxy'
    | 'review'
  readonly id?: string | undefined
}

/** Who did something, as the log tells it: somebody who has access here, or staff in a system that hands its log to us. */
export interface ActedAs
  extends Pick<
    Access,
    'region' | 'session' | 'user' | 'userName' | 'commission' | 'unit' | 'provider'
  > {
  readonly kind: Access['kind'] | 'staff-elsewhere'
  readonly purpose: string
  readonly statedReason: string | undefined
  readonly app?: { readonly client: string }
  readonly loa?: string
  readonly request?: string
}

/** One access to one patient's record, or to what concerns no patient. */
export interface LogEntry {
  readonly access: ActedAs
  readonly patient: string | undefined
  readonly action: LogAction
  readonly outcome: 'permit' | 'deny'
  /** What a denial rests on. */
  readonly paragraph: string | undefined
  /** What a permission rests on, where more than a commission was needed. */
  readonly basis?: LegalBasis | undefined
  /** What was asked for, where that names no patient: the only trace of a look-up that found nobody. */
  readonly query?: string | undefined
  /** What was disclosed or written: `Observation/17/3`; a deletion ends in `/delete`. */
  readonly resources: readonly string[]
}

/** An entry, with its context. */
export interface EntryInContext {
  readonly entry: LogEntry
  readonly context: LogContext
}
