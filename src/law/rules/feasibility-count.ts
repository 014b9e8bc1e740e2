import type { Access } from '../access.ts'
import type { Denial } from './rules.ts'

/** Fewer than this would point at somebody. */
const FEWEST = 10

/** How many persons, as it may be handed out: [from, to], both included. */
export interface CountInterval {
  readonly from: number
  readonly to: number
}

/**
 * A count before clinical research is handed out only as the number of persons that meet criteria set beforehand, exact or
 * as an interval. Ours is an interval of ten, so that two counts that differ by one person look the same.
 *
 * Source: PDL 5 kap. 7 §, 2 kap. 4 § first paragraph 7.
 */
export function toInterval(persons: number): CountInterval {
  const from = Math.floor(persons / FEWEST) * FEWEST
  return { from, to: from + FEWEST - 1 }
}

/** Counting is its own purpose, and the purpose opens nothing else (PDL 2:4, 4:2). */
export function feasibilityCount(access: Access): Denial | undefined {
  if (access.kind === 'staff' && access.purpose === 'feasibility-count' && !access.app) {
    return undefined
  }
  return { paragraph: 'PDL 5:7', reason: 'Your commission is not for counts before research' }
}
