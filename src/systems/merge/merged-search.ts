import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue, SearchHit, SearchPage } from '../../fhir/record-system.ts'
import type { Place } from '../../fhir/search/order.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { compareByKeys, sortPlace } from './sort-place.ts'

/** One of the sources of a merged answer. */
export interface Part {
  readonly name: string
  /** A part that is silent says so. */
  search(query: SearchQuery): Promise<SearchPage | CompletenessIssue>
}

/** Where a part goes on: its own cursor, and what of that page has been shown. `undefined`: it has nothing more. */
interface Mark {
  /** The part's cursor of the page; `null`: its first. */
  readonly c: string | null
  /** The last that was shown of it, and how many that was. */
  readonly a: string
  readonly n: number
}

/** A part while its pages are being merged. */
interface Stream {
  readonly part: Part
  cursor: string | undefined
  hits: readonly SearchHit[]
  /** How many of `hits` have been taken. */
  taken: number
  next: string | undefined
  total: number | undefined
  places: Map<SearchHit, Place>
}

/**
 * One page of what several parts answer, each in its own order: sorted by the query's keys, and between equals in the
 * order of the parts. Every resource once, by type and id, as the first part has it. The cursor holds each part's own
 * and the last that was shown of it, so what is written meanwhile neither repeats nor hides the rest.
 *
 * A part that fails in passing is an issue; what none of them can answer is thrown.
 * A total is told only when every part told one and none was silent.
 */
export async function mergedSearch(
  parts: readonly Part[],
  query: SearchQuery,
): Promise<SearchPage> {
  const marks = query.cursor === undefined ? undefined : parseCursor(query.cursor)
  const silent = parts.filter(({ name }) => marks?.get(name)?.n === SILENT)
  const asked = parts.filter(({ name }) => !marks || isGoingOn(marks.get(name)))
  const missing = new Set(silent.map(({ name }) => name))
  const issues: CompletenessIssue[] = silent.map(({ name }) => stillMissing(name))
  const { streams, refusal } = await openAll(asked, query, marks, missing, issues)
  if (refusal && streams.length === 0) throw refusal
  const { hits, included } = await take(streams, query, issues, missing)
  return {
    hits: [...hits, ...included],
    total: query.total === 'none' || issues.length > 0 ? undefined : totalOf(streams),
    next: query.count === 0 ? undefined : formatCursor(streams, missing),
    issues: onceEach(issues),
  }
}

async function openAll(
  asked: readonly Part[],
  query: SearchQuery,
  marks: ReadonlyMap<string, Mark> | undefined,
  missing: Set<string>,
  issues: CompletenessIssue[],
): Promise<{ streams: Stream[]; refusal: Problem | undefined }> {
  const answers = await Promise.all(
    asked.map(async (part) => {
      const cursor = marks?.get(part.name)?.c ?? undefined
      return { part, cursor, answer: await ask(part, { ...query, cursor }) }
    }),
  )
  const streams: Stream[] = []
  let refusal: Problem | undefined
  for (const { part, cursor, answer } of answers) {
    if (answer instanceof Problem) refusal ??= answer
    if (isPage(answer)) {
      streams.push(goOn(streamOf(part, cursor, answer), marks?.get(part.name)))
      issues.push(...answer.issues)
      if (answer.issues.length > 0) missing.add(part.name)
    } else {
      missing.add(part.name)
      issues.push(answer instanceof Problem ? issueOf(part.name, answer) : answer)
    }
  }
  return { streams, refusal }
}

type PartAnswer = SearchPage | CompletenessIssue | Problem

/** What can be expected of a part is a value; a defect is thrown on. */
async function ask(part: Part, query: SearchQuery): Promise<PartAnswer> {
  try {
    return await part.search(query)
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown
    throw thrown
  }
}

const isPage = (answer: PartAnswer): answer is SearchPage => 'hits' in answer

/** Past what a former page has shown of this one. */
function goOn(stream: Stream, mark: Mark | undefined): Stream {
  if (!mark) return stream
  const matches = stream.hits.filter(({ mode }) => mode === 'match')
  const last = matches.findIndex((hit) => nameOf(hit) === mark.a)
  stream.taken = last >= 0 ? last + 1 : Math.min(mark.n, matches.length)
  return stream
}

/** The count of a part that didn't answer when the search began: what it has can't be put in its place any more. */
const SILENT = -1

const isGoingOn = (mark: Mark | undefined) => mark !== undefined && mark.n !== SILENT

function stillMissing(source: string): CompletenessIssue {
  const message = `${source} did not answer when the search began; search again to have it`
  return { source, kind: 'partial', message }
}

function streamOf(part: Part, cursor: string | undefined, page: SearchPage): Stream {
  const matches = page.hits.filter(({ mode }) => mode === 'match')
  const included = page.hits.filter(({ mode }) => mode === 'include')
  return {
    part,
    cursor,
    hits: [...matches, ...included],
    taken: 0,
    next: page.next,
    total: page.total,
    places: new Map(),
  }
}

const nameOf = ({ resource }: SearchHit) => `${resource.key.type}/${resource.key.id}`

const headOf = ({ hits, taken }: Stream): SearchHit | undefined => {
  const head = hits[taken]
  return head?.mode === 'match' ? head : undefined
}

/** Takes the first of all heads until the page is full, fetching on where a part runs out. */
async function take(
  streams: readonly Stream[],
  query: SearchQuery,
  issues: CompletenessIssue[],
  missing: Set<string>,
) {
  const shown = new Map<string, SearchHit>()
  const beside = new Map<string, SearchHit>()
  for (const { hits } of streams) keepIncluded(beside, hits)
  while (shown.size < query.count) {
    for (const stream of streams) {
      if (headOf(stream) || stream.next === undefined) continue
      await fetchOn(stream, query, issues, missing)
      keepIncluded(beside, stream.hits)
    }
    const first = firstOf(streams, query)
    const hit = first && headOf(first)
    if (!first || !hit) break
    first.taken++
    if (!shown.has(nameOf(hit))) shown.set(nameOf(hit), hit)
  }
  for (const name of shown.keys()) beside.delete(name)
  return { hits: [...shown.values()], included: reached(shown, beside) }
}

function keepIncluded(included: Map<string, SearchHit>, hits: readonly SearchHit[]): void {
  for (const hit of hits) {
    if (hit.mode === 'include' && !included.has(nameOf(hit))) included.set(nameOf(hit), hit)
  }
}

/** Of what came along, that which points at what is shown or is pointed at, however far: the rest is of later pages. */
function reached(
  shown: ReadonlyMap<string, SearchHit>,
  beside: ReadonlyMap<string, SearchHit>,
): SearchHit[] {
  const found: SearchHit[] = []
  const left = new Map(beside)
  let fresh = [...shown]
  while (fresh.length > 0 && left.size > 0) {
    const next: [string, SearchHit][] = []
    for (const [name, hit] of left) {
      const touches = fresh.some(
        ([other, { resource }]) =>
          resource.bytes.includes(`"${name}"`) || hit.resource.bytes.includes(`"${other}"`),
      )
      if (touches) next.push([name, hit])
    }
    for (const [name, hit] of next) {
      left.delete(name)
      found.push(hit)
    }
    fresh = next
  }
  return found
}

async function fetchOn(
  stream: Stream,
  query: SearchQuery,
  issues: CompletenessIssue[],
  missing: Set<string>,
): Promise<void> {
  const { part, next: cursor, total } = stream
  const answer = await ask(part, { ...query, cursor })
  if (isPage(answer)) {
    Object.assign(stream, streamOf(part, cursor, answer), { total })
    issues.push(...answer.issues)
    if (answer.issues.length > 0) missing.add(part.name)
    return
  }
  issues.push(answer instanceof Problem ? issueOf(part.name, answer) : answer)
  missing.add(part.name)
  stream.next = undefined
}

function firstOf(streams: readonly Stream[], { sort }: SearchQuery): Stream | undefined {
  let first: Stream | undefined
  for (const stream of streams) {
    if (!headOf(stream)) continue
    if (!first || (sort.length > 0 && isBefore(stream, first, sort))) first = stream
  }
  return first
}

function isBefore(stream: Stream, other: Stream, sort: SearchQuery['sort']): boolean {
  return compareByKeys(placeIn(stream, sort), placeIn(other, sort), sort) < 0
}

function placeIn(stream: Stream, sort: SearchQuery['sort']): Place {
  const head = headOf(stream)
  if (!head) throw new RangeError('there is no head to compare')
  const known = stream.places.get(head)
  if (known) return known
  const place = sortPlace(head.resource, sort)
  stream.places.set(head, place)
  return place
}

function issueOf(source: string, { code, message }: Problem): CompletenessIssue {
  return { source, kind: code === 'transient' ? 'unavailable' : 'partial', message }
}

function totalOf(streams: readonly Stream[]): number | undefined {
  return streams.reduce<number | undefined>(
    (sum, { total }) => (sum === undefined || total === undefined ? undefined : sum + total),
    0,
  )
}

function onceEach(issues: readonly CompletenessIssue[]): CompletenessIssue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()]
}

/** `undefined` when no part has more. A part that has nothing more isn't in it; one that was silent is remembered. */
function formatCursor(
  streams: readonly Stream[],
  missing: ReadonlySet<string>,
): string | undefined {
  const marks = streams.flatMap((stream) => {
    const mark = markOf(stream)
    return mark ? [[stream.part.name, mark] as const] : []
  })
  if (marks.length === 0) return undefined
  const silent = [...missing].map((name) => [name, { c: null, a: '', n: SILENT }] as const)
  return Buffer.from(JSON.stringify(Object.fromEntries([...silent, ...marks]))).toString(
    'base64url',
  )
}

function markOf(stream: Stream): Mark | undefined {
  const { cursor, hits, taken, next } = stream
  if (!headOf(stream)) return next === undefined ? undefined : { c: next, a: '', n: 0 }
  const last = taken === 0 ? undefined : hits[taken - 1]
  return { c: cursor ?? null, a: last ? nameOf(last) : '', n: taken }
}

function parseCursor(cursor: string): ReadonlyMap<string, Mark> {
  try {
    const marks = JSON.parse(String(Buffer.from(cursor, 'base64url'))) as Record<string, Mark>
    return new Map(Object.entries(marks))
  } catch {
    throw new Problem('invalid', 'The cursor is not one of this search')
  }
}
