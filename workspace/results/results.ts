import type { Observation, ObservationReferenceRange } from 'fhir/r4'
import { exactText } from '../api/exact-json.ts'
import { dateOf } from '../words.ts'

/** A point of a trend. */
export interface Point {
  readonly at: number
  readonly value: number
}

/** One analysis: its newest value as it was written, the change, and the way there. */
export interface ResultRow {
  /** What tells it from other rows: of one analysis in two units there are two. */
  readonly key: string
  /** Of the newest answer. */
  readonly id: string
  readonly name: string
  /** The newest value with its digits: `3,3`, `<5`, or the answer in words. */
  readonly value: string
  readonly unit: string
  readonly mark: 'high' | 'low' | 'abnormal' | undefined
  /** From the value before: `−52`. */
  readonly change: string
  readonly at: string
  /** Whether it was taken the same day as the newest of all. */
  readonly isOfNewestDay: boolean
  /** Whether the answer is words, which need room. */
  readonly isWords: boolean
  readonly interval: readonly [low: number | undefined, high: number | undefined]
  /** Reference interval in words. */
  readonly intervalText: string
  /** Oldest first. */
  readonly trend: readonly Point[]
}

/** One that was made in error, or never made, is no result. */
export const isShown = ({ status }: Observation) =>
  status !== 'entered-in-error' && status !== 'cancelled'

/** Whether the answer is words or a code rather than a number. */
export const isWords = ({ valueQuantity, valueInteger }: Observation) =>
  valueQuantity?.value === undefined && valueInteger === undefined

/** What the laboratory calls the analysis. */
export const nameOf = ({ code }: Observation) =>
  code.text ?? code.coding?.[0]?.display ?? code.coding?.[0]?.code ?? 'Analys utan namn'

/** The order in which a doctor looks; what isn't named comes after, newest first. */
const ORDER = [
  'P-CRP',
  'B-LPK',
  'P-Kalium',
  'P-Natrium',
  'P-Kreatinin',
  'Pt-eGFR(Krea)relativ',
  'P-NT-proBNP',
  'P-Troponin T',
  'B-Hb',
  'B-HbA1c',
]

/** Newest value of each analysis. What is given must be newest first; entered in error is left out. */
export function resultRows(observations: readonly Observation[]): ResultRow[] {
  const shown = observations.filter(isShown)
  const days = shown.map((each) => dateOf(takenAt(each)))
  const newestDay = days.reduce((latest, day) => (day > latest ? day : latest), '')
  const rows = [...seriesOf(shown)].map(([key, all]) => rowOf(key, all, newestDay))
  return rows.sort((a, b) => rank(a) - rank(b) || b.at.localeCompare(a.at))
}

/**
 * What may be set beside each other and subtracted: answers of one analysis in one unit. An answer in words, such as that the
 * sample was haemolysed, goes with the newest that has a unit.
 */
export function seriesOf(observations: readonly Observation[]): Map<string, Observation[]> {
  const units = new Map<string, string>()
  for (const each of observations) {
    const unit = each.valueQuantity?.unit
    if (unit !== undefined && !units.has(nameOf(each))) units.set(nameOf(each), unit)
  }
  return Map.groupBy(observations, (each) => {
    const unit = each.valueQuantity ? each.valueQuantity.unit : units.get(nameOf(each))
    return `${nameOf(each)} ${unit ?? ''}`
  })
}

/** What was taken on the newest day comes first. */
const rank = ({ name, isOfNewestDay }: ResultRow) => (isOfNewestDay ? 0 : 100) + placeOf(name)

/** The place of an analysis in the order of a doctor's eye. */
export function placeOf(name: string): number {
  const place = ORDER.indexOf(name)
  return place < 0 ? ORDER.length : place
}

/** When the sample was taken, or else when the answer came. */
export const takenAt = ({ effectiveDateTime, effectivePeriod, issued }: Observation) =>
  effectiveDateTime ?? effectivePeriod?.start ?? issued ?? ''

function rowOf(key: string, all: readonly Observation[], newestDay: string): ResultRow {
  const [newest, before] = all as [Observation, Observation | undefined]
  const range = newest.referenceRange?.[0]
  return {
    key,
    id: newest.id ?? '',
    name: nameOf(newest),
    value: valueText(newest),
    unit: newest.valueQuantity?.unit ?? '',
    mark: markOf(newest),
    change: changeOf(newest, before),
    at: takenAt(newest),
    isOfNewestDay: dateOf(takenAt(newest)) === newestDay,
    isWords: isWords(newest),
    interval: [range?.low?.value, range?.high?.value],
    intervalText: range?.text ?? intervalWords(range),
    trend: all.flatMap(pointOf).reverse(),
  }
}

/** `3,5–4,6`, `≤ 5` or `≥ 60`, where the laboratory gave no words. */
function intervalWords({ low, high }: ObservationReferenceRange = {}): string {
  const [from, to] = [low, high].map((each) => (each ? exactText(each, 'value') : ''))
  if (from && to) return `${from}–${to}`
  if (from) return `≥ ${from}`
  return to ? `≤ ${to}` : ''
}

/** Value with comparator, text or code: never empty when the laboratory said something. */
export function valueText(observation: Observation): string {
  const { valueQuantity, valueString, valueInteger, valueCodeableConcept, dataAbsentReason } =
    observation
  if (valueQuantity?.value !== undefined) {
    return `${valueQuantity.comparator ?? ''}${exactText(valueQuantity, 'value')}`
  }
  if (valueString !== undefined) return valueString
  if (valueInteger !== undefined) return String(valueInteger)
  return (
    valueCodeableConcept?.text ??
    valueCodeableConcept?.coding?.[0]?.display ??
    dataAbsentReason?.text ??
    'Värde saknas'
  )
}

/** High, low or abnormal, as the laboratory judged it. */
export function markOf({ interpretation }: Observation): ResultRow['mark'] {
  const code = interpretation?.[0]?.coding?.[0]?.code ?? ''
  if (/^H/.test(code)) return 'high'
  if (/^L/.test(code)) return 'low'
  return /^A/.test(code) || code === 'POS' ? 'abnormal' : undefined
}

/** The difference, with as many decimals as the finer of the two was written with. */
function changeOf(newest: Observation, before: Observation | undefined): string {
  const [a, b] = [newest.valueQuantity, before?.valueQuantity]
  if (a?.value === undefined || b?.value === undefined || a.unit !== b.unit) return ''
  if (a.comparator || b.comparator) return ''
  const decimals = Math.max(decimalsOf(exactText(a, 'value')), decimalsOf(exactText(b, 'value')))
  const text = (a.value - b.value).toFixed(decimals)
  if (Number(text) === 0) return '±0'
  return text.startsWith('-')
    ? text.replace('-', '−').replace('.', ',')
    : `+${text.replace('.', ',')}`
}

const decimalsOf = (text: string) => text.split(',')[1]?.length ?? 0

function pointOf(observation: Observation): Point[] {
  const value = observation.valueQuantity?.value ?? observation.valueInteger
  const at = Date.parse(takenAt(observation))
  return value === undefined || Number.isNaN(at) ? [] : [{ at, value }]
}
