import { parseDateRange } from './date-range.ts'
import { foldText, foldToken, sortedPart } from './fold.ts'
import { ENTRIES_OF, type IndexEntry } from './index-entries.ts'
import type { IndexedResource } from './indexed-resource.ts'
import type { SortKey } from './query.ts'

/** What a resource is sorted by under one key; `undefined` where it has nothing, which comes last either way. */
export type SortValue = string | number | undefined

/** Where a resource is in the order: its values under each key, and its id, which decides between equals. */
export interface Place {
  readonly values: readonly SortValue[]
  readonly id: string
}

/**
 * Where a resource comes under some keys. Of several values the least counts when ascending, the greatest when
 * descending. Compared is: of a string its folded text (400 characters of it), of a token its folded code without the system, of a date its
 * beginning, of a number or quantity its lower end without regard to unit, of a reference `Type/id` or its URL, of a
 * uri itself. https://hl7.org/fhir/R4/search.html#sort
 */
export function placeOf(resource: IndexedResource, sort: readonly SortKey[]): Place {
  const values = sort.map((key) => {
    const found = sortValues(resource, key)
    return found.reduce<SortValue>((best, value) => {
      if (best === undefined) return value
      return compareValues(value, best) < 0 !== key.descending ? value : best
    }, undefined)
  })
  return { values, id: resource.key.id }
}

/** Compares two places under the same keys: by each in turn, then by id. Text is compared by its code points. */
export function comparePlaces(a: Place, b: Place, sort: readonly SortKey[]): number {
  for (const [position, { descending }] of sort.entries()) {
    const [left, right] = [a.values[position], b.values[position]]
    if (left === right) continue
    if (left === undefined) return 1
    if (right === undefined) return -1
    const difference = compareValues(left, right)
    if (difference !== 0) return descending ? -difference : difference
  }
  return compareText(a.id, b.id)
}

/** As bytes of UTF-8, which is what a database compares: JavaScript's own `<` puts emoji before some letters. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  const surrogate = /[\ud800-\udfff]/
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : Number(a > b)
  return compareText(String(a), String(b))
}

function sortValues(resource: IndexedResource, { param, kind }: SortKey): (string | number)[] {
  const { key, lastUpdated, entries } = resource
  if (param === '_id') return [key.id]
  if (param === '_lastUpdated') {
    const range = lastUpdated === undefined ? undefined : parseDateRange(lastUpdated)
    return range === undefined ? [] : [range.lo]
  }
  return entries[ENTRIES_OF[kind]].flatMap((entry) => {
    const value = entry.param === param ? sortValue(entry) : undefined
    return value ?? []
  })
}

function sortValue(entry: IndexEntry): SortValue {
  if ('lo' in entry) return entry.lo
  if ('identifier' in entry) {
    return entry.url ?? (entry.id === undefined ? undefined : `${entry.type}/${entry.id}`)
  }
  if ('text' in entry) return entry.code === undefined ? undefined : foldToken(entry.code)
  return 'value' in entry ? sortedPart(foldText(entry.value)) : undefined
}
