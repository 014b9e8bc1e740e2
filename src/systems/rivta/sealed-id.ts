import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { COORDINATION_NUMBER_OID, PERSONAL_NUMBER_OID } from './mapping/code-systems.ts'

/** A patient as RIV-TA names one: the OID of the kind of number, and the number. */
export interface PatientNumber {
  readonly root: string
  readonly extension: string
}

/** What an id leads back to. */
export interface OpenedId {
  readonly patient: PatientNumber
  /** The kind of answer that holds the record, 0–255; `undefined` for the id of the patient. */
  readonly kind: number | undefined
}

/**
 * Ids that lead back to their patient and to the question whose answer holds the record, though nothing is stored:
 * the same record has the same id after a restart and in another process, and only who has the key can tell whose it is.
 */
export interface SealedIds {
  /** The id of the patient; `undefined` for a kind of number that isn't among those agreed, or one too long. */
  ofPatient(patient: PatientNumber): string | undefined
  /** The id of a record: `key` tells it from all others of the source. */
  ofRecord(patient: PatientNumber, kind: number, key: readonly string[]): string
  /** `undefined` for what isn't one of our ids, or was changed. */
  open(id: string): OpenedId | undefined
}

/** What ids are made with. */
export interface SealedIdParts {
  /** 32 bytes or more, kept as long as the ids shall hold. */
  readonly secret: Buffer
  /** The system's name: another system's ids aren't ours. */
  readonly system: string
  /** OIDs of further kinds of number, such as a region's reserve numbers. Append only. */
  readonly reserveNumbers: readonly string[]
}

const TAG = 12
const HASH = 9
const PATIENT = 1
const RECORD = 2
/** Longer than any Swedish number; so that an id never has more than 48 characters. */
const MOST_LETTERS = 12

/**
 * Deterministic authenticated encryption: the tag is a keyed hash of the content and serves as the counter's start,
 * as in SIV mode. https://www.rfc-editor.org/rfc/rfc5297
 */
export function createSealedIds({ secret, system, reserveNumbers }: SealedIdParts): SealedIds {
  if (secret.length < 32) throw new Error('the secret of sealed ids is 32 bytes or more')
  const subkey = (use: string) => hmac(secret, `karna rivta id\0${system}\0${use}`)
  const keys = { tag: subkey('tag'), content: subkey('content'), record: subkey('record') }
  const roots = [PERSONAL_NUMBER_OID, COORDINATION_NUMBER_OID, ...reserveNumbers]
  const seal = (content: Buffer): string => {
    const tag = hmac(keys.tag, content).subarray(0, TAG)
    const cipher = createCipheriv('aes-256-ctr', keys.content, Buffer.concat([tag, ZEROS]))
    return toId(Buffer.concat([tag, cipher.update(content)]))
  }
  return {
    ofPatient(patient) {
      const number = packNumber(patient, roots)
      return number && seal(Buffer.concat([Buffer.of(PATIENT), number]))
    },
    ofRecord(patient, kind, key) {
      const number = packNumber(patient, roots)
      if (!number) throw new Error('records are fetched for patients whose number can be sealed')
      const hash = hmac(keys.record, JSON.stringify(key)).subarray(0, HASH)
      return seal(Buffer.concat([Buffer.of(RECORD, kind), hash, number]))
    },
    open(id) {
      const bytes = fromId(id)
      if (!bytes || bytes.length < TAG + 3) return undefined
      const tag = bytes.subarray(0, TAG)
      const cipher = createDecipheriv('aes-256-ctr', keys.content, Buffer.concat([tag, ZEROS]))
      const content = cipher.update(bytes.subarray(TAG))
      if (!timingSafeEqual(hmac(keys.tag, content).subarray(0, TAG), tag)) return undefined
      return read(content, roots)
    },
  }
}

const ZEROS = Buffer.alloc(16 - TAG)

function hmac(key: Buffer, content: Buffer | string): Buffer {
  return createHmac('sha256', key).update(content).digest()
}

function read(content: Buffer, roots: readonly string[]): OpenedId | undefined {
  const isRecord = content[0] === RECORD
  const patient = unpackNumber(content.subarray(isRecord ? 2 + HASH : 1), roots)
  return patient && { patient, kind: isRecord ? content[1] : undefined }
}

/** The kind of number, then twelve digits as five bytes, or the letters as they are. */
function packNumber({ root, extension }: PatientNumber, roots: readonly string[]) {
  const kind = roots.indexOf(root)
  if (kind < 0 || !/^[0-9A-Za-z+-]+$/.test(extension) || extension.length > MOST_LETTERS) {
    return undefined
  }
  if (!/^\d{12}$/.test(extension)) {
    return Buffer.concat([Buffer.of(kind | LETTERS), Buffer.from(extension)])
  }
  const digits = Buffer.alloc(6)
  digits.writeUIntBE(Number(extension), 1, 5)
  digits[0] = kind
  return digits
}

const LETTERS = 0x80

function unpackNumber(packed: Buffer, roots: readonly string[]): PatientNumber | undefined {
  const [first = 0] = packed
  const root = roots[first & ~LETTERS]
  if (root === undefined) return undefined
  if (first & LETTERS) return { root, extension: packed.subarray(1).toString() }
  return { root, extension: String(packed.readUIntBE(1, 5)).padStart(12, '0') }
}

/** Base64 in letters that an id may have. */
function toId(bytes: Buffer): string {
  return bytes.toString('base64url').replaceAll('_', '.')
}

function fromId(id: string): Buffer | undefined {
  if (!/^[A-Za-z0-9.-]{20,64}$/.test(id)) return undefined
  const bytes = Buffer.from(id.replaceAll('.', '_'), 'base64url')
  return toId(bytes) === id ? bytes : undefined
}
