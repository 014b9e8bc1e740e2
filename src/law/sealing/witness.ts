import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseCheckpoint } from './checkpoint.ts'
import { readJsonFile, replaceFile } from './durable-file.ts'
import { openKey } from './key-file.ts'
import { isConsistent } from './merkle.ts'
import { cosignatureLine, isSignedBy, parseNote, verifyingKey } from './signed-note.ts'

/**
 * Sees other regions' logs grow, and signs that they only grow: each checkpoint must contain all of the one before. A log that
 * was put back, cut, changed or shown in two versions can't be consistent with what its witnesses remember.
 * The protocol is C2SP tlog-witness: https://github.com/C2SP/C2SP/blob/main/tlog-witness.md
 */
export interface Witness {
  /** @param body `old N`, proof lines, an empty line and the signed checkpoint */
  addCheckpoint(body: string): Promise<WitnessAnswer>
  /** The last checkpoint of a log that it has signed, with its own signature. */
  latest(origin: string): string | undefined
}

/** What it says, as HTTP status and text. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly text: string
}

interface Remembered {
  readonly size: number
  readonly root: string
  readonly note: string
}

/** How far a log's clock may be from ours, in milliseconds: a checkpoint can't be made out to be older than it is. */
const DRIFT = 300_000

/** What a witness is made of. */
export interface WitnessParts {
  /** Its key, and what it remembers, outside every database that it watches. */
  readonly folder: string
  readonly name: string
  /** The public keys of the logs it watches. */
  readonly logKeys: () => readonly string[]
  readonly now: () => number
}

export function createWitness({ folder, name, logKeys, now }: WitnessParts): Witness {
  mkdirSync(folder, { recursive: true })
  const key = openKey('witness', folder, name)
  const fileOf = (origin: string) =>
    path.join(folder, `${createHash('sha256').update(origin).digest('hex').slice(0, 16)}.json`)

  function refusalOf({ old, proof, note, checkpoint }: Asked, last: Remembered) {
    const known = logKeys().flatMap((text) => verifyingKey('log', text) ?? [])
    const logKey = known.find((each) => each.name === checkpoint.origin)
    if (!logKey) return refuse(404, 'not a log that is watched here')
    if (!isSignedBy(logKey, note)) return refuse(403, 'not signed by the log')
    if (old > checkpoint.size) return refuse(400, 'the log would be shorter')
    if (Math.abs(Date.parse(checkpoint.time) - now()) > DRIFT) {
      return refuse(400, 'the time is not now')
    }
    const isSplit =
      last.size === checkpoint.size && last.root !== checkpoint.root.toString('base64')
    if (old !== last.size || isSplit) return refuse(409, `${last.size}\n`)
    const first = { size: last.size, root: Buffer.from(last.root, 'base64') }
    if (isConsistent(first, checkpoint, proof)) return undefined
    return refuse(422, 'the proof does not show that the log only grew')
  }

  async function add(body: string): Promise<WitnessAnswer> {
    const asked = parseRequest(body)
    if (!asked) return refuse(400, 'not a request of tlog-witness')
    const { note, checkpoint } = asked
    const file = fileOf(checkpoint.origin)
    const refusal = refusalOf(asked, readJsonFile<Remembered>(file) ?? NOTHING)
    if (refusal) return refusal
    const line = cosignatureLine(key, note.text, Math.floor(now() / 1000))
    const signed = `${[note.text, ...note.lines, line].join('\n')}\n`
    const { size, root } = checkpoint
    await replaceFile(file, JSON.stringify({ size, root: root.toString('base64'), note: signed }))
    return { status: 200, text: `${line}\n` }
  }

  /** One after another: what is remembered is judged and replaced as one. */
  let last: Promise<unknown> = Promise.resolve()

  return {
    addCheckpoint(body) {
      const added = last.then(() => add(body))
      last = added.catch(() => {})
      return added
    },
    latest: (origin) => readJsonFile<Remembered>(fileOf(origin))?.note,
  }
}

const NOTHING: Remembered = { size: 0, root: '', note: '' }

const refuse = (status: WitnessAnswer['status'], text: string): WitnessAnswer => ({ status, text })

type Asked = NonNullable<ReturnType<typeof parseRequest>>

function parseRequest(body: string) {
  const end = body.indexOf('\n\n')
  const [first = '', ...rest] = body.slice(0, Math.max(0, end)).split('\n')
  const old = /^old (\d{1,15})$/.exec(first)?.[1]
  const note = parseNote(body.slice(end + 2))
  const checkpoint = note && parseCheckpoint(note.text)
  const proof = rest.map((line) => Buffer.from(line, 'base64'))
  if (end < 0 || old === undefined || !checkpoint || !note) return undefined
  if (proof.length > 63 || proof.some(({ length }) => length !== 32)) return undefined
  return { old: Number(old), proof, note, checkpoint }
}
