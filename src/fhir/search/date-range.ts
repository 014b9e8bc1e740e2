/** The time that a FHIR date covers by its precision: milliseconds since 1970, from `lo` up to but not `hi`. */
export interface DateRange {
  readonly lo: number
  readonly hi: number
}

const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

const DAY = 86_400_000
const MINUTE = 60_000

/**
 * Reads a `date`, `dateTime`, `instant` or search value: `2026` is the whole year, `2026-03-01T08:00:05.2Z` a tenth of
 * a second. Without a zone it is taken in UTC. Finer than a millisecond counts as that millisecond.
 * `undefined` if it isn't a date, such as `2026-02-30`. https://hl7.org/fhir/R4/search.html#date
 */
export function parseDateRange(text: string): DateRange | undefined {
  const found = DATE.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute] = found
  const y = Number(year)
  if (month === undefined) return { lo: utc(y, 0, 1), hi: utc(y + 1, 0, 1) }
  const m = Number(month) - 1
  if (m < 0 || m > 11) return undefined
  if (day === undefined) return { lo: utc(y, m, 1), hi: utc(y, m + 1, 1) }
  const d = Number(day)
  if (d < 1 || d > daysIn(y, m)) return undefined
  const midnight = utc(y, m, d)
  if (hour === undefined) return { lo: midnight, hi: midnight + DAY }
  return timeOfDay(midnight, Number(hour), Number(minute), found)
}

/** `2026-03-01T24:00` and second 60 are allowed by ISO 8601: they are the beginning of what follows. */
function timeOfDay(
  midnight: number,
  hour: number,
  minute: number,
  [, , , , , , second, fraction, zone]: readonly (string | undefined)[],
): DateRange | undefined {
  const offset = zone === undefined || zone === 'Z' ? 0 : offsetOf(zone)
  if (hour > 24 || minute > 59 || Number(second ?? 0) > 60 || offset === undefined) return undefined
  const start = midnight + (hour * 60 + minute) * MINUTE - offset
  if (second === undefined) return { lo: start, hi: start + MINUTE }
  const lo = start + Number(second) * 1000
  if (fraction === undefined) return { lo, hi: lo + 1000 }
  const part = lo + Number(fraction.slice(0, 3).padEnd(3, '0'))
  return { lo: part, hi: part + Math.max(1, 1000 / 10 ** fraction.length) }
}

function offsetOf(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE
}

/** The calendar repeats every 400 years; `Date.UTC` takes the years before 100 for 1900 and on. */
function utc(year: number, month: number, day: number): number {
  return Date.UTC(year + 400, month, day) - 146_097 * DAY
}

function daysIn(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate()
}
