import type { UnitRole } from '../../../src/identity/demo-directory.ts'
import {
  type Chart,
  encounterOf,
  hasCome,
  later,
  type Moment,
  put,
  referenceTo,
  type Visit,
  visit,
} from '../chart.ts'
import type { DiagnosisCode } from '../facts/diagnoses.ts'
import { type Colleague, teamAt } from '../organisations.ts'
import { news2 } from './news2.ts'
import { note, type Section } from './notes.ts'
import { type LabValues, labs, type Vitals, vitals } from './results.ts'

type Bedside = Required<Pick<Vitals, 'bp' | 'pulse' | 'breaths' | 'saturation' | 'temperature'>>

/** A stay on a ward, from coming to going home. Series hold one value a day; the last one goes on. */
export interface Stay {
  readonly ward: UnitRole
  readonly day: number
  /** Nights. With more than there have been so far, the patient is still there. */
  readonly nights: number
  readonly reason: DiagnosisCode
  readonly reasonText: string
  readonly place?: string
  /** Comes from home, by appointment; not through the emergency department. */
  readonly isPlanned?: true
  readonly arrival: readonly Section[]
  readonly admission: readonly (Section | undefined)[]
  /** One per day after the first. */
  readonly daily?: readonly (readonly Section[])[]
  /** One every other evening, in turn, as long as there are any. */
  readonly nursing?: readonly (readonly Section[])[]
  readonly epicrisis: readonly (Section | undefined)[]
  readonly labs: Partial<{ readonly [K in keyof LabValues]: readonly number[] }>
  /** At arrival and when well. */
  readonly vitals: readonly [Bedside, Bedside]
  /** Days with added oxygen. */
  readonly oxygenDays?: number
  readonly confusedDays?: number
  /** kg, one a day. */
  readonly weights?: readonly number[]
  readonly pal?: Colleague
  readonly pas?: Colleague
  /** Days until the measures are as when well. */
  readonly recovery?: number
}

/** Writes a stay: emergency visit, admission note, days, nursing, discharge note. Gives the ward's visit, to hang more on. */
export function admit(chart: Chart, stay: Stay): Visit {
  chart.stays.push([stay.day, stay.day + stay.nights])
  const comes = stay.isPlanned ? 7 * 60 : emergency(chart, stay)

  const team = teamAt(chart.region, stay.ward)
  const pal = stay.pal ?? chart.random.pick(team.doctors)
  const pas = stay.pas ?? chart.random.pick(team.nurses)
  const ward = visit(chart, {
    unit: stay.ward,
    day: stay.day,
    at: comes,
    kind: 'IMP',
    type: 'Vårdtillfälle',
    who: pal,
  })
  const leaves = { day: stay.day + stay.nights, minutes: 11 * 60 + 5 * chart.random.whole(0, 30) }
  const isHome = hasCome(chart, leaves)
  put(chart, inpatientEncounter(ward, stay, pas, isHome ? leaves : undefined))
  note(ward, 'Inskrivning', stay.admission, { at: later(ward.at, 30) })
  for (let index = 1; index <= stay.nights; index++) oneDay(ward, stay, index, pas)
  if (isHome) note(ward, 'Epikris', stay.epicrisis, { at: leaves, by: pal })
  else firstEvening(ward, stay)
  return ward
}

/** The emergency visit before. Gives when the ward takes over, in minutes after midnight. */
function emergency(chart: Chart, stay: Stay): number {
  const arrival = visit(chart, {
    unit: 'emergency',
    day: stay.day,
    at: 9 * 60 + 5 * chart.random.whole(0, 60),
    length: 260,
    kind: 'EMER',
    type: 'Akutbesök',
    reason: stay.reason,
    reasonText: stay.reasonText,
  })
  vitals(arrival, {
    ...measured(chart, stay, 0),
    news2: scoreOf(stay, measured(chart, stay, 0), 0),
  })
  note(arrival, 'Akutanteckning', stay.arrival, { at: later(arrival.at, 90) })
  labs(arrival, valuesOn(stay, 0), 'Akutprover', later(arrival.at, 20))
  return arrival.at.minutes + 265
}

function inpatientEncounter(ward: Visit, stay: Stay, pas: Colleague, leaves: Moment | undefined) {
  const { reason, reasonText } = stay
  const encounter = encounterOf(ward, { type: 'Vårdtillfälle', reason, reasonText }, 'IMP', leaves)
  const coding = encounter.participant?.[0]?.type?.[0]?.coding ?? []
  const nurse = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
  return {
    ...encounter,
    participant: [
      { type: [{ coding, text: 'PAL' }], individual: referenceTo(ward.by) },
      {
        type: [{ coding: [{ system: nurse, code: 'PPRF' }], text: 'PAS' }],
        individual: referenceTo(pas),
      },
    ],
    location: [{ location: { display: stay.place ?? placeBy(ward) }, status: 'active' as const }],
  }
}

function placeBy({ chart }: Visit): string {
  return `Sal ${chart.random.whole(1, 12)}, plats ${chart.random.whole(1, 2)}`
}

function oneDay(ward: Visit, stay: Stay, index: number, pas: Colleague): void {
  const { chart } = ward
  const day = stay.day + index
  const isLast = index === stay.nights
  const morning = { day, minutes: 6 * 60 + 10 }
  if (hasCome(chart, later(morning, 60)) && Object.keys(valuesOn(stay, index)).length > 0) {
    labs(ward, valuesOn(stay, index), 'Morgonprover', morning)
  }
  bedside(ward, stay, index)
  const round = { day, minutes: 10 * 60 + 5 * chart.random.whole(0, 24) }
  const sections = stay.daily?.[index - 1]
  if (sections && !isLast && hasCome(chart, later(round, 40))) {
    note(ward, 'Daganteckning', sections, { at: round })
  }
  const evening = { day, minutes: 20 * 60 + 15 }
  const nursing = index % 2 === 1 ? stay.nursing?.[(index - 1) / 2] : undefined
  if (nursing && !isLast && hasCome(chart, later(evening, 40))) {
    note(ward, 'Omvårdnadsanteckning', nursing, { at: evening, by: pas })
  }
}

function bedside(ward: Visit, stay: Stay, index: number): void {
  const { chart } = ward
  const day = stay.day + index
  const isLast = index === stay.nights
  for (const minutes of isRecent(chart, day) ? [365, 725, 1085, 1325] : [365, 1085]) {
    const at = { day, minutes }
    if (!hasCome(chart, at) || (isLast && minutes > 600)) continue
    const values = measured(chart, stay, index + (minutes - 365) / 1440)
    const weight =
      minutes === 365 ? stay.weights?.[Math.min(index, stay.weights.length - 1)] : undefined
    const score = scoreOf(stay, values, index)
    vitals(ward, { ...values, news2: score, ...(weight === undefined ? {} : { weight }) }, at)
  }
}

/** Who still lies there was measured when they came to the ward, and once more before the night. */
function firstEvening(ward: Visit, stay: Stay): void {
  const { chart } = ward
  for (const minutes of [ward.at.minutes + 20, 1325]) {
    const at = { day: stay.day, minutes }
    if (!hasCome(chart, at)) continue
    const values = measured(chart, stay, 0)
    vitals(ward, { ...values, news2: scoreOf(stay, values, 0) }, at)
  }
}

const isRecent = (chart: Chart, day: number) => chart.now.day - day <= 3

function valuesOn({ labs: series }: Stay, index: number): LabValues {
  return Object.fromEntries(
    Object.entries(series)
      .filter(([, values]) => values !== undefined && index < values.length)
      .map(([name, values]) => [name, values?.[index] ?? 0]),
  )
}

/** Between arrival and well, by how many days have gone; with the small unrest of real measures. */
function measured(
  chart: Chart,
  { vitals: [ill, well], recovery = 4 }: Stay,
  days: number,
): Bedside {
  const share = Math.min(1, days / recovery)
  const between = (from: number, to: number, unrest: number) =>
    from + (to - from) * share + (chart.random.next() - 0.5) * unrest
  return {
    bp: [
      Math.round(between(ill.bp[0], well.bp[0], 8)),
      Math.round(between(ill.bp[1], well.bp[1], 6)),
    ],
    pulse: Math.round(between(ill.pulse, well.pulse, 6)),
    breaths: Math.round(between(ill.breaths, well.breaths, 1)),
    saturation: Math.min(99, Math.round(between(ill.saturation, well.saturation, 1))),
    temperature: Math.round(between(ill.temperature, well.temperature, 0.3) * 10) / 10,
  }
}

function scoreOf({ oxygenDays = 0, confusedDays = 0 }: Stay, values: Bedside, day: number): number {
  return news2(values, day < oxygenDays, day < confusedDays)
}
