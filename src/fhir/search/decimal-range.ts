/** A number as written in a search. */
export interface DecimalRange {
  readonly value: number
  /** What its precision covers, from `lo` up to but not `hi`: `5.40` is [5.395, 5.405). */
  readonly lo: number
  readonly hi: number
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * Reads a number with the precision that its digits imply; `undefined` if it isn't one,
 * or one too large.
 * With an exponent it's one digit finer, as in the standard's own example: `1e2` is [95, 105).
 * https://hl7.org/fhir/R4/search.html#number
 */
export function parseDecimalRange(text: string): DecimalRange | undefined {
  const found = DECIMAL.exec(text)
  if (found === null || !Number.isFinite(Number(text))) return undefined
  const [, sign, whole = '', fraction = '', exponent] = found
  const scale = Number(exponent ?? 0) - fraction.length - (exponent === undefined ? 0 : 1)
  const digits = BigInt(whole + fraction + (exponent === undefined ? '' : '0'))
  // Whole numbers of tenths of the last digit, so that 5.4 begins at 5.35 and not at 5.3500000000000005.
  const middle = (sign === '-' ? -10n : 10n) * digits
  const end = (by: bigint) => Number(`${middle + by}e${scale - 1}`)
  const [value, lo, hi] = [Number(text), end(-5n), end(5n)]
  // So many digits that a double can't tell the ends apart: then the number itself is what it covers.
  return lo < hi ? { value, lo, hi } : { value, lo: value, hi: nextAfter(value) }
}

/** The next greater double. */
function nextAfter(value: number): number {
  const bits = new BigInt64Array(1)
  const float = new Float64Array(bits.buffer)
  float[0] = value
  bits[0] = (bits[0] ?? 0n) + (value < 0 ? -1n : 1n)
  return float[0] ?? value
}
