import { createHash } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether an id is kept as the UUID it is; any other needs its text beside it. */
export function isUuid(id: string): boolean {
  return UUID.test(id)
}

const known = new Map<string, Buffer>()
const MOST_KNOWN = 10_000

/**
 * The sixteen bytes that an id is stored under: the UUID itself, or a UUID of version 8 made from the id's hash.
 * Not to be written to: the same bytes are given to all who ask.
 */
export function idBytes(id: string): Buffer {
  const there = known.get(id)
  if (there) return there
  if (known.size >= MOST_KNOWN) known.clear()
  const bytes = isUuid(id) ? Buffer.from(id.replaceAll('-', ''), 'hex') : hashedId(id)
  known.set(id, bytes)
  return bytes
}

function hashedId(id: string): Buffer {
  const bytes = createHash('sha256').update(id).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes
}
