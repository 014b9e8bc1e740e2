import { parseDateRange } from './date-range.ts'
import { foldText, foldToken } from './fold.ts'
import {
  type DateEntry,
  ENTRIES_OF,
  type IndexEntry,
  type NumberEntry,
  type QuantityEntry,
  type ReferenceEntry,
  type TokenEntry,
  type UriEntry,
} from './index-entries.ts'
import type { IndexedResource } from './indexed-resource.ts'
import type {
  DateValue,
  IdentifierValue,
  NumberValue,
  QuantityValue,
  ReferenceValue,
  SearchClause,
  SearchQuery,
  SearchValue,
  TokenValue,
} from './query.ts'

/**
 * Whether a resource is found by a search: the one definition, which each record system must agree with.
 *
 * - All clauses must hold; of a clause's values one is enough; of a resource's values for a parameter one is enough.
 * - `:missing=true` holds where the parameter has no entry, `:missing=false` where it has one.
 * - `:not` holds where no entry matches any of the values, and so also where there is no entry.
 * - `ne` is about each value, as every prefix: it holds where some entry differs, never where there is none.
 * - `_id` is compared exactly, `_lastUpdated` as a date of one millisecond.
 *
 * What each kind compares is told by the functions below. Sorting, counting and including are not looked at.
 * https://hl7.org/fhir/R4/search.html
 */
export function matches(
  query: Pick<SearchQuery, 'type' | 'clauses'>,
  resource: IndexedResource,
): boolean {
  return (
    resource.key.type === query.type &&
    query.clauses.every((clause) => matchesClause(clause, resource))
  )
}

/** Whether one clause holds. */
export function matchesClause(clause: SearchClause, resource: IndexedResource): boolean {
  const entries = entriesOf(clause, resource)
  const some = clause.values.some((value) => {
    if (value.kind === 'missing') return (entries.length === 0) === value.missing
    return entries.some((entry) => matchesEntry(clause, value, entry))
  })
  return clause.modifier === 'not' ? !some : some
}

/** The entries of the clause's parameter; those of `_id` and `_lastUpdated` are made from what's beside them. */
function entriesOf(
  clause: SearchClause,
  { key, lastUpdated, entries }: IndexedResource,
): IndexEntry[] {
  const { param, kind } = clause
  if (param === '_id') return [{ param, system: undefined, code: key.id, text: undefined }]
  if (param === '_lastUpdated') {
    const range = lastUpdated === undefined ? undefined : parseDateRange(lastUpdated)
    return range === undefined ? [] : [{ param, ...range }]
  }
  const list: readonly IndexEntry[] = entries[ENTRIES_OF[kind]]
  return list.filter((entry) => entry.param === param)
}

/** One value against one entry. The entry's shape follows from the parameter's kind. */
function matchesEntry(clause: SearchClause, value: SearchValue, entry: IndexEntry): boolean {
  switch (value.kind) {
    case 'token':
      if (!('text' in entry)) return false
      return clause.param === '_id' ? entry.code === value.code : matchesToken(value, entry)
    case 'string':
      return matchesString(clause.modifier, value.text, textOf(entry))
    case 'reference':
      return 'identifier' in entry && matchesReference(value, entry)
    case 'identifier':
      return 'identifier' in entry && matchesIdentifier(value, entry)
    case 'date':
      return 'lo' in entry && matchesDate(value, entry)
    case 'number':
      return 'lo' in entry && matchesNumber(value, entry)
    case 'quantity':
      return 'unit' in entry && matchesQuantity(value, entry)
    case 'uri':
      return 'value' in entry && matchesUri(clause.modifier, value.uri, entry)
    case 'missing':
      return false // decided by the clause
  }
}

/**
 * `code`: any system. `system|code`: both. `|code`: no system. `system|`: any code of it.
 * Codes are compared without regard to case, systems exactly. An entry with text alone matches none of these.
 */
function matchesToken(value: TokenValue, entry: TokenEntry): boolean {
  if (value.system !== undefined && value.system !== (entry.system ?? '')) return false
  if (value.code === undefined) return true
  return entry.code !== undefined && foldToken(entry.code) === foldToken(value.code)
}

function textOf(entry: IndexEntry): string | undefined {
  if ('text' in entry) return entry.text
  return 'value' in entry ? entry.value : undefined
}

/**
 * Without a modifier, and with `:text` of a token: the folded text begins with the folded value.
 * `:contains`: it's anywhere in it. `:exact`: the same characters.
 */
function matchesString(
  modifier: SearchClause['modifier'],
  value: string,
  text: string | undefined,
): boolean {
  if (text === undefined) return false
  if (modifier === 'exact') return text === value
  if (modifier === 'contains') return foldText(text).includes(foldText(value))
  return foldText(text).startsWith(foldText(value))
}

/**
 * By URL, or by id (and type, if said) among references to this server. A version in the search must be in the
 * reference; a version in the reference doesn't matter to a search without one.
 */
function matchesReference(value: ReferenceValue, entry: ReferenceEntry): boolean {
  if (value.version !== undefined && value.version !== entry.version) return false
  if (value.url !== undefined || entry.url !== undefined) return value.url === entry.url
  return value.id === entry.id && (value.type === undefined || value.type === entry.type)
}

/** The identifier of a logical reference, as a token. */
function matchesIdentifier(value: IdentifierValue, { identifier }: ReferenceEntry): boolean {
  if (identifier === undefined) return false
  if (value.system !== undefined && value.system !== (identifier.system ?? '')) return false
  return foldToken(identifier.value) === foldToken(value.value)
}

/**
 * Both are periods, [lo, hi). `eq`: the search holds the whole of the resource's; `ne`: it doesn't.
 * `gt`: some of the resource's is after the search; `lt`: before. `ge` and `le`: some of it is after the beginning,
 * or before the end, of the search (so that an encounter that ended this morning is `ge` today).
 * `sa` and `eb`: all of it is after or before. `ap`: they overlap, the search widened by the parser.
 * https://hl7.org/fhir/R4/search.html#prefix
 */
function matchesDate({ prefix, lo, hi }: DateValue, entry: Pick<DateEntry, 'lo' | 'hi'>): boolean {
  const within = entry.lo >= lo && entry.hi <= hi
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return entry.hi > hi
    case 'lt':
      return entry.lo < lo
    case 'ge':
      return entry.hi > lo
    case 'le':
      return entry.lo < hi
    case 'sa':
      return entry.lo >= hi
    case 'eb':
      return entry.hi <= lo
    case 'ap':
      return entry.hi > lo && entry.lo < hi
  }
}

/**
 * The resource's is a number, or a range with both ends included, either of which may be open.
 * `eq`: all of it is within the precision written, [lo, hi); `ne`: it isn't. `ap`: it reaches into what the parser
 * widened, ends included. The others are about the number itself, without its precision:
 * `gt`: some is greater; `lt`: less; `ge` and `le`: or the same; `sa` and `eb`: all of it is greater or less.
 */
function matchesNumber(
  { prefix, value, lo, hi }: Pick<NumberValue, 'prefix' | 'value' | 'lo' | 'hi'>,
  entry: Pick<NumberEntry, 'lo' | 'hi'>,
): boolean {
  const within = entry.lo >= lo && entry.hi < hi
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return entry.hi > value
    case 'lt':
      return entry.lo < value
    case 'ge':
      return entry.hi >= value
    case 'le':
      return entry.lo <= value
    case 'sa':
      return entry.lo > value
    case 'eb':
      return entry.hi < value
    case 'ap':
      return entry.hi >= lo && entry.lo <= hi
  }
}

/** As a number, of the same system and code; without a system the code may be the unit as people read it. */
function matchesQuantity(value: QuantityValue, entry: QuantityEntry): boolean {
  if (value.system !== undefined && value.system !== entry.system) return false
  if (value.code !== undefined && value.code !== entry.code) {
    if (value.system !== undefined || value.code !== entry.unit) return false
  }
  return matchesNumber(value, entry)
}

/**
 * Exactly, with regard to case. `:below`: the resource's is the same or continues it after a slash;
 * `:above`: the search's is the same or continues the resource's. A URN has neither, as it has no levels.
 */
function matchesUri(modifier: SearchClause['modifier'], uri: string, entry: UriEntry): boolean {
  if (modifier === undefined) return entry.value === uri
  if (/^urn:/i.test(uri)) return false
  return modifier === 'below' ? isBelow(entry.value, uri) : isBelow(uri, entry.value)
}

function isBelow(uri: string, root: string): boolean {
  return `${uri}/`.startsWith(root.endsWith('/') ? root : `${root}/`)
}
