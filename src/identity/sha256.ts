import { createHash } from 'node:crypto'

/** Under what a token, code or session id is stored: never itself. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
