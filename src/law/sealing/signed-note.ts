import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

/**
 * Signed notes, as transparency logs use them: text, an empty line, and lines `— name base64(key id ‖ signature)`.
 * Sources: C2SP signed-note, tlog-checkpoint and tlog-cosignature. https://github.com/C2SP/C2SP
 */
export interface NoteKey {
  readonly name: string
  readonly id: Buffer
  readonly key: KeyObject
}

/** How a key signs: a log its checkpoints, a witness what it has seen, with the time. */
export type KeyKind = 'log' | 'witness'

const ALGORITHM = { log: 1, witness: 4 } as const

/** The public key as text, `name+id+base64`, from a private one as PEM. */
export function verifierText(kind: KeyKind, name: string, privatePem: string): string {
  const bytes = publicBytes(kind, createPublicKey(privatePem))
  return `${name}+${keyId(name, bytes).toString('hex')}+${bytes.toString('base64')}`
}

export function signingKey(kind: KeyKind, name: string, privatePem: string): NoteKey {
  const key = createPrivateKey(privatePem)
  return { name, id: keyId(name, publicBytes(kind, createPublicKey(privatePem))), key }
}

/** @returns `undefined` for what isn't a key of this kind */
export function verifyingKey(kind: KeyKind, text: string): NoteKey | undefined {
  const [, name = '', id = '', base64 = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 33 || bytes[0] !== ALGORITHM[kind]) return undefined
  if (keyId(name, bytes).toString('hex') !== id) return undefined
  const key = createPublicKey({
    key: Buffer.concat([SPKI, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  })
  return { name, id: Buffer.from(id, 'hex'), key }
}

/** What comes before an Ed25519 key's 32 bytes in DER. Source: RFC 8410. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

const publicBytes = (kind: KeyKind, key: KeyObject) =>
  Buffer.concat([
    Buffer.from([ALGORITHM[kind]]),
    key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length),
  ])

const keyId = (name: string, bytes: Buffer) =>
  createHash('sha256').update(`${name}\n`).update(bytes).digest().subarray(0, 4)

/** A note: its text, which ends in a newline, and its signature lines. */
export interface Note {
  readonly text: string
  readonly lines: readonly string[]
}

export function parseNote(note: string): Note | undefined {
  const end = note.indexOf('\n\n')
  if (end < 0) return undefined
  const lines = note.slice(end + 2).split('\n')
  return { text: note.slice(0, end + 1), lines: lines.filter((line) => line !== '') }
}

/** The log's signature line on a note's text. */
export function signatureLine({ name, id, key }: NoteKey, text: string): string {
  const signature = sign(null, Buffer.from(text), key)
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}`
}

export function isSignedBy({ name, id, key }: NoteKey, { text, lines }: Note): boolean {
  return lines.some((line) => {
    const bytes = signatureIn(line, name, id)
    return bytes?.length === 64 && verify(null, Buffer.from(text), key, bytes)
  })
}

/** A witness's line: that at this time (whole seconds since 1970) it has seen the text, consistent with all it saw before. */
export function cosignatureLine({ name, id, key }: NoteKey, text: string, time: number): string {
  const stamp = Buffer.alloc(8)
  stamp.writeBigUInt64BE(BigInt(time))
  const signature = sign(null, cosigned(text, time), key)
  return `— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}`
}

/** Whether a line is this witness's, over this text. */
export function isCosignedBy({ name, id, key }: NoteKey, text: string, line: string): boolean {
  const bytes = signatureIn(line, name, id)
  if (bytes?.length !== 72) return false
  const time = Number(bytes.readBigUInt64BE(0))
  return verify(null, cosigned(text, time), key, bytes.subarray(8))
}

const cosigned = (text: string, time: number) =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)

function signatureIn(line: string, name: string, id: Buffer): Buffer | undefined {
  const prefix = `— ${name} `
  if (!line.startsWith(prefix)) return undefined
  const bytes = Buffer.from(line.slice(prefix.length), 'base64')
  return bytes.subarray(0, 4).equals(id) ? bytes.subarray(4) : undefined
}
