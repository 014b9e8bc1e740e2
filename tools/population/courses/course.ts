import { ageAt, type Chart, diagnosisOf, type Visit, visit } from '../chart.ts'
import type { DiagnosisCode } from '../facts/diagnoses.ts'
import { type Vitals, vitals } from '../records/results.ts'
import { type Day, dateText, workday, yearsLater } from '../time.ts'

/** What happens to somebody over the years. Nothing it writes may lie after now. */
export type Course = (chart: Chart) => void

/** A day of each year since `from`, about the same date, on workdays, until now. */
export function* yearly(chart: Chart, from: Day, everyMonths = 12): Generator<Day> {
  for (let turn = 0; ; turn++) {
    const drift = chart.random.whole(-12, 12)
    const whole = yearsLater(from, Math.floor((turn * everyMonths) / 12))
    const day = workday(whole + Math.round(((turn * everyMonths) % 12) * 30.4) + (turn ? drift : 0))
    if (day >= chart.now.day) return
    if (day >= chart.begins) yield day
  }
}

/** A workday between two, both days in the past. */
export function dayBetween(chart: Chart, from: Day, to: Day): Day {
  const last = Math.min(to, chart.now.day - 3)
  const day = workday(chart.random.whole(from, Math.max(from, last - 2)))
  return Math.min(day, chart.now.day - 1)
}

/** When a long illness was found: before the ten years for some, else within the first seven. */
export function onsetOf(chart: Chart, shareBefore = 0.5): Day {
  const { random, begins, now } = chart
  const before = begins - random.whole(60, 2200)
  const span = Math.max(30, Math.round((now.day - begins) * 0.7))
  return random.chance(shareBefore)
    ? Math.max(chart.person.birth + 7000, before)
    : dayBetween(chart, begins, begins + span)
}

/** A visit at the patient's own health centre. */
export function atCentre(
  chart: Chart,
  day: Day,
  type: string,
  reason?: DiagnosisCode,
  options: { by?: 'nurse'; text?: string; kind?: 'VR' } = {},
): Visit {
  return visit(chart, {
    unit: chart.centre,
    day,
    type,
    ...(reason ? { reason } : {}),
    ...(options.text ? { reasonText: options.text } : {}),
    ...(options.by ? { by: options.by } : {}),
    ...(options.kind ? { kind: options.kind } : {}),
  })
}

/** Blood pressure about what it is for this person, `over` mmHg higher. */
export function pressureOf({ body, random }: Chart, over = 0): readonly [number, number] {
  return [
    Math.round(random.about(body.systolic + over, 5)),
    Math.round(random.about(body.diastolic + over / 2, 4)),
  ]
}

/** kg on a day: drifts slowly over the years, and by what the illness does. */
export function weightOn({ body, begins, random }: Chart, day: Day, change = 0): number {
  const drift = ((day - begins) / 365) * 0.2 + (body.isSteady ? 0 : change)
  return Math.round((body.weight + drift + random.about(0, 0.6)) * 10) / 10
}

export function measure(at: Visit, more: Vitals): void {
  vitals(at, more)
}

export const nameOf = (code: DiagnosisCode) => diagnosisOf(code).text ?? code

/** What the heart sounds like on a day: irregular once atrial fibrillation is permanent. */
export function rhythmText(chart: Chart, day: Day): string {
  const hasFibrillation = chart.resources.some(
    (each) =>
      each.resourceType === 'Condition' &&
      each.code?.coding?.[0]?.code === 'I48.2' &&
      (each.onsetDateTime ?? '') <= dateText(day),
  )
  return hasFibrillation ? 'oregelbunden rytm' : 'regelbunden rytm'
}

/** `82-årig kvinna`. */
export function personText(chart: Chart, day: Day): string {
  const age = ageAt(chart, day)
  return `${age}-årig ${chart.person.sex === 'female' ? 'kvinna' : 'man'}`
}

export const she = ({ person }: Chart) => (person.sex === 'female' ? 'hon' : 'han')
