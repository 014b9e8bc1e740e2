import type { ResourceType } from '../fhir/resource-type.ts'
import { foldText, foldToken, sortedPart } from '../fhir/search/fold.ts'
import type {
  IndexEntries,
  QuantityEntry,
  ReferenceEntry,
  TokenEntry,
} from '../fhir/search/index-entries.ts'
import { unionsOf } from '../fhir/search/union-parameters.ts'
import { type Hash, type TokenForm, tokenHash } from './token-hash.ts'

/** What one resource is found by, as it is stored. */
export interface IndexRows {
  readonly tokens: readonly Hash[]
  readonly strings: readonly (TextParts & { readonly param: Hash })[]
  readonly dates: readonly { readonly param: Hash; readonly lo: number; readonly hi: number }[]
  readonly quantities: readonly QuantityRow[]
  /** The clinical time, [lo, hi); `undefined` where there is none. */
  readonly period: { readonly lo: number; readonly hi: number } | undefined
}

/** A text as it is stored. */
export interface TextParts {
  readonly value: string
  /** What follows; `undefined` for nearly every text. */
  readonly rest: string | undefined
}

export interface QuantityRow {
  readonly param: Hash
  readonly lo: number
  readonly hi: number
  readonly systemCode: Hash | undefined
  readonly system: Hash | undefined
  readonly code: Hash | undefined
  readonly unit: Hash | undefined
}

/** By type, then by parameter. */
const scopes = new Map<string, Map<string, string>>()

/** The scope of a parameter's hashes. Regions share it: every statement names the region too. */
export function scopeOf(type: string, param: string): string {
  const ofType = scopes.get(type) ?? new Map<string, string>()
  const there = ofType.get(param)
  if (there !== undefined) return there
  const scope = `${type}/${param}`
  scopes.set(type, ofType.set(param, scope))
  return scope
}

/** The name under which side tables keep a parameter. */
export const rowsOf = (type: string, param: string, form: TokenForm = 'rows'): Hash =>
  tokenHash(scopeOf(type, param), form, '')

/**
 * Turns entries into what the tables hold.
 *
 * @param dateParam the type's clinical date parameter: a single value of it is kept in the search row itself
 */
export function toIndexRows(
  type: ResourceType,
  all: IndexEntries,
  dateParam: string | undefined,
): IndexRows {
  const entries = withoutUnions(type, all)
  const tokens = tokenSet(type)
  for (const entry of entries.tokens) addToken(tokens, entry)
  for (const entry of entries.references) addReference(tokens, entry)
  for (const entry of entries.uris) tokens.add(entry.param, 'exact', entry.value)
  for (const entry of entries.strings) tokens.add(entry.param, 'exact', entry.value)
  for (const { param } of [...entries.dates, ...entries.numbers, ...entries.quantities]) {
    tokens.present(param)
  }
  const clinical = entries.dates.filter(({ param }) => param === dateParam)
  if (dateParam && clinical.length > 1) tokens.add(dateParam, 'many', '')
  const kept =
    clinical.length > 1 ? entries.dates : entries.dates.filter((e) => e.param !== dateParam)
  return {
    tokens: tokens.hashes,
    strings: stringRows(type, entries),
    dates: kept.map(({ param, lo, hi }) => ({ param: rowsOf(type, param), lo, hi })),
    quantities: [
      ...entries.numbers.map(({ param, lo, hi }) => ({
        ...NO_UNIT,
        lo,
        hi,
        param: rowsOf(type, param),
      })),
      ...entries.quantities.map((entry) => quantityRow(type, entry)),
    ],
    period: clinical.length > 0 ? hull(clinical) : undefined,
  }
}

/** What a parameter finds that is the union of others is found by these: `combo-code` by `code` and `component-code`. */
function withoutUnions(type: ResourceType, entries: IndexEntries): IndexEntries {
  const unions = unionsOf(type)
  if (unions.size === 0) return entries
  const isKept = ({ param }: { readonly param: string }) => !unions.has(param)
  return {
    ...entries,
    tokens: entries.tokens.filter(isKept),
    quantities: entries.quantities.filter(isKept),
  }
}

function hull(periods: readonly { lo: number; hi: number }[]): { lo: number; hi: number } {
  return {
    lo: Math.min(...periods.map(({ lo }) => lo)),
    hi: Math.max(...periods.map(({ hi }) => hi)),
  }
}

interface Tokens {
  readonly hashes: readonly Hash[]
  add(param: string, form: TokenForm, value: string): void
  present(param: string): void
}

/** Gathers hashes without repetition; that a parameter has a value is a hash of its own. */
function tokenSet(type: string): Tokens {
  const hashes: Hash[] = []
  /** The first upper half that came with each lower one. */
  const seen = new Map<number, number>()
  const push = (scope: string, form: TokenForm, value: string) => {
    const { high, low } = tokenHash(scope, form, value)
    const first = seen.get(low)
    if (first === high) return
    if (first === undefined) seen.set(low, high)
    else if (hashes.some((hash) => hash.high === high && hash.low === low)) return
    hashes.push({ high, low })
  }
  return {
    hashes,
    add: (param, form, value) => {
      const scope = scopeOf(type, param)
      push(scope, 'present', '')
      push(scope, form, value)
    },
    present: (param) => push(scopeOf(type, param), 'present', ''),
  }
}

function addToken(tokens: Tokens, { param, system, code }: TokenEntry): void {
  tokens.present(param)
  if (system !== undefined) tokens.add(param, 'system', system)
  if (code === undefined) return
  const folded = foldToken(code)
  tokens.add(param, 'code', folded)
  if (system) tokens.add(param, 'system-code', `${system}|${folded}`)
  else tokens.add(param, 'no-system', folded)
}

function addReference(tokens: Tokens, entry: ReferenceEntry): void {
  const { param, type, id, version, url, identifier } = entry
  tokens.present(param)
  if (url !== undefined) {
    tokens.add(param, 'url', url)
    if (version !== undefined) tokens.add(param, 'url-version', `${url}|${version}`)
  } else if (id !== undefined) {
    tokens.add(param, 'target', `${type}/${id}`)
    tokens.add(param, 'id', id)
    if (version !== undefined) {
      tokens.add(param, 'target-version', `${type}/${id}/${version}`)
      tokens.add(param, 'id-version', `${id}/${version}`)
    }
  }
  if (identifier === undefined) return
  const value = foldToken(identifier.value)
  tokens.add(param, 'identifier', value)
  if (identifier.system) tokens.add(param, 'identifier-system', `${identifier.system}|${value}`)
  else tokens.add(param, 'identifier-no-system', value)
}

/** Each text once: a code's display and its text are often the same. */
function stringRows(type: string, entries: IndexEntries): IndexRows['strings'] {
  const rows = new Map<string, IndexRows['strings'][number]>()
  const add = (param: string, form: TokenForm, text: string) => {
    const key = `${form} ${param} ${text}`
    if (!rows.has(key)) rows.set(key, { param: rowsOf(type, param, form), ...cut(text) })
  }
  for (const { param, value } of entries.strings) add(param, 'rows', foldText(value))
  for (const { param, text } of entries.tokens) {
    if (text !== undefined) add(param, 'text-rows', foldText(text))
  }
  for (const { param, value } of entries.uris) add(param, 'uri-rows', value)
  return [...rows.values()]
}

/** Long texts in two, as a B-tree takes 2,700 bytes: by the first part they are found, by the rest told apart. */
export function cut(text: string): TextParts {
  const value = sortedPart(text)
  return { value, rest: value.length < text.length ? text.slice(value.length) : undefined }
}

const NO_UNIT = { systemCode: undefined, system: undefined, code: undefined, unit: undefined }

function quantityRow(type: string, entry: QuantityEntry): QuantityRow {
  const { param, lo, hi, system, code, unit } = entry
  const scope = scopeOf(type, param)
  const hashed = (form: TokenForm, value: string | undefined) =>
    value === undefined ? undefined : tokenHash(scope, form, value)
  return {
    param: rowsOf(type, param),
    lo,
    hi,
    systemCode:
      system !== undefined && code !== undefined
        ? hashed('system-code', `${system}|${code}`)
        : undefined,
    system: hashed('system', system),
    code: hashed('code', code),
    unit: hashed('unit', unit),
  }
}
