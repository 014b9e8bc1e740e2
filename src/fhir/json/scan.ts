import { Problem } from '../problem.ts'
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './cursor.ts'

/** Levels of objects and arrays that are accepted. The deepest of HL7's examples has 17. */
export const MAX_DEPTH = 64

const MAX_NUMBER_LENGTH = 64
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const LOWER_U = 0x75

/** What a byte outside strings and numbers begins; 0 for what doesn't matter here. */
const KINDS = new Uint8Array(256)
const [STRING, NUMBER, NAME, OPEN, CLOSE] = [1, 2, 3, 4, 5] as const
KINDS[QUOTE] = STRING
KINDS[COLON] = NAME
KINDS[OPEN_OBJECT] = OPEN
KINDS[OPEN_ARRAY] = OPEN
KINDS[CLOSE_OBJECT] = CLOSE
KINDS[CLOSE_ARRAY] = CLOSE
KINDS[MINUS] = NUMBER
KINDS.fill(NUMBER, ZERO, NINE + 1)

/**
 * Goes through JSON text once, before it is parsed, and refuses what `JSON.parse` lets through:
 * depth, lone surrogates, control characters and numbers out of range.
 * What isn't JSON at all it leaves to the parser.
 *
 * @returns the number of names in all objects
 */
export function scanJson(bytes: Buffer): number {
  let names = 0
  let depth = 0
  let at = 0
  while (at < bytes.length) {
    switch (KINDS[bytes[at] as number]) {
      case STRING:
        at = scanString(bytes, at)
        break
      case NUMBER:
        at = scanNumber(bytes, at)
        break
      case NAME:
        names++
        at++
        break
      case OPEN:
        if (++depth > MAX_DEPTH) throw tooDeep()
        at++
        break
      case CLOSE:
        depth--
        at++
        break
      default:
        at++
    }
  }
  return names
}

function tooDeep(): Problem {
  return new Problem('structure', `The JSON is nested deeper than ${MAX_DEPTH} levels.`)
}

/** The place after the string that begins at `start`. */
function scanString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    at = byte === BACKSLASH ? scanEscape(bytes, at) : at + 1
  }
  return at
}

/** The place after the escape that begins at `at`; after both where it is a pair of surrogates. */
function scanEscape(bytes: Buffer, at: number): number {
  const kind = bytes[at + 1]
  if (kind === 0x62 || kind === 0x66) throw controlCharacter() // \b and \f
  if (kind !== LOWER_U) return at + 2
  const code = codeUnit(bytes, at)
  if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) throw controlCharacter()
  if (code < 0xd800 || code > 0xdfff) return at + 6
  const low = bytes[at + 6] === BACKSLASH && bytes[at + 7] === LOWER_U ? codeUnit(bytes, at + 6) : 0
  if (code > 0xdbff || low < 0xdc00 || low > 0xdfff) {
    throw new Problem('invalid', 'A string holds half a surrogate pair.')
  }
  return at + 12
}

function codeUnit(bytes: Buffer, at: number): number {
  return Number.parseInt(bytes.toString('latin1', at + 2, at + 6), 16)
}

function controlCharacter(): Problem {
  return new Problem('invalid', 'A string holds a control character.')
}

/** The place after the number that begins at `start`. */
function scanNumber(bytes: Buffer, start: number): number {
  let at = start + 1
  let exponent = false
  for (;;) {
    const byte = bytes[at] as number
    if (byte === 0x65 || byte === 0x45) exponent = true
    else if (
      !((byte >= ZERO && byte <= NINE) || byte === 0x2e || byte === 0x2b || byte === MINUS)
    ) {
      break
    }
    at++
  }
  if (exponent || at - start > 15) checkNumber(bytes, start, at)
  return at
}

function checkNumber(bytes: Buffer, start: number, end: number): void {
  if (end - start > MAX_NUMBER_LENGTH) {
    throw new Problem('invalid', `A number has more than ${MAX_NUMBER_LENGTH} characters.`)
  }
  const text = bytes.toString('latin1', start, end)
  const value = Number(text)
  const vanishes = value === 0 && /^-?[0.]*[1-9]/.test(text)
  if (Math.abs(value) === Number.POSITIVE_INFINITY || vanishes) {
    throw new Problem('invalid', 'A number is outside the range that can be kept.')
  }
}
