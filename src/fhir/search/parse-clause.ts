import { Problem } from '../problem.ts'
import type { ResourceType } from '../resource-type.ts'
import { splitUnescaped, unescapeValue } from './escape.ts'
import {
  isTargetOf,
  parseDate,
  parseIdentifier,
  parseNumber,
  parseQuantity,
  parseReference,
  parseToken,
} from './parse-value.ts'
import type { SearchClause, SearchKind, SearchModifier, SearchValue } from './query.ts'
import type { SearchOptions } from './search-options.ts'
import { type SearchParameter, searchParameter } from './search-parameter.ts'

/** The modifiers that R4 gives each kind, less those that need a terminology (`:in`, `:above` and so on of a token). */
const MODIFIERS: Readonly<Record<SearchKind, readonly SearchModifier[]>> = {
  token: ['missing', 'not', 'text'],
  string: ['missing', 'exact', 'contains'],
  reference: ['missing', 'identifier'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  uri: ['missing', 'above', 'below'],
}

/**
 * Reads one parameter that says what to find: `code=…`, `name:exact=…`, `subject:Patient=…`.
 * Throws `not-supported` for a parameter or modifier that isn't answered, `invalid` for a value that can't be read.
 */
export function parseClause(
  type: ResourceType,
  name: string,
  value: string,
  options: SearchOptions,
): SearchClause {
  const [code = '', word, ...more] = name.split(':')
  if (code === '_has') throw new Problem('not-supported', 'Reverse chains (_has) are not supported')
  if (name.includes('.')) throw new Problem('not-supported', 'Chained parameters are not supported')
  const parameter = supportedParameter(type, code, options)
  const modifier = MODIFIERS[parameter.kind].find((known) => known === word)
  const target = word !== undefined && isTargetOf(word, parameter) ? word : undefined
  const known = word === undefined || modifier !== undefined || target !== undefined
  if (!known || more.length > 0 || (code === '_id' && modifier !== undefined)) {
    throw new Problem('not-supported', `The modifier on ${code} is not supported`)
  }
  const read = reader(parameter, modifier, target, options)
  const alternatives = modifier === 'missing' ? [value] : splitUnescaped(value, ',')
  const values = alternatives.map((alternative) => {
    const found = alternative === '' ? undefined : read(alternative)
    if (found === undefined) throw new Problem('invalid', `The value of ${code} cannot be read`)
    return found
  })
  return { param: code, kind: parameter.kind, modifier, values }
}

/**
 * The definition of a search parameter that R4 knows and the system answers.
 * Throws `not-supported` for all others; they're named only where they could be a parameter's name.
 */
export function supportedParameter(
  type: ResourceType,
  code: string,
  options: SearchOptions,
): SearchParameter {
  const parameter = searchParameter(type, code)
  if (parameter !== undefined && options.types.get(type)?.searchParams.has(code)) return parameter
  const named = /^_?[a-zA-Z][a-zA-Z-]{0,40}$/.test(code) ? ` ${code}` : ''
  throw new Problem('not-supported', `The search parameter${named} is not supported for ${type}`)
}

type Reader = (text: string) => SearchValue | undefined

function reader(
  parameter: SearchParameter,
  modifier: SearchModifier | undefined,
  type: string | undefined,
  { base, now }: SearchOptions,
): Reader {
  if (modifier === 'missing') return parseMissing
  if (modifier === 'text') return parseText
  if (modifier === 'identifier') return parseIdentifier
  const readers: Readonly<Record<SearchKind, Reader>> = {
    token: parseToken,
    string: parseText,
    reference: (text) => parseReference(text, { parameter, type, base }),
    date: (text) => parseDate(text, now),
    number: parseNumber,
    quantity: parseQuantity,
    uri: (text) => ({ kind: 'uri', uri: unescapeValue(text) }),
  }
  return readers[parameter.kind]
}

function parseText(text: string): SearchValue {
  return { kind: 'string', text: unescapeValue(text) }
}

function parseMissing(text: string): SearchValue | undefined {
  if (text !== 'true' && text !== 'false') return undefined
  return { kind: 'missing', missing: text === 'true' }
}
