/**
 * Ways of moving about in JSON text without parsing it, so that what isn't touched stays byte for byte.
 * All of them expect bytes that `parseJson` has accepted.
 */

export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d

/** One member of an object: where its key and its value begin and end (end exclusive). */
export interface Member {
  readonly keyStart: number
  readonly keyEnd: number
  readonly start: number
  readonly end: number
}

/** The first place at or after `from` that isn't white space. */
export function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}

/** The place after the closing quote of the string that begins at `start`. */
export function skipString(bytes: Buffer, start: number): number {
  let at = start + 1
  for (;;) {
    const byte = bytes[at]
    if (byte === QUOTE || byte === undefined) return at + 1
    at += byte === BACKSLASH ? 2 : 1
  }
}

/** The place after the value that begins at `start`. */
export function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start]
  if (first === QUOTE) return skipString(bytes, start)
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return skipNested(bytes, start)
  let at = start
  while (at < bytes.length && !isEnd(bytes[at])) at++
  return at
}

/** The member whose key stands at `at`, with the place where the next one's stands; `undefined` at the end. */
export function memberAt(bytes: Buffer, at: number): (Member & { next: number }) | undefined {
  const keyStart = skipSpace(bytes, at)
  if (bytes[keyStart] !== QUOTE) return undefined
  const keyEnd = skipString(bytes, keyStart)
  const start = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1) // past the colon
  const end = skipValue(bytes, start)
  const after = skipSpace(bytes, end)
  return { keyStart, keyEnd, start, end, next: bytes[after] === COMMA ? after + 1 : after }
}

/** The members of the object that begins at `start`, in their order. */
export function membersOf(bytes: Buffer, start: number): Member[] {
  const members: Member[] = []
  let member = memberAt(bytes, start + 1)
  while (member !== undefined) {
    members.push(member)
    member = memberAt(bytes, member.next)
  }
  return members
}

/** Where each item of the array that begins at `start` begins and ends. */
export function itemsOf(bytes: Buffer, start: number): { start: number; end: number }[] {
  const items: { start: number; end: number }[] = []
  let at = skipSpace(bytes, start + 1)
  while (at < bytes.length && bytes[at] !== CLOSE_ARRAY) {
    const end = skipValue(bytes, at)
    items.push({ start: at, end })
    at = skipSpace(bytes, end)
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  return items
}

/** The text of the string that stands from `start` to `end`, quotes included, escapes read. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  for (let at = start + 1; at < end - 1; at++) {
    if (bytes[at] === BACKSLASH) return JSON.parse(bytes.toString('utf8', start, end))
  }
  return bytes.toString('utf8', start + 1, end - 1)
}

function skipNested(bytes: Buffer, start: number): number {
  let depth = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === QUOTE) at = skipString(bytes, at)
    else {
      at++
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at
    }
  }
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
