import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import type { SealedLeaves } from './verify.ts'

/** What the sealer keeps outside the database: its last signed note, and the hash of each entry it has sealed. */
export interface SealerFolder {
  readonly note: string
  readonly leaves: SealedLeaves
  close(): void
}

const HASH = 32

export function readSealerFolder(folder: string): SealerFolder {
  const { note } = JSON.parse(readFileSync(path.join(folder, 'state.json'), 'utf8'))
  const file = openSync(path.join(folder, 'tree', 'level-0'), 'r')
  return {
    note,
    leaves: {
      size: Math.floor(fstatSync(file).size / HASH),
      read(first, count) {
        const bytes = Buffer.alloc(Math.max(0, count) * HASH)
        const length = readSync(file, bytes, 0, bytes.length, first * HASH)
        return Array.from({ length: Math.floor(length / HASH) }, (_, index) =>
          bytes.toString('hex', index * HASH, (index + 1) * HASH),
        )
      },
    },
    close: () => closeSync(file),
  }
}
