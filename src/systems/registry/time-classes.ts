/** Upper ends of the classes that times are counted in, milliseconds; the last class has none. Append only: rows hold them. */
const ENDS = [5, 10, 20, 35, 60, 100, 170, 300, 500, 850, 1_400, 2_000, 3_000] as const

export const noTimes = (): number[] => Array.from({ length: ENDS.length + 1 }, () => 0)

export function classOf(milliseconds: number): number {
  const place = ENDS.findIndex((end) => milliseconds <= end)
  return place < 0 ? ENDS.length : place
}

/**
 * The time that a share of the answers came within, ms, as if they lay evenly in their class; `undefined` for none at all.
 * What took longer than the last end is told as that.
 * @param share from 0 to 1
 */
export function timeWithin(times: readonly number[], share: number): number | undefined {
  const all = times.reduce((sum, each) => sum + each, 0)
  if (all === 0) return undefined
  let left = share * all
  for (const [place, count] of times.entries()) {
    const [from = 0, to] = [ENDS[place - 1], ENDS[place]]
    if (to === undefined) return from
    if (count >= left) return from + ((to - from) * left) / count
    left -= count
  }
  return ENDS.at(-1)
}
