import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
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
 * Standard input may be NDJSON or one JSON document: which, the first line tells.
 *
 * @throws Problem `invalid` where the file system or gzip gives up: what comes after isn't known
 */
export async function* documentsIn(file: LoadFile): AsyncGenerator<LoadDocument> {
  try {
    const stream = open(file.path)
    if (file.form === 'ndjson') yield* linesOf(stream, file.path)
    else yield { name: file.path, bytes: await buffer(stream) }
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

async function* linesOf(stream: Readable, name: string): AsyncGenerator<LoadDocument> {
  let number = 0
  let whole: string[] | undefined
  for await (const line of createInterface({
    input: stream,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++
    if (number === 1 && !isJson(line)) whole = []
    if (whole) whole.push(line)
    else if (line.trim() !== '') yield { name: `${name}:${number}`, bytes: Buffer.from(line) }
  }
  if (whole) yield { name, bytes: Buffer.from(whole.join('\n')) }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
