import { chanceFrom } from '../law-oracle/cells.ts'

/** Whether two ways of asking take the same time, and how sure that is. */
export interface TimeDifference {
  readonly pairs: number
  /** Milliseconds: how much longer the first takes than the other, in the median pair. */
  readonly median: number
  /** Between these it is, with {@link SURE}; milliseconds. */
  readonly least: number
  readonly most: number
  /** What the other takes, in the median; milliseconds. */
  readonly usual: number
}

/** Standard deviations: by chance beyond in one of 16,000 comparisons. */
const SURE = 4
/** Pairs that don't count, while everything warms up. */
const WARMING = 20
/** After so many pairs each time it is looked whether it is settled. */
const LOOK = 40
/** A refusal is about so many look-ups in the database. */
const LOOK_UP = 6

/**
 * Asks in pairs, in an order that chance decides, and takes the median of the differences within pairs. Whatever else the
 * machine does then falls on either side as often, however loaded it is and whatever its noise looks like: where both
 * take the same time, the sign of each difference is a toss of a coin. The bounds are those of the sign test. It goes on until
 * that is settled, or there are as many pairs as there may be.
 *
 * @param first asks the one, of the pair's number
 */
export async function timeDifference(
  pairs: number,
  first: (pair: number) => Promise<unknown>,
  other: (pair: number) => Promise<unknown>,
): Promise<TimeDifference> {
  const chance = chanceFrom(pairs)
  const measured: (readonly [first: number, other: number])[] = []
  for (let pair = 0; pair < pairs + WARMING; pair++) {
    const isFirst = chance() < 0.5
    const [a, b] = isFirst ? [first, other] : [other, first]
    const [one, two] = [await timeOf(() => a(pair)), await timeOf(() => b(pair))]
    if (pair < WARMING) continue
    measured.push(isFirst ? [one, two] : [two, one])
    if (measured.length % LOOK !== 0) continue
    const found = summed(measured)
    if (tells(found) || isSettled(found)) return found
  }
  return summed(measured)
}

function summed(measured: readonly (readonly [number, number])[]): TimeDifference {
  const pairs = measured.length
  const differences = measured.map(([first, other]) => first - other).sort((a, b) => a - b)
  const others = measured.map(([, other]) => other).sort((a, b) => a - b)
  const spread = (SURE * Math.sqrt(pairs)) / 2
  const at = (place: number) => {
    return differences[Math.min(pairs - 1, Math.max(0, Math.round(place)))] ?? 0
  }
  return {
    pairs,
    median: at(pairs / 2),
    least: at(pairs / 2 - spread),
    most: at(pairs / 2 + spread),
    usual: others[pairs >> 1] ?? 0,
  }
}

/** That it is less than a look-up in the database takes is known for certain. */
const isSettled = ({ least, most, usual }: TimeDifference) =>
  Math.max(-least, most) < usual / LOOK_UP

/**
 * Whether the difference tells something: it is there for certain, and is more than a tenth of what an answer takes. To read a
 * row takes a twentieth longer than to read none, which drowns in any network; a look-up or a commit more is a sixth, or half.
 */
export function tells({ least, most, usual }: TimeDifference): boolean {
  const margin = usual / 10
  return least > margin || most < -margin
}

async function timeOf(ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await ask()
  return performance.now() - began
}
