import { hash } from 'node:crypto'
import type { ContextRow, Entry } from './log-source.ts'

/** The hash that an entry must have after the one before it, in hexadecimal. */
export function entryHash(before: string, entry: Entry, contextDigest: string): string {
  const { writer, seq, at, texts } = entry
  const text = JSON.stringify(['karna-log/1', writer, seq, at, contextDigest, ...texts])
  return hash('sha256', Buffer.concat([Buffer.from(before, 'hex'), Buffer.from(text, 'utf8')]))
}

/** The digest that a context must have, in hexadecimal. */
export const contextDigest = ({ said }: ContextRow): string =>
  hash('sha256', JSON.stringify(['karna-context/1', ...said]))

/** What comes before the first entry of a chain. */
export const NOTHING_BEFORE = '0'.repeat(64)

/** A leaf of the tree from an entry's hash (RFC 6962). */
export const leafOf = (entry: string): string =>
  hash('sha256', Buffer.concat([Buffer.from([0]), Buffer.from(entry, 'hex')]))

/** A Merkle tree (RFC 6962) that grows at its end and remembers only its right edge. */
export interface GrowingTree {
  add(leaf: string): void
  root(): string
}

export function growingTree(): GrowingTree {
  const edge: { height: number; hash: Buffer }[] = []
  return {
    add(leaf) {
      let [height, value] = [0, Buffer.from(leaf, 'hex') as Buffer]
      for (let last = edge.at(-1); last?.height === height; last = edge.at(-1)) {
        edge.pop()
        value = pair(last.hash, value)
        height++
      }
      edge.push({ height, hash: value })
    },
    root() {
      const whole = edge.reduceRight<Buffer | undefined>(
        (right, { hash: left }) => (right ? pair(left, right) : left),
        undefined,
      )
      return (whole ?? hash('sha256', '', 'buffer')).toString('hex')
    },
  }
}

const pair = (left: Buffer, right: Buffer) =>
  hash('sha256', Buffer.concat([Buffer.from([1]), left, right]), 'buffer')
