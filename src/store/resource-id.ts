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

/** The id that was stored: its text where that was kept, else its bytes as a UUID. */
export function idText(bytes: Buffer, text: Buffer | null | undefined): string {
  if (text) return text.toString()
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
