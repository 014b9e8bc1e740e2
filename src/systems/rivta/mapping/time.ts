/**
 * Times as RIV-TA sends them – digits, Swedish wall-clock time, no zone – as FHIR has them.
 * Source: TKB of each domain, 1.6: `YYYYMMDD`, `YYYYMMDDhhmmss`, svensk lokal tid.
 */

/**
 * `20260301083000` → `2026-03-01T08:30:00+01:00`, with the offset that Europe/Stockholm has at that time; a day, month
 * or year alone keeps its precision. In the hour that comes twice in autumn the first one is meant, as nothing tells.
 *
 * @returns `undefined` for what isn't such a time (30 February, 24 o'clock), which the caller then leaves visible
 */
export function toDateTime(text: string): string | undefined {
  const parts = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?)?)?$/.exec(text)
  const [, year = '', month, day, hour, minute = '', second = '00'] = parts ?? []
  if (parts === null || !isReal(parts.slice(1))) return undefined
  const date = [year, month, day].filter((part) => part !== undefined).join('-')
  if (hour === undefined) return date
  const clock = `${hour}:${minute}:${second}`
  return `${date}T${clock}${stockholmOffset(`${date}T${clock}Z`)}`
}

/** As {@link toDateTime}, but only the date of it. */
export function toDate(text: string): string | undefined {
  return toDateTime(text)?.slice(0, 10)
}

/** The instant in UTC with milliseconds, as `meta.lastUpdated` has it; `undefined` where it isn't known to the second. */
export function toInstant(dateTime: string | undefined): string | undefined {
  return dateTime?.includes('T') ? new Date(dateTime).toISOString() : undefined
}

/**
 * The other way: what a RIV-TA system would send, who has nothing but whole times: a day becomes its midnight, a month or
 * year its first day.
 */
export function toRivtaTime(dateTime: string): string {
  const [, date = '', clock] = /^([\d-]+)(?:T([\d:]+))?/.exec(dateTime) ?? []
  if (clock === undefined) {
    return date.replaceAll('-', '').padEnd(8, '01').padEnd(14, '0')
  }
  const instant = new Date(dateTime)
  const wall = new Date(instant.getTime() + offsetAt(instant) * 60_000)
  return wall.toISOString().slice(0, 19).replace(/\D/g, '')
}

function isReal(parts: readonly (string | undefined)[]): boolean {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    part === undefined ? undefined : Number(part),
  )
  const date = new Date(Date.UTC(year, month - 1, day))
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month <= 12
  return year > 0 && isDay && hour < 24 && minute < 60 && second < 60
}

/** Minutes east of UTC for wall-clock hours that were asked for before. Only so many, and never wrong. */
const known = new Map<string, string>()
const MOST_KNOWN = 20_000

/** @param wall a wall-clock time written as if it were UTC */
function stockholmOffset(wall: string): string {
  const hour = wall.slice(0, 13)
  const found = known.get(hour)
  if (found !== undefined) return found
  const time = Date.parse(wall)
  // Summer time first: so the first of two. An hour that doesn't exist in spring is taken as winter time.
  const minutes = [120, 60].find((each) => offsetAt(new Date(time - each * 60_000)) === each) ?? 60
  const offset = `+0${minutes / 60}:00`
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(hour, offset)
  return offset
}

const STOCKHOLM = new Intl.DateTimeFormat('en', {
  timeZone: 'Europe/Stockholm',
  timeZoneName: 'longOffset',
})

function offsetAt(instant: Date): number {
  const name = STOCKHOLM.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value
  const [, hours = '0', minutes = '0'] = /GMT\+(\d\d):(\d\d)/.exec(name ?? '') ?? []
  return Number(hours) * 60 + Number(minutes)
}
