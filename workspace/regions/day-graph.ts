/** Half an hour of a region, as the server has measured it. */
export interface MeasuredPoint {
  /** ISO time. */
  readonly at: string
  /** Milliseconds; not there where nothing was answered. */
  readonly p95?: number
  readonly asked: number
  readonly failed: number
  readonly pings: number
  readonly missed: number
}

/** A point of the graph of a day. */
export interface GraphRow {
  readonly at: string
  readonly p95: number | undefined
  /** Whether some question or ping wasn't answered. */
  readonly isFailing: boolean
}

/** Points of a graph. What a failing half hour took is not its time: it may have been answered late or never. */
export function graphRows(day: readonly MeasuredPoint[]): readonly GraphRow[] {
  return day.map(({ at, p95, failed, missed }) => ({ at, p95, isFailing: failed + missed > 0 }))
}

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  hour: '2-digit',
  minute: '2-digit',
})

/** The graph in words: `Senaste dygnet 120–480 ms, nu 180 ms. Svarade inte alltid: 08:30, 09:00.` */
export function graphWords(points: readonly GraphRow[]): string {
  const times = points.flatMap(({ p95 }) => p95 ?? [])
  const last = times.at(-1)
  if (last === undefined) return 'Inte mätt ännu'
  const [low, high] = [Math.round(Math.min(...times)), Math.round(Math.max(...times))]
  const span = low === high ? `${low} ms` : `${low}–${high} ms`
  const failing = points.filter(({ isFailing }) => isFailing)
  const shown = failing.slice(-4).map(({ at }) => CLOCK.format(Date.parse(at)))
  const more = failing.length > shown.length ? `${failing.length} halvtimmar, senast ` : ''
  const missing = failing.length === 0 ? '' : ` Svarade inte alltid: ${more}${shown.join(', ')}.`
  return `Senaste dygnet ${span}, nu ${Math.round(last)} ms.${missing}`
}
