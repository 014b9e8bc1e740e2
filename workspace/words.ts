const DAY_MS = 86_400_000
const WEEKDAYS = ['sön', 'mån', 'tis', 'ons', 'tors', 'fre', 'lör']

/** `2026-11-24` of a FHIR date or time, as it stands: local where it was written. What is written in UTC was so nowhere. */
export const dateOf = (text: string | undefined) => (text ? local(text).slice(0, 10) : '')

/** `06:10`, or nothing for a date alone. */
export const clockOf = (text: string | undefined) => (text ? local(text).slice(11, 16) : '')

function local(text: string): string {
  if (!/T.*(Z|[+-]00:00)$/.test(text)) return text
  const at = new Date(text)
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((each) =>
    String(each).padStart(2, '0'),
  )
  return Number.isNaN(at.getTime()) ? text : `${localDate(at)}T${hours}:${minutes}`
}

/** Whole days from a FHIR date or time to today. */
export function daysAgo(text: string | undefined, now = new Date()): number {
  const day = Date.parse(`${dateOf(text)}T00:00:00Z`)
  return Math.round((Date.parse(`${localDate(now)}T00:00:00Z`) - day) / DAY_MS)
}

/** Today as `2026-11-24`, where the user is. */
export function localDate(now = new Date()): string {
  const month = String(now.getMonth() + 1).padStart(2, '0')
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, '0')}`
}

/** As short as can be without doubt: `06:10`, `i går 11:20`, `lör 10:15`, `2026-10-03`. */
export function momentText(text: string | undefined, now = new Date()): string {
  if (!text) return ''
  const days = daysAgo(text, now)
  const clock = clockOf(text)
  if (days === 0) return clock ? `i dag ${clock}` : 'i dag'
  if (days === 1) return clock ? `i går ${clock}` : 'i går'
  if (days > 1 && days < 6) {
    const weekday = WEEKDAYS[new Date(`${dateOf(text)}T12:00:00`).getDay()] ?? ''
    return clock ? `${weekday} ${clock}` : weekday
  }
  return dateOf(text)
}

/** `79 år`; `14 mån` below two years and `12 dagar` below a month, as doses for small children need. */
export function ageText(birthDate: string | undefined, on = localDate()): string | undefined {
  if (!birthDate || birthDate.length < 10) return undefined
  const [year = 0, month = 0, day = 0] = on.split('-').map(Number)
  const [bornYear = 0, bornMonth = 0, bornDay = 0] = birthDate.split('-').map(Number)
  const months = (year - bornYear) * 12 + month - bornMonth - (day < bornDay ? 1 : 0)
  if (months >= 24) return `${Math.floor(months / 12)} år`
  if (months >= 1) return `${months} mån`
  const days = Math.round((Date.parse(on) - Date.parse(birthDate.slice(0, 10))) / DAY_MS)
  return days < 0 ? undefined : counted(days, 'dag', 'dagar')
}

/** `19471105-2326` of twelve digits; anything else as it stands. */
export function personnummerText(digits: string | undefined): string {
  return digits && /^\d{12}$/.test(digits)
    ? `${digits.slice(0, 8)}-${digits.slice(8)}`
    : (digits ?? '')
}

/** `1 besök`, `3 besök`. */
export const counted = (count: number, one: string, several: string) =>
  `${count.toLocaleString('sv-SE')} ${count === 1 ? one : several}`
