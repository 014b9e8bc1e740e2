import type { Denial } from './rules/rules.ts'

/** The least that records are kept, in years. Authorities' archives keep them longer (arkivlagen), or for ever. */
const YEARS = 10

/**
 * Records are kept for at least ten years after the last entry was made. What counts is the last entry in the whole of the
 * patient's record, not in the one document: that keeps a record together. Nothing is removed by itself when the years are
 * over; somebody decides.
 *
 * Source: PDL 3 kap. 17 §.
 * @param lastEntry milliseconds since 1970
 */
export function retention(lastEntry: number, now: number): Denial | undefined {
  const until = new Date(lastEntry)
  until.setUTCFullYear(until.getUTCFullYear() + YEARS)
  if (now > until.getTime()) return undefined
  return { paragraph: 'PDL 3:17', reason: `Records are kept for ${YEARS} years at least` }
}
