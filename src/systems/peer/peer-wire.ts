import { Problem } from '../../fhir/problem.ts'
import type {
  CompletenessIssue,
  HistoryPage,
  HistoryQuery,
  ResourceKey,
  SearchHit,
  SearchPage,
  StoredResource,
} from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'

/** What one Kärna asks another. */
export interface PeerQuestions {
  /** Parameters as in an address, without where to go on. */
  readonly search: {
    readonly type: ResourceType
    readonly text: string
    readonly cursor: string | undefined
  }
  readonly read: ResourceKey & { readonly version?: string }
  /** The versions of one resource. */
  readonly history: ResourceKey & Pick<HistoryQuery, 'since' | 'at' | 'count' | 'cursor'>
  /** Who has records of whoever has the number. */
  readonly person: { readonly number: string }
  /** Whether it's there; about nobody. */
  readonly ping: object
}

export type PeerQuestion = keyof PeerQuestions

/** Who has records of a person: what the asking law needs to know, and no more. */
export interface WirePerson {
  readonly patient: string
  readonly birthDate?: string
  readonly isProtected: boolean
  readonly holdings: readonly { readonly unit: string; readonly provider: string }[]
  /** Providers that the patient has closed to others. */
  readonly closed: readonly string[]
}

/** A resource with its bytes in base64, as they are. */
export type WireResource = Omit<StoredResource, 'bytes'> & { readonly bytes: string }

export interface WirePage extends Pick<SearchPage, 'total' | 'next' | 'issues'> {
  readonly hits: readonly { readonly mode: SearchHit['mode']; readonly resource: WireResource }[]
}

/** A deletion's bytes are empty. */
export interface WireHistory extends Pick<HistoryPage, 'total' | 'next'> {
  readonly versions: readonly WireResource[]
}

export interface PeerAnswers {
  readonly search: WirePage
  /** Without a patient in the statement, only whose record it is in: a number. */
  readonly read: WireResource | { readonly notFound: true } | { readonly whose: string }
  readonly history: WireHistory | { readonly notFound: true } | { readonly whose: string }
  readonly person: WirePerson | { readonly notFound: true }
  readonly ping: { readonly version: string }
}

export function toWire(resource: StoredResource): WireResource {
  return { ...resource, bytes: resource.bytes.toString('base64') }
}

/** @throws Problem `transient` for an answer that isn't what it should be */
export function fromWire(wire: WireResource): StoredResource {
  const { key, version, lastUpdated, origin, bytes, method } = wire
  if (!key?.id || !origin || typeof bytes !== 'string' || typeof origin.unit !== 'string') {
    throw new Problem('transient', 'The other Kärna answered something else')
  }
  const { type, patient, unit, provider, process, labels = [], from, to } = origin
  return {
    key,
    version,
    lastUpdated,
    method,
    // JSON has no infinity: a time that isn't told lies in every period, and so it's closed by every block.
    origin: {
      type,
      patient: patient ?? undefined,
      unit,
      provider,
      process: process ?? undefined,
      labels,
      from: from ?? undefined,
      to: to ?? undefined,
    },
    bytes: Buffer.from(bytes, 'base64'),
  }
}

export function historyFromWire({ versions, total, next }: WireHistory): HistoryPage {
  if (!Array.isArray(versions)) {
    throw new Problem('transient', 'The other Kärna answered something else')
  }
  return {
    versions: versions.map(fromWire),
    total: total ?? undefined,
    next: next ?? undefined,
  }
}

export function pageFromWire({ hits, total, next, issues }: WirePage): SearchPage {
  return {
    hits: hits.map(({ mode, resource }) => ({ mode, resource: fromWire(resource) })),
    total: total ?? undefined,
    next: next ?? undefined,
    issues: issues satisfies readonly CompletenessIssue[],
  }
}
