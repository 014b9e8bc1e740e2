import { ageAt, type Chart } from '../chart.ts'
import { book } from '../records/requests.ts'
import { workday } from '../time.ts'

/** Half-hours from 8:00 to 15:30, lunch apart. */
const SLOTS = [16, 17, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30, 31]

/** A time at the health centre today, or in the two weeks to come, for some. */
export function bookings(chart: Chart): void {
  const { random, now } = chart
  const days = random.weighted([
    [0, 3],
    [random.whole(1, 14), 5],
    [undefined, 12],
  ] as const)
  if (days === undefined) return
  const day = workday(now.day + days)
  book(chart, {
    unit: chart.centre,
    at: { day, minutes: random.pick(SLOTS) * 30 },
    isOpen: true,
    what: ageAt(chart, day) < 6 ? 'BVC, hälsobesök' : random.pick(VISITS),
  })
}

const VISITS = [
  'Läkarbesök',
  'Läkarbesök',
  'Läkarbesök, uppföljning',
  'Distriktssköterska',
  'Provtagning',
]
