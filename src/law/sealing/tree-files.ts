import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { type Nodes, nodeHash } from './merkle.ts'

/** A Merkle tree in files: `level-0` has the leaves' hashes, `level-n` those of each complete subtree of 2^n leaves. */
export interface TreeFiles {
  readonly size: number
  readonly nodes: Nodes
  /** Adds leaves, on disk when it returns. */
  append(leaves: readonly Buffer[]): void
  close(): void
}

const HASH = 32

/**
 * Opens a tree, cut to the size it was signed at: what a crash left beyond that was never said to anybody.
 *
 * @throws RangeError when it has less
 */
export function openTreeFiles(folder: string, signed: number): TreeFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files: number[] = []
  let size = signed

  function file(level: number): number {
    for (let next = files.length; next <= level; next++) {
      const name = path.join(folder, `level-${next}`)
      const descriptor = openSync(name, openFlags, 0o600)
      const length = Math.floor(signed / 2 ** next) * HASH
      if (fstatSync(descriptor).size < length) {
        throw new RangeError(`${name} is shorter than what was signed`)
      }
      ftruncateSync(descriptor, length)
      files.push(descriptor)
    }
    return files[level] ?? -1
  }

  const nodes: Nodes = (level, index) => {
    const bytes = Buffer.alloc(HASH)
    if (readSync(file(level), bytes, 0, HASH, index * HASH) === HASH) return bytes
    throw new RangeError('the tree has no such node')
  }

  return {
    get size() {
      return size
    },
    nodes,
    append(leaves) {
      const first = size
      let added: readonly Buffer[] = leaves
      for (let level = 0; added.length > 0; level++) {
        const start = Math.floor(first / 2 ** level)
        writeSync(file(level), Buffer.concat(added), 0, added.length * HASH, start * HASH)
        fsyncSync(file(level))
        added = parents(nodes, level, start, added)
      }
      size += leaves.length
    },
    close() {
      for (const descriptor of files.splice(0)) closeSync(descriptor)
    },
  }
}

/** Read and write, made if need be, never cut on opening. */
const openFlags = constants.O_RDWR | constants.O_CREAT

/** The nodes above, for each pair that is now complete. */
function parents(nodes: Nodes, level: number, start: number, added: readonly Buffer[]): Buffer[] {
  const made: Buffer[] = []
  for (const [index, right] of added.entries()) {
    const place = start + index
    if (place % 2 === 0) continue
    const left = index > 0 ? added[index - 1] : nodes(level, place - 1)
    if (left) made.push(nodeHash(left, right))
  }
  return made
}
