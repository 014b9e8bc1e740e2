import { createHash, randomBytes } from 'node:crypto'
import type { Visit } from './visit.ts'

/** A seed for a sample: recorded, so that anybody can draw it again and see that nobody chose. */
export const newSeed = (): string => randomBytes(16).toString('hex')

/**
 * A systematic sample: every visit has the same chance, and the seed alone decides. The visits whose
 * SHA-256(seed, person, unit, patient, day) come first are drawn.
 */
export function drawSample(visits: readonly Visit[], seed: string, size: number): readonly Visit[] {
  return visits
    .map((visit) => ({ visit, place: placeOf(visit, seed) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .slice(0, size)
    .map(({ visit }) => visit)
}

function placeOf({ person, unit, patient, day }: Visit, seed: string): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, person, unit, patient, day]))
    .digest('hex')
}
