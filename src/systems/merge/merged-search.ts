import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue, SearchHit, SearchPage } from '../../fhir/record-system.ts'
import type { Place } from '../../fhir/search/order.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { compareByKeys, sortPlace } from './sort-place.ts'

/** One of the sources of a merged answer. */
export interface Part {
  readonly name: string
  search(query: SearchQuery): Promise<SearchPage>
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
  const asked = parts.filter(({ name }) => !marks || isGoingOn(marks.get(name)))
  const silent = parts.filter(({ name }) => marks?.get(name)?.n === SILENT)
  const issues: CompletenessIssue[] = silent.map(({ name }) => stillMissing(name))
  const answers = await Promise.all(
    asked.map((part) =>
      open(part, query, marks?.get(part.name)).catch((thrown: unknown) => thrown),
    ),
  )
  const streams: Stream[] = []
  const refusals: Problem[] = []
  const missing = silent.map(({ name }) => name)
  for (const [index, answer] of answers.entries()) {
    if (!(answer instanceof Problem) && answer instanceof Error) throw answer
    if (answer instanceof Problem) {
      refusals.push(answer)
      missing.push(asked[index]?.name ?? '')
      issues.push(issueOf(asked[index]?.name ?? '', answer))
    } else {
      const { stream, page } = answer as Opened
      streams.push(stream)
      issues.push(...page.issues)
    }
  }
  const [refusal] = refusals
  if (refusal && streams.length === 0) throw refusal
  const { hits, included } = await take(streams, query, issues)
  return {
    hits: [...hits, ...included],
    total: query.total === 'none' || issues.length > 0 ? undefined : totalOf(streams),
    next: query.count === 0 ? undefined : formatCursor(streams, missing),
    issues: onceEach(issues),
  }
}

/** The count of a part that didn't answer when the search began: what it has can't be put in its place any more. */
const SILENT = -1

const isGoingOn = (mark: Mark | undefined) => mark !== undefined && mark.n !== SILENT

function stillMissing(source: string): CompletenessIssue {
  const message = `${source} did not answer when the search began; search again to have it`
  return { source, kind: 'partial', message }
}

interface Opened {
  readonly stream: Stream
  readonly page: SearchPage
}

async function open(part: Part, query: SearchQuery, mark: Mark | undefined): Promise<Opened> {
  const cursor = mark?.c ?? undefined
  const page = await part.search({ ...query, cursor })
  const stream = streamOf(part, cursor, page)
  if (mark) {
    const matches = stream.hits.filter(({ mode }) => mode === 'match')
    const last = matches.findIndex((hit) => nameOf(hit) === mark.a)
    stream.taken = last >= 0 ? last + 1 : Math.min(mark.n, matches.length)
  }
  return { stream, page }
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
async function take(streams: readonly Stream[], query: SearchQuery, issues: CompletenessIssue[]) {
  const shown = new Map<string, SearchHit>()
  const included = new Map<string, SearchHit>()
  for (const { hits } of streams) keepIncluded(included, hits)
  while (shown.size < query.count) {
    for (const stream of streams) {
      if (!headOf(stream) && stream.next !== undefined) {
        await fetchOn(stream, query, issues)
        keepIncluded(included, stream.hits)
      }
    }
    const first = firstOf(streams, query)
    const hit = first && headOf(first)
    if (!first || !hit) break
    first.taken++
    if (!shown.has(nameOf(hit))) shown.set(nameOf(hit), hit)
  }
  for (const name of shown.keys()) included.delete(name)
  return { hits: [...shown.values()], included: [...included.values()] }
}

function keepIncluded(included: Map<string, SearchHit>, hits: readonly SearchHit[]): void {
  for (const hit of hits) {
    if (hit.mode === 'include' && !included.has(nameOf(hit))) included.set(nameOf(hit), hit)
  }
}

async function fetchOn(stream: Stream, query: SearchQuery, issues: CompletenessIssue[]) {
  const cursor = stream.next
  try {
    const page = await stream.part.search({ ...query, cursor })
    issues.push(...page.issues)
    Object.assign(stream, streamOf(stream.part, cursor, page), { total: stream.total })
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    issues.push(issueOf(stream.part.name, thrown))
    stream.next = undefined
  }
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
function formatCursor(streams: readonly Stream[], missing: readonly string[]): string | undefined {
  const marks = streams.flatMap((stream) => {
    const mark = markOf(stream)
    return mark ? [[stream.part.name, mark] as const] : []
  })
  if (marks.length === 0) return undefined
  const silent = missing.map((name) => [name, { c: null, a: '', n: SILENT }] as const)
  return Buffer.from(JSON.stringify(Object.fromEntries([...marks, ...silent]))).toString(
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
