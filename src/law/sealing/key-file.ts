import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type KeyKind, type NoteKey, signingKey, verifierText } from './signed-note.ts'

/**
 * A signing key that lives in a folder of its own, made at the first start: `key.pem`, which nobody else may read, and
 * `key.pub` with the public key and its name, for those who verify. In production the folder belongs to another user.
 */
export function openKey(kind: KeyKind, folder: string, name: string): NoteKey {
  const file = path.join(folder, 'key.pem')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    writeFileSync(file, pem, { mode: 0o600, flag: 'wx' })
    writeFileSync(path.join(folder, 'key.pub'), `${verifierText(kind, name, pem)}\n`)
  }
  return signingKey(kind, name, readFileSync(file, 'utf8'))
}

/** The public key in such a folder, as text. `undefined`: none has been made yet. */
export function publicKeyIn(folder: string): string | undefined {
  const file = path.join(folder, 'key.pub')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
