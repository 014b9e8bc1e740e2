import { isResourceType } from '../resource-type.ts'
import { parseDateRange } from './date-range.ts'
import { parseDecimalRange } from './decimal-range.ts'
import { splitUnescaped, unescapeValue } from './escape.ts'
import type {
  DateValue,
  IdentifierValue,
  NumberValue,
  Prefix,
  QuantityValue,
  ReferenceValue,
  TokenValue,
} from './query.ts'
import { parseCanonical, parseReferenceText } from './reference-text.ts'
import type { SearchParameter } from './search-parameter.ts'

/*
 * One function for each kind of value. Each takes one alternative with its escapes still in,
 * and gives `undefined` for what isn't well formed: the caller says so, naming the parameter and not the value.
 */

const ID = /^[A-Za-z0-9\-.]{1,64}$/
const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s

/** `system|code`, `|code`, `system|` or `code`. https://hl7.org/fhir/R4/search.html#token */
export function parseToken(text: string): TokenValue | undefined {
  const [first = '', second, ...more] = splitUnescaped(text, '|').map(unescapeValue)
  if (more.length > 0) return undefined
  if (second === undefined) return { kind: 'token', system: undefined, code: first }
  if (first === '' && second === '') return undefined
  return { kind: 'token', system: first, code: second === '' ? undefined : second }
}

/** The identifier of a logical reference: as a token, but always with a value. */
export function parseIdentifier(text: string): IdentifierValue | undefined {
  const token = parseToken(text)
  if (token?.code === undefined) return undefined
  return { kind: 'identifier', system: token.system, value: token.code }
}

/** What a reference is read with. */
export interface ReferenceContext {
  readonly parameter: SearchParameter
  /** The type that `:[type]` named. */
  readonly type: string | undefined
  /** The server's own address. */
  readonly base: string | undefined
}

/** `id`, `Type/id`, a URL or a canonical. https://hl7.org/fhir/R4/search.html#reference */
export function parseReference(
  text: string,
  context: ReferenceContext,
): ReferenceValue | undefined {
  const { parameter, type: named, base } = context
  const value = unescapeValue(text)
  if (ID.test(value)) {
    const [only, ...others] = parameter.targets
    const type = named ?? (others.length === 0 ? only : undefined)
    return { kind: 'reference', type, id: value, version: undefined, url: undefined }
  }
  const canonical = parameter.paths.some(({ dataType }) => dataType !== 'Reference')
  const read = canonical ? parseCanonical(value, base) : parseReferenceText(value, base)
  if (read.type === undefined && !/^(?:[a-z][a-z0-9+.-]*:|#)\S+$/i.test(value)) return undefined
  if (named !== undefined && read.type !== named) return undefined
  return { kind: 'reference', ...read }
}

/** A date with its prefix; `ap` is widened by a tenth of how long ago, or ahead, it is. */
export function parseDate(text: string, now: number): DateValue | undefined {
  const [prefix, rest] = splitPrefix(text)
  const range = parseDateRange(rest)
  if (range === undefined) return undefined
  const { lo, hi } = range
  if (prefix !== 'ap') return { kind: 'date', prefix, lo, hi }
  const wider = (end: number) => Math.abs(now - end) / 10
  return { kind: 'date', prefix, lo: lo - wider(lo), hi: hi + wider(hi) }
}

/** A number with its prefix; `ap` is widened by a tenth of its size. */
export function parseNumber(text: string): NumberValue | undefined {
  const [prefix, rest] = splitPrefix(text)
  const range = parseDecimalRange(rest)
  if (range === undefined) return undefined
  const { value, lo, hi } = range
  if (prefix !== 'ap') return { kind: 'number', prefix, value, lo, hi }
  const wider = Math.abs(value) / 10
  return {
    kind: 'number',
    prefix,
    value,
    lo: Math.min(lo, value - wider),
    hi: Math.max(hi, value + wider),
  }
}

/** `5.4`, `5.4|http://unitsofmeasure.org|mg` or `5.4||mg`. https://hl7.org/fhir/R4/search.html#quantity */
export function parseQuantity(text: string): QuantityValue | undefined {
  const [amount = '', system, code, ...more] = splitUnescaped(text, '|').map(unescapeValue)
  const number = parseNumber(amount)
  if (number === undefined || more.length > 0) return undefined
  if (system !== undefined && code === undefined) return undefined
  return { ...number, kind: 'quantity', system: system || undefined, code: code || undefined }
}

/** Whether a word after the colon is a type that the reference may point at. */
export function isTargetOf(word: string, parameter: SearchParameter): boolean {
  if (parameter.kind !== 'reference' || !isResourceType(word)) return false
  return parameter.targets.length === 0 || parameter.targets.includes(word)
}

function splitPrefix(text: string): [Prefix, string] {
  const [, prefix, rest = ''] = PREFIXED.exec(text) ?? []
  return [isPrefix(prefix) ? prefix : 'eq', rest]
}

function isPrefix(text: string | undefined): text is Prefix {
  return text !== undefined
}
