import type { BundleEntry } from 'fhir/r4'

/** One entry of a Bundle, with its resource's own bytes cut from the Bundle's. */
export interface EntrySlice {
  /** Everything of the entry but its resource. */
  readonly entry: Omit<BundleEntry, 'resource'>
  /** The resource exactly as it was written, a view into the Bundle's bytes; `undefined` where there is none. */
  readonly resource: Buffer | undefined
}

/**
 * Cuts a Bundle into its entries without rewriting a byte of their resources, so that `1.0` stays `1.0`.
 *
 * @param bytes well-formed JSON: it has been parsed before
 * @param entries the parsed `Bundle.entry` of the same bytes
 */
export function sliceEntries(bytes: Buffer, entries: readonly BundleEntry[]): EntrySlice[] {
  const list = memberOf(bytes, skipSpace(bytes, 0), 'entry')
  const starts = list === undefined ? [] : itemsOf(bytes, list)
  return entries.map(({ resource: _, ...entry }, index) => {
    const start = starts[index]
    const at = start === undefined ? undefined : memberOf(bytes, start, 'resource')
    return {
      entry,
      resource: at === undefined ? undefined : bytes.subarray(at, skipValue(bytes, at)),
    }
  })
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/** Where the value of a member begins, in the object that begins at `start`. */
function memberOf(bytes: Buffer, start: number, name: string): number | undefined {
  if (bytes[start] !== OPEN_OBJECT) return undefined
  let at = skipSpace(bytes, start + 1)
  while (bytes[at] === QUOTE) {
    const end = skipString(bytes, at)
    const value = skipSpace(bytes, skipSpace(bytes, end) + 1) // past the colon
    if (JSON.parse(bytes.toString('utf8', at, end)) === name) return value
    at = skipSpace(bytes, skipValue(bytes, value))
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  return undefined
}

/** Where each item of the array that begins at `start` begins. */
function itemsOf(bytes: Buffer, start: number): number[] {
  const items: number[] = []
  if (bytes[start] !== OPEN_ARRAY) return items
  let at = skipSpace(bytes, start + 1)
  while (at < bytes.length && bytes[at] !== CLOSE_ARRAY) {
    items.push(at)
    at = skipSpace(bytes, skipValue(bytes, at))
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  return items
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}

/** The place after the value that begins at `start`. */
function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start]
  if (first === QUOTE) return skipString(bytes, start)
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return skipScalar(bytes, start)
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = skipString(bytes, at) - 1
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at + 1
  }
  return bytes.length
}

function skipScalar(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && !isEnd(bytes[at])) at++
  return at
}

function isEnd(byte: number | undefined): boolean {
  return (
    byte === COMMA ||
    byte === CLOSE_OBJECT ||
    byte === CLOSE_ARRAY ||
    (byte !== undefined && byte <= 0x20)
  )
}

/** The place after the closing quote of the string that begins at `start`. */
function skipString(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(QUOTE, start + 1)
  while (at >= 0) {
    let slashes = 0
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++
    if (slashes % 2 === 0) return at + 1
    at = bytes.indexOf(QUOTE, at + 1)
  }
  return bytes.length
}
