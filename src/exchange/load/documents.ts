import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { Problem } from '../../fhir/problem.ts'

/** One JSON document to load: a Bundle or a resource. */
export interface LoadDocument {
  /** Where it stands: `patients.ndjson:17` or `bundle.json`. */
  readonly name: string
  readonly bytes: Buffer
}

/** A file that is to be loaded, or one that isn't JSON and is said to be left out. */
export interface LoadFile {
  readonly path: string
  readonly form: 'json' | 'ndjson' | 'unknown'
}

/**
 * The files at a path, in name order; a folder is gone through to its bottom. `-` is standard input.
 *
 * @throws Problem `not-found` where nothing is
 */
export async function filesAt(target: string): Promise<readonly LoadFile[]> {
  if (target === '-') return [{ path: '-', form: 'ndjson' }]
  const there = await stat(target).catch((cause: unknown) => {
    throw new Problem('not-found', `There is nothing to load at ${target}`, { cause })
  })
  if (!there.isDirectory()) return [{ path: target, form: formOf(target) }]
  const entries = await readdir(target, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file, form: formOf(file) }))
}

function formOf(file: string): LoadFile['form'] {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.json')) return 'json'
  return name.endsWith('.ndjson') || name.endsWith('.jsonl') ? 'ndjson' : 'unknown'
}

/**
 * The documents in a file, read as they are needed.
 * Standard input may be NDJSON or one JSON document: which, the first line that isn't blank tells.
 *
 * @throws Problem `invalid` where the file system or gzip gives up: what comes after isn't known
 */
export async function* documentsIn(file: LoadFile): AsyncGenerator<LoadDocument> {
  try {
    const stream = open(file.path)
    if (file.form === 'ndjson') yield* documentsOfLines(linesOf(stream), file.path)
    else yield { name: file.path, bytes: withoutMark(await buffer(stream)) }
  } catch (cause) {
    const text = `${file.path} can't be read to its end. Mend it, and load again: what is stored is left as it is.`
    throw new Problem('invalid', text, { cause })
  }
}

function open(file: string): Readable {
  if (file === '-') return process.stdin
  const stream = createReadStream(file)
  if (!file.toLowerCase().endsWith('.gz')) return stream
  const plain = createGunzip()
  stream.on('error', (cause) => plain.destroy(cause))
  return stream.pipe(plain)
}

async function* documentsOfLines(
  lines: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<LoadDocument> {
  let number = 0
  let isBegun = name !== '-'
  let whole: Buffer[] | undefined
  for await (const line of lines) {
    number++
    const isBlank = line.every((byte) => byte === SPACE || byte === TAB || byte === RETURN)
    if (!isBegun && !isBlank && !isJson(line)) whole = []
    isBegun ||= !isBlank
    if (whole) whole.push(line, LINE_END)
    else if (!isBlank) yield { name: `${name}:${number}`, bytes: line }
  }
  if (whole) yield { name, bytes: Buffer.concat(whole) }
}

const [SPACE, TAB, RETURN, NEWLINE] = [0x20, 0x09, 0x0d, 0x0a]
const LINE_END = Buffer.from('\n')

/** Bytes between newlines, as they came: to read them as text would put U+FFFD where it isn't UTF-8. */
async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  let isFirst = true
  const line = (...more: Buffer[]) => {
    const bytes = Buffer.concat([...begun, ...more])
    const told = isFirst ? withoutMark(bytes) : bytes
    begun = []
    isFirst = false
    return told
  }
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield line(chunk.subarray(from, at))
      from = at + 1
    }
    begun.push(chunk.subarray(from))
  }
  yield line()
}

/** A byte order mark says of a file that it's UTF-8, and is no part of what stands in it. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(String(line))
    return true
  } catch {
    return false
  }
}
