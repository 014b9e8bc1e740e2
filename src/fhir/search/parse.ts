import { Problem } from '../problem.ts'
import type { ResourceType } from '../resource-type.ts'
import { parseClause, supportedParameter } from './parse-clause.ts'
import { type IncludeName, includeName, parseInclude } from './parse-include.ts'
import type { Include, Reduction, SearchClause, SearchQuery, SortKey } from './query.ts'
import type { SearchOptions } from './search-options.ts'

/** The most resources on a page. */
export const MAX_COUNT = 1000

/** The most values that a search may name in all: each is asked of the index. */
export const MAX_VALUES = 2_000

/** The most conditions in one search: 50 are planned in a quarter of a second, 500 take a minute. */
export const MAX_CLAUSES = 50

const DEFAULT_COUNT = 50
const MAX_SORT_KEYS = 6

/** Parameters that say how to answer and may be given once. */
const SINGLE = ['_sort', '_count', '_total', '_summary', '_elements', '_cursor'] as const
/** Read by those who write the answer. */
const IGNORED: ReadonlySet<string> = new Set(['_format', '_pretty'])

type Single = (typeof SINGLE)[number]

/**
 * Reads the parameters of a search, decoded from the URL and in its order.
 * Nothing is ignored but `_format` and `_pretty`: throws `not-supported` for a parameter, modifier or type that isn't
 * answered, and `invalid` for a value that can't be read. The message names the parameter, never the value.
 * https://hl7.org/fhir/R4/search.html
 */
export function parseSearch(
  type: ResourceType,
  parameters: Iterable<readonly [name: string, value: string]>,
  options: SearchOptions,
): SearchQuery {
  if (!options.types.has(type)) throw new Problem('not-supported', `${type} cannot be searched`)
  const clauses: SearchClause[] = []
  const includes: Include[] = []
  const single = new Map<Single, string>()
  const text: string[] = []
  const ignored: string[] = []
  for (const [name, value] of parameters) {
    const known = SINGLE.find((each) => each === name)
    if (known !== undefined && single.has(known)) {
      throw new Problem('invalid', `${known} is given twice`)
    }
    if (known !== undefined) single.set(known, value)
    else if (!IGNORED.has(name) && !take(name, value)) continue
    if (name !== '_cursor') text.push(`${encode(name)}=${encode(value)}`)
  }
  refuseTooMany(clauses, includes)
  return {
    ...{ type, clauses, includes, ...readSingle(type, single, options), text: text.join('&') },
    ...(ignored.length > 0 && { ignored }),
    ...(includes.length > 0 && options.base !== undefined && { base: options.base }),
  }

  /**
   * Whether the parameter counts; one that isn't known doesn't where the caller is lenient. A modifier is refused in any case:
   * without it the search would be another (https://hl7.org/fhir/R4/search.html#modifiers).
   */
  function take(name: string, value: string): boolean {
    try {
      const include: IncludeName | undefined = includeName(name)
      if (include !== undefined) includes.push(parseInclude(type, include, value, options))
      else clauses.push(parseClause(type, name, value, options))
      return true
    } catch (thrown) {
      const unknown =
        thrown instanceof Problem && thrown.code === 'not-supported' && !name.includes(':')
      if (!options.lenient || !unknown) throw thrown
      ignored.push(/^[\w:.-]{1,64}$/.test(name) ? name : 'one of an odd name')
      return false
    }
  }
}

function refuseTooMany(clauses: readonly SearchClause[], includes: readonly Include[]): void {
  const values = clauses.reduce((sum, clause) => sum + clause.values.length, includes.length)
  if (values > MAX_VALUES) {
    throw new Problem('too-costly', `A search may name ${MAX_VALUES} values at most`)
  }
  if (clauses.length > MAX_CLAUSES) {
    throw new Problem('too-costly', `A search may have ${MAX_CLAUSES} conditions at most`)
  }
}

/**
 * Reads the parameters of a read: what of the resource is shown. Others are refused.
 * https://hl7.org/fhir/R4/http.html#read
 */
export function parseReduction(parameters: Iterable<readonly [string, string]>): Reduction {
  const single = new Map<Single, string>()
  for (const [name, value] of parameters) {
    if (IGNORED.has(name)) continue
    const known = SINGLE.find((each) => each === name)
    if (known !== '_summary' && known !== '_elements') {
      const shown = /^_?[a-zA-Z][a-zA-Z-]{0,40}$/.test(name) ? ` ${name}` : ''
      throw new Problem('not-supported', `The parameter${shown} is not supported for a read`)
    }
    if (single.has(known)) throw new Problem('invalid', `${known} is given twice`)
    single.set(known, value)
  }
  const summary = oneOf(single, '_summary', ['true', 'text', 'data', 'false']) ?? 'false'
  return { summary, elements: parseElements(single.get('_elements')) }
}

function readSingle(
  type: ResourceType,
  single: ReadonlyMap<Single, string>,
  options: SearchOptions,
): Omit<SearchQuery, 'type' | 'clauses' | 'includes' | 'text'> {
  const summary = oneOf(single, '_summary', ['true', 'text', 'data', 'count', 'false']) ?? 'false'
  const count = summary === 'count' ? 0 : parseCount(single.get('_count'))
  const total = oneOf(single, '_total', ['none', 'estimate', 'accurate']) ?? 'none'
  return {
    sort: parseSort(type, single.get('_sort'), options),
    count,
    total: count === 0 ? 'accurate' : total,
    summary,
    elements: parseElements(single.get('_elements')),
    cursor: single.get('_cursor') || undefined,
  }
}

function oneOf<Word extends string>(
  single: ReadonlyMap<Single, string>,
  name: Single,
  words: readonly Word[],
): Word | undefined {
  const value = single.get(name)
  const found = words.find((word) => word === value)
  if (found === undefined && value !== undefined) throw unreadable(name)
  return found
}

function parseCount(value: string | undefined): number {
  if (value === undefined) return DEFAULT_COUNT
  if (!/^\d{1,9}$/.test(value)) throw unreadable('_count')
  return Math.min(Number(value), MAX_COUNT)
}

/** `_sort=-date,name`. https://hl7.org/fhir/R4/search.html#sort */
function parseSort(
  type: ResourceType,
  value: string | undefined,
  options: SearchOptions,
): SortKey[] {
  if (value === undefined) return []
  const words = value.split(',')
  if (words.length > MAX_SORT_KEYS) {
    throw new Problem('too-costly', `_sort may name ${MAX_SORT_KEYS} parameters at most`)
  }
  return words.map((word) => {
    const descending = word.startsWith('-')
    const param = descending ? word.slice(1) : word
    if (param === '') throw unreadable('_sort')
    return { param, kind: supportedParameter(type, param, options).kind, descending }
  })
}

function parseElements(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined
  const elements = value.split(',')
  if (!elements.every((element) => /^[A-Za-z]+$/.test(element))) throw unreadable('_elements')
  return elements
}

function unreadable(name: string): Problem {
  return new Problem('invalid', `The value of ${name} cannot be read`)
}

/** Encoded as far as a query needs it: what people read most stays as it is. Half a surrogate pair can't be. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /%(?:3A|2C|2F|24)/g,
    decodeURIComponent,
  )
}
