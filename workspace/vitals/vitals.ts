import type { Observation } from 'fhir/r4'
import { exactText } from '../api/exact-json.ts'
import { isShown, nameOf, type Point, seriesOf, valueText } from '../results/results.ts'

/** A row of what is measured at the bedside. */
export interface VitalRow {
  /** What tells it from other rows. */
  readonly key: string
  /** Of the newest value. */
  readonly id: string
  readonly name: string
  readonly value: string
  readonly unit: string
  readonly at: string
  readonly trend: readonly Point[]
  /** For NEWS2: 0–4 calm, 5–6 or a single three watchful, 7 and more urgent. */
  readonly level: 'calm' | 'watch' | 'urgent' | undefined
}

const ORDER = [
  'NEWS2',
  'Andningsfrekvens',
  'SpO₂',
  'Blodtryck',
  'Puls',
  'Temp',
  'Vikt',
  'Längd',
  'BMI',
]

/** The newest of each; trends over three days for one who lies on a ward, else over all that came. */
export function vitalRows(
  observations: readonly Observation[],
  hours: number | undefined,
): VitalRow[] {
  const rows = [...seriesOf(observations.filter(isShown))].map(([key, all]) =>
    rowOf(key, all, hours),
  )
  return rows.sort((a, b) => place(a.name) - place(b.name))
}

const place = (name: string) => (ORDER.indexOf(name) < 0 ? ORDER.length : ORDER.indexOf(name))

function rowOf(key: string, all: readonly Observation[], hours: number | undefined): VitalRow {
  const newest = all[0] as Observation
  const name = nameOf(newest)
  const last = Date.parse(newest.effectiveDateTime ?? '')
  const from = hours === undefined ? 0 : last - hours * 3_600_000
  const score = newest.valueInteger
  return {
    key,
    id: newest.id ?? '',
    name,
    value: newest.component ? pressureText(newest) : valueText(newest),
    unit: newest.valueQuantity?.unit ?? (newest.component ? 'mmHg' : ''),
    at: newest.effectiveDateTime ?? '',
    trend: all
      .flatMap((each) => pointOf(each))
      .filter(({ at }) => at >= from)
      .reverse(),
    level: name === 'NEWS2' && score !== undefined ? levelOf(score) : undefined,
  }
}

/** Source: Royal College of Physicians, NEWS2, thresholds and triggers. */
function levelOf(score: number): NonNullable<VitalRow['level']> {
  if (score >= 7) return 'urgent'
  return score >= 5 ? 'watch' : 'calm'
}

/** `132/74`. */
function pressureText({ component }: Observation): string {
  return (component ?? [])
    .map(({ valueQuantity }) => (valueQuantity ? exactText(valueQuantity, 'value') : '–'))
    .join('/')
}

function pointOf({
  valueQuantity,
  valueInteger,
  component,
  effectiveDateTime,
}: Observation): Point[] {
  const value = valueQuantity?.value ?? valueInteger ?? component?.[0]?.valueQuantity?.value
  const at = Date.parse(effectiveDateTime ?? '')
  return value === undefined || Number.isNaN(at) ? [] : [{ at, value }]
}
