import { hash } from 'node:crypto'

/**
 * A Merkle tree over the entries' hashes. Source: RFC 6962 §2.1 (and RFC 9162 §2.1.4 for checking consistency).
 * A tree is asked for the hashes of its complete subtrees: `node(level, index)` covers the leaves
 * [index · 2^level, (index + 1) · 2^level).
 */
export type Nodes = (level: number, index: number) => Buffer

export const leafHash = (entry: Buffer): Buffer => sha256(Buffer.from([0]), entry)

export const nodeHash = (left: Buffer, right: Buffer): Buffer =>
  sha256(Buffer.from([1]), left, right)

const sha256 = (...parts: readonly Buffer[]) => hash('sha256', Buffer.concat(parts), 'buffer')

/** The root of the tree of the first `size` leaves. */
export function rootOf(nodes: Nodes, size: number): Buffer {
  return size === 0 ? sha256() : rangeHash(nodes, 0, size)
}

function rangeHash(nodes: Nodes, start: number, size: number): Buffer {
  const level = Math.log2(size)
  if (Number.isInteger(level)) return nodes(level, start / size)
  const split = largestPowerBelow(size)
  return nodeHash(rangeHash(nodes, start, split), rangeHash(nodes, start + split, size - split))
}

/** The largest power of two that is less than `size`. */
const largestPowerBelow = (size: number) => 2 ** Math.ceil(Math.log2(size) - 1)

/** What shows that the tree of `second` leaves begins with the tree of `first`. */
export function consistencyProof(nodes: Nodes, first: number, second: number): readonly Buffer[] {
  return first === 0 || first === second ? [] : subproof(nodes, first, 0, second, true)
}

function subproof(
  nodes: Nodes,
  first: number,
  start: number,
  size: number,
  whole: boolean,
): readonly Buffer[] {
  if (first === size) return whole ? [] : [rangeHash(nodes, start, size)]
  const split = largestPowerBelow(size)
  if (first <= split) {
    const right = rangeHash(nodes, start + split, size - split)
    return [...subproof(nodes, first, start, split, whole), right]
  }
  const left = rangeHash(nodes, start, split)
  return [...subproof(nodes, first - split, start + split, size - split, false), left]
}

/** A tree's size and root. */
export interface TreeHead {
  readonly size: number
  readonly root: Buffer
}

/** Whether `proof` shows that the second tree begins with the first. */
export function isConsistent(first: TreeHead, second: TreeHead, proof: readonly Buffer[]): boolean {
  if (first.size > second.size) return false
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root)
  if (first.size === 0) return proof.length === 0
  const path = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : proof
  const roots = climb(first.size - 1, second.size - 1, path)
  return roots?.old.equals(first.root) === true && roots.whole.equals(second.root)
}

const half = (value: number) => Math.floor(value / 2)

/** The roots of both trees, from the bottom right corner of the first. `undefined` when the path is too long or short. */
function climb(from: number, to: number, path: readonly Buffer[]) {
  const [seed, ...rest] = path
  if (!seed) return undefined
  while (from % 2 === 1) [from, to] = [half(from), half(to)]
  let [old, whole] = [seed, seed]
  for (const step of rest) {
    if (to === 0) return undefined
    if (from % 2 === 1 || from === to) {
      old = nodeHash(step, old)
      whole = nodeHash(step, whole)
      while (from % 2 === 0 && from !== 0) [from, to] = [half(from), half(to)]
    } else {
      whole = nodeHash(whole, step)
    }
    ;[from, to] = [half(from), half(to)]
  }
  return to === 0 ? { old, whole } : undefined
}
