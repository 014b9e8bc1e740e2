import { createHash } from 'node:crypto'

/** Chance that is the same each time it is asked from the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** Whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  /** True so often: `chance(0.1)` one time in ten. */
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of several, by weight. */
  weighted<T>(from: readonly (readonly [T, number])[]): T
  /** About `mean`, two of three within `spread`; never further off than three times that. */
  about(mean: number, spread: number): number
  uuid(): string
}

/** A stream of its own for each name: one patient's course does not change when another's does. Algorithm: sfc32. */
export function randomFrom(seed: string): Random {
  const state = new Uint32Array(Uint8Array.from(createHash('sha256').update(seed).digest()).buffer)
  const bits = () => sfc32(state)
  const next = () => bits() / 2 ** 32
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (share) => next() < share,
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    weighted(from) {
      let left = next() * from.reduce((sum, [, weight]) => sum + weight, 0)
      const found = from.find(([, weight]) => {
        left -= weight
        return left < 0
      })
      return (found ?? from[0])?.[0] as (typeof from)[number][0]
    },
    about: (mean, spread) => mean + spread * (next() + next() + next() + next() - 2) * 1.5,
    uuid: () => uuidOf([bits(), bits(), bits(), bits()]),
  }
}

function sfc32(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, counter = 0] = state
  const sum = (a + b + counter) | 0
  state[0] = b ^ (b >>> 9)
  state[1] = (c + (c << 3)) | 0
  state[2] = (((c << 21) | (c >>> 11)) + sum) | 0
  state[3] = (counter + 1) | 0
  return sum >>> 0
}

function uuidOf(words: readonly number[]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('')
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
