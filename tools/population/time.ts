/** A day of the calendar, counted from 1970-01-01. */
export type Day = number

const DAY_MS = 86_400_000

/** `2026-11-24` as a day. */
export function dayOf(text: string): Day {
  return Math.round(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS)
}

export function dateText(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** 0 for Sunday. */
export function weekdayOf(day: Day): number {
  return (((day + 4) % 7) + 7) % 7
}

/** The same day, or the next on which care by appointment is open: no weekend, no public holiday, no eve of one. */
export function workday(day: Day): Day {
  let open = day
  while (isClosed(open)) open++
  return open
}

function isClosed(day: Day): boolean {
  const weekday = weekdayOf(day)
  return weekday === 0 || weekday === 6 || isHoliday(day)
}

/** Public holidays, with the eves on which nobody is booked. Source: lag (1989:253) om allmänna helgdagar. */
function isHoliday(day: Day): boolean {
  const [, month = '', date = ''] = dateText(day).split('-')
  if (FIXED_HOLIDAYS.has(`${month}-${date}`)) return true
  // Midsummer's eve: the Friday between 19 and 25 June.
  if (month === '06' && weekdayOf(day) === 5 && Number(date) >= 19 && Number(date) <= 25)
    return true
  return AFTER_EASTER.has(day - easterOf(yearOf(day)))
}

const FIXED_HOLIDAYS = new Set('01-01 01-06 05-01 06-06 12-24 12-25 12-26 12-31'.split(' '))
/** Good Friday, Easter Monday and Ascension Day, in days from Easter Sunday. */
const AFTER_EASTER = new Set([-2, 1, 39])

/** Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Astronomical Algorithms, ch. 8). */
function easterOf(year: number): Day {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return dayOf(`${year}-${two(Math.floor(sum / 31))}-${two((sum % 31) + 1)}`)
}

/** Swedish local time with the offset of the day; EU summer time: last Sunday of March to last Sunday of October (directive 2000/84/EC). */
export function timeText(day: Day, minutes: number): string {
  const whole = day + Math.floor(minutes / 1440)
  const rest = ((minutes % 1440) + 1440) % 1440
  const clock = `${two(Math.floor(rest / 60))}:${two(Math.floor(rest % 60))}:00`
  return `${dateText(whole)}T${clock}${isSummer(whole, rest) ? '+02:00' : '+01:00'}`
}

/** Years between, counted as birthdays. */
export function ageOn(birth: Day, day: Day): number {
  const [born, on] = [dateText(birth), dateText(day)]
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4))
  return on.slice(5) < born.slice(5) ? years - 1 : years
}

export function yearOf(day: Day): number {
  return Number(dateText(day).slice(0, 4))
}

/** The same date of another year. */
export function yearsLater(day: Day, years: number): Day {
  const text = dateText(day)
  const year = Number(text.slice(0, 4)) + years
  const date = text.slice(5) === '02-29' ? '02-28' : text.slice(5)
  return dayOf(`${year}-${date}`)
}

function isSummer(day: Day, minutes: number): boolean {
  const year = yearOf(day)
  const begins = lastSunday(`${year}-03-31`)
  const ends = lastSunday(`${year}-10-31`)
  if (day === begins) return minutes >= 180
  if (day === ends) return minutes < 180
  return day > begins && day < ends
}

function lastSunday(lastOfMonth: string): Day {
  const day = dayOf(lastOfMonth)
  return day - weekdayOf(day)
}

const two = (value: number) => String(value).padStart(2, '0')
