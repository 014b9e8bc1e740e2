import type { Vitals } from './results.ts'

/** NEWS2 from what was measured. `oxygen`: breathing added oxygen. Source: Royal College of Physicians 2017, scale 1; Swedish lathund. */
export function news2(
  {
    breaths = 16,
    saturation = 97,
    bp = [125, 75],
    pulse = 75,
    temperature = 37,
  }: Pick<Vitals, 'breaths' | 'saturation' | 'bp' | 'pulse' | 'temperature'>,
  oxygen = false,
  confused = false,
): number {
  const degrees = Math.round(temperature * 10) / 10
  return (
    points(Math.round(breaths), [9, 12, 21, 25], [3, 1, 0, 2, 3]) +
    points(Math.round(saturation), [92, 94, 96], [3, 2, 1, 0]) +
    points(Math.round(bp[0]), [91, 101, 111, 220], [3, 2, 1, 0, 3]) +
    points(Math.round(pulse), [41, 51, 91, 111, 131], [3, 1, 0, 1, 2, 3]) +
    points(degrees, [35.1, 36.1, 38.1, 39.1], [3, 1, 0, 1, 2]) +
    (oxygen ? 2 : 0) +
    (confused ? 3 : 0)
  )
}

/** The points of the band that a value lies in: bands begin at the limits. */
function points(value: number, limits: readonly number[], scores: readonly number[]): number {
  return scores[limits.filter((limit) => value >= limit).length] ?? 0
}
