import { isUtf8 } from 'node:buffer'
import { Problem } from '../problem.ts'
import { scanJson } from './scan.ts'

declare const strict: unique symbol

/** JSON that `parseJson` accepted: an object, and the bytes that it was read from. */
export interface ParsedJson {
  readonly [strict]: true
  readonly value: Readonly<Record<string, unknown>>
  readonly bytes: Buffer
}

/** Names that reach an object's prototype in careless code. No FHIR element is called so. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads JSON so strictly that whatever is written down is what was meant: well-formed UTF-8 without a byte order mark,
 * no name twice in an object, at most 64 levels, no lone surrogates, no control characters but tab and line breaks,
 * no number that a double cannot hold, and an object at the top.
 *
 * @throws Problem `invalid` where it isn't JSON, `structure` where it is but not of this kind;
 *   the message never holds what was sent
 * @see https://hl7.org/fhir/R4/json.html https://www.rfc-editor.org/rfc/rfc8259
 */
export function parseJson(bytes: Buffer): ParsedJson {
  const value = parseStrictly(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('structure', 'The JSON must be an object.')
  }
  return { value, bytes } as unknown as ParsedJson
}

/** As {@link parseJson}, but what is at the top may be anything, such as the array of a JSON Patch. */
export function parseStrictly(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new Problem('invalid', 'The text is not well-formed UTF-8.')
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new Problem('invalid', 'The text begins with a byte order mark, which JSON may not.')
  }
  const names = scanJson(bytes)
  const value = parse(bytes)
  if (countNames(value) !== names) {
    throw new Problem('structure', 'An object holds the same name twice.')
  }
  return value
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    // The engine's own message quotes the text, so only the place is taken from it.
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
    const where = place === undefined ? '' : ` near character ${place}`
    throw new Problem('invalid', `The text is not well-formed JSON${where}.`)
  }
}

/**
 * How many names there are in all objects together. A name that comes twice in the text is once in the value,
 * so a difference from the scan's count gives it away. The depth is known to be small.
 */
function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) count += countNames(value[index])
    return count
  }
  const object: Readonly<Record<string, unknown>> = value as Record<string, unknown>
  for (const name in object) {
    if (FORBIDDEN_NAMES.has(name)) {
      throw new Problem('structure', 'An object holds a name that is reserved in JavaScript.')
    }
    const inner = object[name]
    count += typeof inner === 'object' ? 1 + countNames(inner) : 1
  }
  return count
}
