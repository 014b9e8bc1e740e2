import { noTimes, timeWithin } from './time-classes.ts'

/** A row of `systems.region_sample`. */
export interface SampleRow {
  readonly region: string
  readonly slot: Date
  readonly asked: number
  readonly failed: number
  readonly pings: number
  readonly missed: number
  readonly times: readonly number[]
  readonly pingTimes: readonly number[]
  readonly version: string | null
}

/** Half an hour of a region. */
export interface MeasuredPoint {
  /** ISO time that it begins. */
  readonly at: string
  /** Milliseconds: of the questions, or of the pings where nobody asked; `undefined` where nothing was answered. */
  readonly p95: number | undefined
  readonly asked: number
  readonly failed: number
  readonly pings: number
  readonly missed: number
}

/** How a region has answered, as it was measured here. */
export interface Measured {
  /** What its system last said that it is. */
  readonly version: string | undefined
  /** Milliseconds, of the questions of the last day. */
  readonly p95: number | undefined
  /** Since midnight in Sweden. */
  readonly askedToday: number
  readonly failedToday: number
  /** Share of the pings that were answered, 0 to 1; of thirty days, or since `since` where that's later. */
  readonly available: number | undefined
  /** ISO time of the first sample that is counted. */
  readonly since: string
  /** The last 24 hours, the oldest first: every half hour, also those without anything. */
  readonly day: readonly MeasuredPoint[]
}

const HALF_HOUR = 1_800_000
const POINTS = 48

/** What rows of a day and the sums of a month say of a region at a time. */
export function measuredFrom(
  day: readonly SampleRow[],
  month: { readonly pings: number; readonly missed: number; readonly since: string },
  now: number,
): Measured {
  const last = Math.floor(now / HALF_HOUR)
  const points = Array.from({ length: POINTS }, (_, at) => {
    const began = (last - POINTS + 1 + at) * HALF_HOUR
    return pointOf(
      day.filter(({ slot }) => isIn(slot, began)),
      began,
    )
  })
  const midnight = SWEDISH_DAY.format(now)
  const today = day.filter(({ slot }) => SWEDISH_DAY.format(slot) === midnight)
  const version = day.findLast((row) => row.version !== null)?.version ?? undefined
  return {
    version,
    p95: timeWithin(sumOf(day.map(({ times }) => times)), 0.95),
    askedToday: total(today, 'asked'),
    failedToday: total(today, 'failed'),
    available: month.pings === 0 ? undefined : 1 - month.missed / month.pings,
    since: month.since,
    day: points,
  }
}

const SWEDISH_DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' })

const isIn = (slot: Date, began: number) =>
  slot.getTime() >= began && slot.getTime() < began + HALF_HOUR

function pointOf(rows: readonly SampleRow[], began: number): MeasuredPoint {
  const asked = timeWithin(sumOf(rows.map(({ times }) => times)), 0.95)
  const pinged = timeWithin(sumOf(rows.map(({ pingTimes }) => pingTimes)), 0.95)
  return {
    at: new Date(began).toISOString(),
    p95: asked ?? pinged,
    asked: total(rows, 'asked'),
    failed: total(rows, 'failed'),
    pings: total(rows, 'pings'),
    missed: total(rows, 'missed'),
  }
}

function total(rows: readonly SampleRow[], name: 'asked' | 'failed' | 'pings' | 'missed'): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}

function sumOf(all: readonly (readonly number[])[]): readonly number[] {
  const sum = noTimes()
  for (const times of all) {
    for (const [place, count] of times.entries()) sum[place] = (sum[place] ?? 0) + count
  }
  return sum
}
