import type { ResourceType } from './resource-type.ts'
import type { SearchQuery } from './search/query.ts'
import type { HsaId, Origin, Sight } from './sight.ts'
import type { ValidResource } from './validation/valid-resource.ts'

/** Names one resource: `Observation/17`. */
export interface ResourceKey {
  readonly type: ResourceType
  readonly id: string
}

/**
 * One version of a resource as it travels: its bytes, with the little that the edge needs beside them.
 * Whoever needs the parsed value parses `bytes`; a plain read or a search page never does.
 */
export interface StoredResource {
  readonly key: ResourceKey
  /** `meta.versionId`: a whole number from 1, as text. */
  readonly version: string
  /** `meta.lastUpdated`, an instant in UTC with milliseconds: `2026-11-24T08:00:00.000Z`. */
  readonly lastUpdated: string
  readonly origin: Origin
  /** UTF-8 JSON, `id` and `meta` included. Empty for a deletion. */
  readonly bytes: Buffer
  /** What made this version. A `delete` has no bytes. */
  readonly method: 'create' | 'update' | 'delete'
}

declare const sealed: unique symbol

/**
 * A resource whose origin can be read but whose content can't, until a {@link Sight} opens it with `unseal`.
 * So that the law can learn whose record it is, in the same round trip that fetches the bytes.
 */
export interface Sealed {
  readonly [sealed]: true
  readonly key: ResourceKey
  readonly origin: Origin
}

export interface SearchHit {
  readonly resource: StoredResource
  readonly mode: 'match' | 'include'
}

/** A page of search results. */
export interface SearchPage {
  readonly hits: readonly SearchHit[]
  /** Matches under the sight; only when asked for and true. */
  readonly total: number | undefined
  /** Where the next page begins, opaque to all but the system; `undefined` on the last page. */
  readonly next: string | undefined
  /** What could not be answered: a source that was silent, a period left out. Never empty in silence. */
  readonly issues: readonly CompletenessIssue[]
}

/** A part of the answer that is missing, and why: shown in the Bundle and on the screen. */
export interface CompletenessIssue {
  readonly source: string
  readonly kind: 'timeout' | 'unavailable' | 'not-connected' | 'stale' | 'partial'
  readonly message: string
}

/** What a history asks for. https://hl7.org/fhir/R4/http.html#history */
export interface HistoryQuery {
  readonly type: ResourceType | undefined
  readonly id: string | undefined
  /** Only versions at or after this instant. */
  readonly since: string | undefined
  /** Only versions that were current at some time in [lo, hi), milliseconds since 1970. */
  readonly at?: { readonly lo: number; readonly hi: number }
  readonly count: number
  readonly cursor: string | undefined
}

export interface HistoryPage {
  /** Newest first. */
  readonly versions: readonly StoredResource[]
  readonly next: string | undefined
  readonly total: number | undefined
}

/** A write. https://hl7.org/fhir/R4/http.html#create and following */
export type Change =
  | {
      readonly kind: 'create'
      readonly type: ResourceType
      readonly resource: ValidResource
      /**
       * The id to give it, where the caller needs it beforehand (references within a transaction, loading).
       * If a resource of this id is already there, nothing is written and the outcome is `exists`.
       */
      readonly id: string | undefined
      /** Conditional create: give back the one match instead of creating. */
      readonly ifNoneExist: SearchQuery | undefined
      readonly assumedId?: AssumedId
      /** Of an id whose resource was deleted the outcome is `exists` too: a load must not take a deletion back. */
      readonly leavesDeleted?: true
    }
  | {
      readonly kind: 'update'
      readonly key: ResourceKey
      readonly resource: ValidResource
      /** The version that must be current (`If-Match`). */
      readonly ifMatch: string | undefined
    }
  | {
      readonly kind: 'conditional-update'
      readonly type: ResourceType
      readonly condition: SearchQuery
      readonly resource: ValidResource
      /** The id to give it if nothing matches and the resource names none. */
      readonly id: string | undefined
      readonly assumedId?: AssumedId
    }
  | {
      readonly kind: 'patch'
      readonly type: ResourceType
      /** An id, or a condition that must match one. */
      readonly target: string | SearchQuery
      /** Applies the patch to the current version and validates the result. Pure; may run again. */
      readonly apply: (current: StoredResource) => ValidResource
      readonly ifMatch: string | undefined
    }
  | {
      readonly kind: 'delete'
      readonly type: ResourceType
      /** An id, or a condition that may match at most one. */
      readonly target: string | SearchQuery
      readonly ifMatch: string | undefined
    }

/**
 * The id that a conditional write is taken to end up with by what else is written, since a condition was looked up
 * before. If it turns out to be another, nothing is written: Problem `lock-error`, and the caller may look again.
 */
export type AssumedId = string

/** What became of a change, in the order of the changes. */
export interface ChangeResult {
  /** `exists`: a conditional create found its match. `absent`: a delete found nothing, which is fine. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted' | 'exists' | 'absent'
  readonly resource: StoredResource | undefined
}

/** In whose name a change is made. Made by the law. */
export interface Author {
  /** What this author may see and so may change: conditions are searched under it. */
  readonly sight: Sight
  readonly unit: HsaId
  readonly provider: HsaId
  /** Care process of the commission, if it has one. */
  readonly process: string | undefined
  /** Whether labels that a resource has may be taken from it. They may always be added. */
  readonly mayUnlabel: boolean
  /** Whether `PUT` may create under an id that the caller chose. */
  readonly mayChooseId: boolean
  /** For migration only: the origin each resource states, instead of the author's own. */
  readonly originOf:
    | ((resource: ValidResource) => { readonly unit: HsaId; readonly provider: HsaId } | undefined)
    | undefined
  /** What the law wants written in the same transaction as the change; opaque to the system. */
  readonly logEntry: unknown
}

/** One committed version with the entries that its search parameters name. */
export interface FeedItem {
  readonly resource: StoredResource
  readonly cursor: string
}

/** How a search parameter is answered. Stated in the CapabilityStatement. */
export type Support = 'native' | 'emulated'

/** https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
export type TypeInteraction =
  | 'read'
  | 'vread'
  | 'update'
  | 'patch'
  | 'delete'
  | 'history-instance'
  | 'history-type'
  | 'create'
  | 'search-type'

export interface TypeCapability {
  readonly interactions: ReadonlySet<TypeInteraction>
  /** What holds for some of the type's resources only, in words. Where it is given, nobody chooses ids by PUT. */
  readonly limits?: ReadonlyMap<TypeInteraction, string>
  /** Search parameter code → how it's answered. What isn't here is refused. */
  readonly searchParams: ReadonlyMap<string, Support>
}

export interface Capability {
  readonly types: ReadonlyMap<ResourceType, TypeCapability>
  readonly system: ReadonlySet<'transaction' | 'batch' | 'history-system'>
}

/**
 * Anything that keeps health records and answers in FHIR R4:
 * our own store, a connector to another system, or a whole federation of them.
 *
 * Nothing can be read without a {@link Sight}, and only the law can make one.
 * A capability it lacks is a `Problem('not-supported')` and missing from `capability()`.
 */
export interface RecordSystem {
  readonly name: string
  capability(): Capability
  /** The current version, or the named one, still sealed. Deleted ones come too (`method: 'delete'`). */
  locate(key: ResourceKey, version?: string): Promise<Sealed | undefined>
  search(query: SearchQuery, sight: Sight): Promise<SearchPage>
  history(query: HistoryQuery, sight: Sight): Promise<HistoryPage>
  /** All or none. `logsWrites` says that `author.logEntry` was committed with them. */
  transact(changes: readonly Change[], author: Author): Promise<readonly ChangeResult[]>
  readonly logsWrites: boolean
  /** Committed versions after a cursor, in an order in which none is ever skipped. */
  changes(since: string | undefined, count: number): Promise<readonly FeedItem[]>
}

/** What a patient's record consists of, and what makes it unreadable for ever. For destruction alone (PDL 8:4). */
export interface Eraser {
  /** Everything of the patient, deleted things too, with when its last version was written, milliseconds since 1970. */
  recordOf(
    patient: string,
  ): Promise<readonly { readonly key: ResourceKey; readonly lastEntry: number }[]>
  /**
   * Every version says nothing any more; that it was there stays.
   *
   * @param ground the decision or paragraph that it is done by; kept beside
   * @returns how many versions were there to be erased
   */
  erase(keys: readonly ResourceKey[], ground: string): Promise<number>
}
