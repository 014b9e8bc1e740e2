import { Problem } from '../problem.ts'
import type { IndexedResource } from './indexed-resource.ts'
import { matches } from './match.ts'
import { comparePlaces, type Place, placeOf, type SortValue } from './order.ts'
import type { SearchQuery, SortKey } from './query.ts'

/** A page of what a search found in memory. */
export interface MemoryPage<Resource> {
  readonly matches: readonly Resource[]
  /** Of all pages. */
  readonly total: number
  /** The cursor of the next page; `undefined` on the last. It holds sort values, so it's as secret as they are. */
  readonly next: string | undefined
}

/**
 * Answers a search from resources at hand: what matches, sorted (by id when nothing is asked for), cut to a page.
 * Connectors use it where their source can't search; the store is tested against it. Includes are left to the caller.
 * A page begins after the place that its cursor names, whether or not what was there remains.
 * Throws `invalid` for a cursor that isn't one of this search's.
 */
export function searchInMemory<Resource extends IndexedResource>(
  query: SearchQuery,
  resources: Iterable<Resource>,
): MemoryPage<Resource> {
  const { sort, count, cursor } = query
  const found = [...resources]
    .filter((resource) => matches(query, resource))
    .map((resource) => ({ resource, place: placeOf(resource, sort) }))
    .sort((a, b) => comparePlaces(a.place, b.place, sort))
  const after = cursor === undefined ? undefined : parseCursor(cursor, sort)
  const rest = found.filter(
    ({ place }) => after === undefined || comparePlaces(place, after, sort) > 0,
  )
  const page = rest.slice(0, count)
  const last = page.at(-1)
  return {
    matches: page.map(({ resource }) => resource),
    total: found.length,
    next: last !== undefined && rest.length > count ? formatCursor(last.place) : undefined,
  }
}

/** Numbers as text, as JSON has no infinity. */
function formatCursor({ values, id }: Place): string {
  const texts = values.map((value) => (value === undefined ? null : String(value)))
  return Buffer.from(JSON.stringify([...texts, id])).toString('base64url')
}

function parseCursor(cursor: string, sort: readonly SortKey[]): Place {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString())
  const id = Array.isArray(parts) ? parts.at(-1) : undefined
  if (!Array.isArray(parts) || parts.length !== sort.length + 1 || typeof id !== 'string') {
    throw new Problem('invalid', 'The cursor is not one of this search')
  }
  const values = sort.map(({ kind }, position): SortValue => {
    const text: unknown = parts[position]
    if (typeof text !== 'string') return undefined
    return kind === 'date' || kind === 'number' || kind === 'quantity' ? Number(text) : text
  })
  return { values, id }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
