import type { Point } from './results.ts'

const WIDTH = 76
const HEIGHT = 18

/** The newest values as a thin line, evenly apart, with the reference interval behind and the newest value as a dot. Told in words beside. */
export function Spark({
  points,
  interval = [undefined, undefined],
  mark,
}: {
  readonly points: readonly Point[]
  readonly interval?: readonly [number | undefined, number | undefined]
  readonly mark?: 'high' | 'low' | 'abnormal' | undefined
}) {
  const shown = points.slice(-8)
  if (shown.length < 2)
    return <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />
  const values = shown.map(({ value }) => value)
  const low = Math.min(...values, interval[0] ?? Number.POSITIVE_INFINITY)
  const high = Math.max(...values, interval[1] ?? Number.NEGATIVE_INFINITY)
  const x = (index: number) => 3 + (index / (shown.length - 1)) * (WIDTH - 6)
  const y = (value: number) => HEIGHT - 3 - ((value - low) / (high - low || 1)) * (HEIGHT - 6)
  const last = shown.at(-1) as Point
  const band = [interval[1] ?? high, interval[0] ?? low] as const
  const hasBand = interval[0] !== undefined || interval[1] !== undefined
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {hasBand && (
        <rect
          className="spark-band"
          x="0"
          y={y(band[0])}
          width={WIDTH}
          height={Math.max(1, y(band[1]) - y(band[0]))}
        />
      )}
      <polyline
        points={shown
          .map(({ value }, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
          .join(' ')}
      />
      <circle
        className={mark ? `dot ${mark}` : 'dot'}
        cx={x(shown.length - 1)}
        cy={y(last.value)}
        r="2.2"
      />
    </svg>
  )
}
