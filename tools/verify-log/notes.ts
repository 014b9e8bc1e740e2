import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'

/** A public key of a log (algorithm 1) or a witness (algorithm 4). Source: C2SP signed-note. */
export interface PublicKey {
  readonly name: string
  readonly id: string
  readonly algorithm: number
  readonly key: KeyObject
}

/**
 * @param text `name+id+base64`
 * @throws RangeError for what isn't a key
 */
export function readKey(text: string): PublicKey {
  const [name = '', id = '', ...rest] = text.trim().split('+')
  const bytes = Buffer.from(rest.join('+'), 'base64')
  const expected = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes])).slice(0, 8)
  if (bytes.length !== 33 || expected !== id) throw new RangeError(`Not a key: ${text}`)
  const x = bytes.subarray(1).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return { name, id, algorithm: bytes[0] ?? 0, key }
}

/** A checkpoint, read. */
export interface Checkpoint {
  readonly text: string
  readonly lines: readonly string[]
  readonly origin: string
  readonly size: number
  /** Hexadecimal. */
  readonly root: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly ranges: readonly Range[]
}

export interface Range {
  readonly writer: number
  readonly first: number
  readonly last: number
}

/** @returns `undefined` for what isn't a checkpoint */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const parts = note.split('\n\n')
  if (parts.length !== 2) return undefined
  const text = `${parts[0]}\n`
  const [origin = '', size = '', root = '', time = '', ...rest] = (parts[0] ?? '').split('\n')
  const ranges = rest.map((line) => /^entries (\d+) (\d+)-(\d+)$/.exec(line))
  const when = Date.parse(time.replace(/^time /, ''))
  if (!/^\d+$/.test(size) || Number.isNaN(when) || ranges.includes(null)) return undefined
  return {
    text,
    lines: (parts[1] ?? '').split('\n').filter((line) => line !== ''),
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64').toString('hex'),
    time: when,
    ranges: ranges.map((found) => ({
      writer: Number(found?.[1]),
      first: Number(found?.[2]),
      last: Number(found?.[3]),
    })),
  }
}

/** Whether a line is this key's signature on the text. `undefined`: it is another's. */
export function isSignature(key: PublicKey, text: string, line: string): boolean | undefined {
  const [dash, name, base64 = ''] = line.split(' ')
  if (dash !== '—' || name !== key.name) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.subarray(0, 4).toString('hex') !== key.id) return false
  const isCosignature = key.algorithm === 4
  const signature = bytes.subarray(isCosignature ? 12 : 4)
  const time = isCosignature && bytes.length >= 12 ? bytes.readBigUInt64BE(4) : 0n
  const signed = isCosignature ? `cosignature/v1\ntime ${time}\n${text}` : text
  return remembered(key, signed, signature)
}

const known = new Map<string, boolean>()

/** Ed25519 is slow, and the same checkpoints are read many times over. */
function remembered(key: PublicKey, text: string, signature: Buffer): boolean {
  const name = `${key.id} ${signature.toString('base64')} ${text}`
  const there = known.get(name)
  if (there !== undefined) return there
  const result = verify(null, Buffer.from(text), key.key, signature)
  if (known.size > 10_000) known.clear()
  known.set(name, result)
  return result
}
