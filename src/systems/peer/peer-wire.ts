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

/** What isn't an answer: then it's not known what is there, and it's told as a silence. */
export const broken = (): Problem =>
  new Problem('transient', 'The other Kärna answered something else')

/**
 * The answer as it came, if it is one to the question.
 * @throws Problem `transient` for anything else: a page of a proxy, an outcome, half an answer
 */
export function answerFromWire<Question extends PeerQuestion>(
  kind: Question,
  said: unknown,
): PeerAnswers[Question] {
  if (!isObject(said) || !IS_ANSWER[kind](said)) throw broken()
  return said as unknown as PeerAnswers[Question]
}

type Said = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Said =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isTextOrNone = (value: unknown) => value === undefined || value === null || isText(value)
const isListOf = (value: unknown, isOne: (each: Said) => boolean) =>
  Array.isArray(value) && value.every((each) => isObject(each) && isOne(each))
const isElsewhere = ({ notFound, whose }: Said) => notFound === true || isText(whose)

const IS_ANSWER: Readonly<Record<PeerQuestion, (said: Said) => boolean>> = {
  search: ({ hits, issues, next }) =>
    isTextOrNone(next) &&
    isListOf(
      hits,
      ({ mode, resource }) => (mode === 'match' || mode === 'include') && isResource(resource),
    ) &&
    isListOf(issues, ({ source, kind, message }) => [source, kind, message].every(isText)),
  read: (said) => isElsewhere(said) || isResource(said),
  history: (said) =>
    isElsewhere(said) || (isTextOrNone(said.next) && isListOf(said.versions, isResource)),
  person: ({ notFound, patient, isProtected, holdings, closed, birthDate }) =>
    notFound === true ||
    (isText(patient) &&
      patient !== '' &&
      typeof isProtected === 'boolean' &&
      isTextOrNone(birthDate) &&
      isListOf(holdings, ({ unit, provider }) => isText(unit) && isText(provider)) &&
      Array.isArray(closed) &&
      closed.every(isText)),
  ping: ({ version }) => isText(version),
}

/** Its bytes are looked at when it's used. */
function isResource(said: unknown): boolean {
  if (!isObject(said)) return false
  const { key, origin, bytes } = said
  return (
    isObject(key) &&
    isText(key.type) &&
    isText(key.id) &&
    key.id !== '' &&
    isObject(origin) &&
    isText(origin.unit) &&
    isText(origin.provider) &&
    isText(bytes)
  )
}

/** @throws Problem `transient` for bytes that aren't the resource that they're said to be */
export function fromWire(wire: WireResource): StoredResource {
  const { key, version, lastUpdated, origin, bytes: text, method } = wire
  const bytes = Buffer.from(text, 'base64')
  if (method !== 'delete') requireSame(key, bytes)
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
    bytes,
  }
}

/** Half a resource, or another one, must not reach whoever reads it as the first. */
function requireSame({ type, id }: ResourceKey, bytes: Buffer): void {
  const value = parseAnswer(bytes)
  if (!isObject(value) || value.resourceType !== type || value.id !== id) throw broken()
}

/** @throws Problem `transient` for what isn't JSON */
export function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(String(bytes))
  } catch {
    throw broken()
  }
}

export function historyFromWire({ versions, total, next }: WireHistory): HistoryPage {
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
