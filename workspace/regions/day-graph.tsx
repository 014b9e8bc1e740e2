import { type GraphRow, graphWords } from './day-graph.ts'

const WIDTH = 116
const HEIGHT = 22

/** How a region has answered for a day: a line of times, broken where nobody was answered, with marks where answers failed. */
export function DayGraph({ points }: { readonly points: readonly GraphRow[] }) {
  const times = points.flatMap(({ p95 }) => p95 ?? [])
  if (times.length === 0) return <span className="heard">Inte mätt ännu</span>
  const high = Math.max(...times, 1)
  const low = Math.min(...times) / 2
  const x = (place: number) => 2 + (place / Math.max(1, points.length - 1)) * (WIDTH - 4)
  const y = (time: number) => HEIGHT - 5 - ((time - low) / (high - low || 1)) * (HEIGHT - 9)
  const at = (place: number, time: number) => `${x(place).toFixed(1)},${y(time).toFixed(1)}`
  return (
    <svg className="day-graph" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
      <title>{graphWords(points)}</title>
      {lines(points).map((line) => (
        <polyline
          key={line[0]?.[0]}
          className={line.length === 1 ? 'alone' : undefined}
          points={(line.length === 1 ? [...line, ...line] : line)
            .map(([place, time]) => at(place, time))
            .join(' ')}
        />
      ))}
      {points.map(
        ({ at: moment, isFailing }, place) =>
          isFailing && (
            <line
              key={moment}
              className="failing"
              x1={x(place)}
              x2={x(place)}
              y1={HEIGHT - 4}
              y2={HEIGHT}
            />
          ),
      )}
    </svg>
  )
}

type Point = readonly [place: number, time: number]

/** The points in lines, a new one after each gap. */
function lines(points: readonly GraphRow[]): readonly (readonly Point[])[] {
  const found: Point[][] = []
  for (const [place, { p95 }] of points.entries()) {
    if (p95 === undefined) continue
    const isNext = points[place - 1]?.p95 !== undefined
    if (isNext) found.at(-1)?.push([place, p95])
    else found.push([[place, p95]])
  }
  return found
}
