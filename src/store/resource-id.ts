import { createHash } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether an id is kept as the UUID it is; any other needs its text beside it. */
export function isUuid(id: string): boolean {
  return UUID.test(id)
}

/** The sixteen bytes that an id is stored under: the UUID itself, or a UUID of version 8 made from the id's hash. */
export function idBytes(id: string): Buffer {
  if (isUuid(id)) return Buffer.from(id.replaceAll('-', ''), 'hex')
  const bytes = createHash('sha256').update(id).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes
}
