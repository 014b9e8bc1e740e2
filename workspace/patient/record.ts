import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4'
import { ask, askAt, Refusal, reasonIn } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { type Silence, silencesIn } from '../sources/sources.ts'
import { localDate } from '../words.ts'

/** One list of the record: what came, or why it did not. Never an empty list for one that failed. */
export type Part =
  | {
      readonly ok: true
      readonly resources: readonly FhirResource[]
      /** Where the rest begins, when there is more: it is under way, or fetched when its page is opened. */
      readonly next: string | undefined
      /** Sources of it that did not answer, or not in full. */
      readonly silences: readonly Silence[]
      /** The rest was asked for and did not come. */
      readonly isCut?: true
    }
  | { readonly ok: false; readonly status: number; readonly why: string }

/** What must be on the screen first: who it is, what is dangerous, drugs, results. */
const FIRST = {
  patient: (id: string) => `Patient/${id}`,
  allergies: (id: string) => `AllergyIntolerance?patient=${id}&_count=50`,
  flags: (id: string) => `Flag?patient=${id}&_count=50`,
  medications: (id: string) => `MedicationRequest?patient=${id}&_sort=-authoredon&_count=100`,
  laboratory: (id: string) =>
    `Observation?patient=${id}&category=laboratory&_sort=-date&_count=150`,
  conditions: (id: string) => `Condition?patient=${id}&_sort=-recorded-date&_count=100`,
  encounters: (id: string) =>
    `Encounter?patient=${id}&_sort=-date&_count=300&_include=Encounter:service-provider`,
} as const satisfies Queries

/** The rest of the overview, asked for at the same time. */
const THEN = {
  vitals: (id: string) => `Observation?patient=${id}&category=vital-signs&_sort=-date&_count=150`,
  notes: (id: string) => `Composition?patient=${id}&_sort=-date&_count=30`,
  referrals: (id: string) => `ServiceRequest?patient=${id}&_sort=-authored&_count=50`,
  reports: (id: string) =>
    `DiagnosticReport?patient=${id}&category=RAD,CUS,OTH&_sort=-date&_count=20`,
  appointments: (id: string) =>
    `Appointment?patient=${id}&date=ge${localDate()}&_sort=date&_count=20`,
  tasks: (id: string) => `Task?patient=${id}&status=requested&_count=50`,
} as const satisfies Queries

type Queries = Record<string, (id: string) => string>

/** Of these the newest are enough until more is asked for. Of every other list all is fetched: an old drug is a drug. */
const NEWEST: ReadonlySet<PartName> = new Set(['notes', 'laboratory', 'vitals'])

export type PartName = keyof typeof FIRST | keyof typeof THEN

/** What each list is called on the screen. */
export const PART_WORDS: Readonly<Record<PartName, string>> = {
  patient: 'personuppgifter',
  allergies: 'överkänslighet',
  flags: 'uppmärksamhetsinformation',
  medications: 'läkemedel',
  laboratory: 'provsvar',
  conditions: 'diagnoser',
  encounters: 'vårdkontakter',
  vitals: 'vitala parametrar',
  notes: 'anteckningar',
  referrals: 'remisser',
  reports: 'undersökningssvar',
  appointments: 'bokningar',
  tasks: 'uppgifter',
}

/** A patient's record as far as it has come. A part that is `undefined` is under way. */
export interface PatientRecord {
  readonly parts: Readonly<Partial<Record<PartName, Part>>>
  /** When the user last marked this record as read, ISO time; `never`, or `unknown` when it could not be asked. */
  readonly readAt: string | 'never' | 'unknown' | undefined
  /** Whether something is blocked for this user. */
  readonly blocked: 'some' | 'none' | 'unknown' | undefined
  /** Whether other units have records that the user has not chosen to see. */
  readonly otherUnits: boolean
  /** Whether other care providers have records that the user has not opened (2022:913 2 kap. 4 §). */
  readonly otherProviders: boolean
  /** The server's clock when the first parts were asked for, ISO time. */
  readonly shownAt: string
  /** How long the server took for all of it so far, in milliseconds. */
  readonly took: number
}

/** How long a source may take before it is named as silent. */
const PATIENCE_MS = 10_000

/** What a record is asked for with. */
export interface Asker {
  readonly session: Session
  readonly id: string
  readonly reason: string | undefined
  readonly signal: AbortSignal
}

/** What has come of a record; parts are added to those that came before. */
export type RecordChange = Partial<PatientRecord>

/** A record of which nothing has come. */
export const EMPTY_RECORD: PatientRecord = {
  parts: {},
  readAt: undefined,
  blocked: undefined,
  otherUnits: false,
  otherProviders: false,
  shownAt: '',
  took: 0,
}

/** A record and what has come since. */
export function withChange(record: PatientRecord, change: RecordChange): PatientRecord {
  return { ...record, ...change, parts: { ...record.parts, ...change.parts } }
}

/**
 * Loads a record: two requests side by side for its parts, and what the user has read and may not see.
 * Tells of each thing as it comes.
 *
 * @throws Refusal when the patient may not be seen, or is not there (`404`)
 */
export async function loadRecord(
  asker: Asker,
  tell: (change: RecordChange) => void,
): Promise<void> {
  const began = performance.now()
  const add = (change: RecordChange) => {
    if (!asker.signal.aborted) tell({ ...change, took: performance.now() - began })
  }
  const complete = (parts: Partial<Record<PartName, Part>>) =>
    loadWhole(asker, parts, (name, part) => add({ parts: { [name]: part } }))
  const rest = loadParts(asker, THEN)
    .catch((cause: Error) => ({ parts: failedParts(THEN, cause) }))
    .then(({ parts }) => {
      add({ parts })
      return complete(parts)
    })
  const marks = [askReadMark(asker).then(add), askBlocked(asker).then(add)]
  const { parts, at } = await loadParts(asker, FIRST)
  refuseUnlessSeen(parts)
  add({ parts, shownAt: at })
  await Promise.all([rest, complete(parts), ...marks])
}

/** Fetches the rest of the lists that are to be whole. */
async function loadWhole(
  asker: Asker,
  parts: Partial<Record<PartName, Part>>,
  tell: (name: PartName, part: Part) => void,
): Promise<void> {
  const names = (Object.keys(parts) as PartName[]).filter((name) => !NEWEST.has(name))
  await Promise.all(
    names.map(async (name) => {
      const part = parts[name]
      if (part?.ok && part.next !== undefined) tell(name, await loadRest(asker, part))
    }),
  )
}

/** A part with the rest of it, page by page. What does not come is said in `isCut`. */
export async function loadRest(
  { session, reason, signal }: Asker,
  part: Extract<Part, { ok: true }>,
): Promise<Part> {
  const resources = [...part.resources]
  const silences = [...part.silences]
  for (let next = part.next; next !== undefined; ) {
    const { pathname, search } = new URL(next)
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
    const page = await ask(session, `${pathname}${search}`, { reason, signal: patience })
      .then((answer) => partOf({ resource: answer as FhirResource, response: { status: '200' } }))
      .catch(() => undefined)
    if (!page?.ok) return { ok: true, resources, next: undefined, silences, isCut: true }
    resources.push(...page.resources)
    silences.push(...page.silences)
    next = page.next
  }
  return { ok: true, resources, next: undefined, silences }
}

async function loadParts<N extends PartName>(
  { session, id, reason, signal }: Asker,
  queries: Readonly<Record<N, (id: string) => string>>,
): Promise<{ parts: Record<N, Part>; at: string }> {
  const names = Object.keys(queries) as N[]
  const body: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: names.map((name) => ({ request: { method: 'GET', url: queries[name](id) } })),
  }
  const { answer, at } = await askAt(session, `/fhir/${session.region}`, {
    method: 'POST',
    body,
    reason,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
  })
  const entries = (answer as Bundle<FhirResource>).entry
  const parts = names.map((name, index) => [name, partOf(entries?.[index])])
  return { parts: Object.fromEntries(parts), at }
}

function failedParts<N extends PartName>(
  queries: Readonly<Record<N, unknown>>,
  cause: Error,
): Record<N, Part> {
  const status = cause instanceof Refusal ? cause.status : 0
  const failed: Part = { ok: false, status, why: cause.message }
  return Object.fromEntries(Object.keys(queries).map((name) => [name, failed])) as Record<N, Part>
}

async function askReadMark({ session, id, signal }: Asker): Promise<Partial<PatientRecord>> {
  const path = `/identity/read-marks/${session.region}/${id}`
  const answer = await ask(session, path, { signal }).catch(() => undefined)
  const mark = answer as { readAt: string | null } | undefined
  return { readAt: mark ? (mark.readAt ?? 'never') : 'unknown' }
}

async function askBlocked({ session, id, reason, signal }: Asker): Promise<Partial<PatientRecord>> {
  const path = `/identity/hidden/${session.region}/${id}`
  const answer = await ask(session, path, { reason, signal }).catch(() => undefined)
  const hidden = answer as
    | { blocked: boolean; otherUnits: boolean; unopenedProviders: boolean }
    | undefined
  return {
    blocked: hidden ? (hidden.blocked ? 'some' : 'none') : 'unknown',
    otherUnits: hidden?.otherUnits ?? false,
    otherProviders: hidden?.unopenedProviders ?? false,
  }
}

function refuseUnlessSeen({ patient, allergies }: Record<'patient' | 'allergies', Part>): void {
  if (patient.ok) return
  throw new Refusal(patient.status, allergies.ok ? patient.why : allergies.why)
}

function partOf(entry: BundleEntry<FhirResource> | undefined): Part {
  const status = Number(entry?.response?.status.slice(0, 3) ?? 0)
  if (status < 200 || status > 299) {
    return { ok: false, status, why: reasonIn(entry?.response?.outcome ?? entry?.resource) }
  }
  const resource = entry?.resource
  if (resource?.resourceType !== 'Bundle') {
    return { ok: true, resources: resource ? [resource] : [], next: undefined, silences: [] }
  }
  const page = resource as Bundle<FhirResource>
  const resources = page.entry?.flatMap((each) => (each.resource ? [each.resource] : [])) ?? []
  return {
    ok: true,
    resources: resources.filter(({ resourceType }) => resourceType !== 'OperationOutcome'),
    silences: resources.flatMap((each) =>
      each.resourceType === 'OperationOutcome' ? silencesIn(each) : [],
    ),
    next: page.link?.find(({ relation }) => relation === 'next')?.url,
  }
}

/** The resources of one type in a part; none while it is under way or when it failed. */
export function ofType<T extends FhirResource>(
  part: Part | undefined,
  type: T['resourceType'],
): T[] {
  return part?.ok ? part.resources.filter((each): each is T => each.resourceType === type) : []
}

/**
 * Whether nothing of these parts is held back: at other units and providers, by blocks, by sources that did not answer, or since
 * it has not come yet. Of a list whose newest are enough, the newest are all that is spoken of.
 */
export function isAllShown(
  { parts, otherUnits, otherProviders, blocked }: PatientRecord,
  names: readonly PartName[],
): boolean {
  return (
    !otherUnits &&
    !otherProviders &&
    blocked === 'none' &&
    names.every((name) => hasAllThatCounts(name, parts[name]))
  )
}

function hasAllThatCounts(name: PartName, part: Part | undefined): boolean {
  if (!part?.ok || part.isCut || part.silences.length > 0) return false
  return part.next === undefined || NEWEST.has(name)
}
