import type { DiagnosticReport, Observation } from 'fhir/r4'
import {
  ageAt,
  atLatestNow,
  type Chart,
  CODE_SYSTEMS,
  encounterReference,
  later,
  type Moment,
  metaOf,
  put,
  subjectOf,
  textOf,
  type Visit,
} from '../chart.ts'
import { exact, swedish } from '../exact.ts'
import { ANALYSES, type Analysis, type AnalysisName, type Interval } from '../facts/labs.ts'
import { idOf, teamAt } from '../organisations.ts'

/** Values by analysis. */
export type LabValues = Partial<Record<AnalysisName, number>>

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'

/** Blood or urine is taken, and the answer comes: one report with its analyses. */
export function labs(visit: Visit, values: LabValues, title = 'Klinisk kemi', at = visit.at): void {
  const { chart } = visit
  const laboratory = teamAt(chart.region, 'laboratory').unit.hsaId
  const issued = atLatestNow(chart, later(at, isHospital(visit) ? 55 : 360))
  const results = Object.entries(values).map(([name, value]) => {
    const observation = labResult(visit, name as AnalysisName, value, at, issued)
    put(chart, observation)
    return { reference: `Observation/${observation.id}`, display: name }
  })
  const report: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
            code: 'LAB',
            display: 'Laboratory',
          },
        ],
      },
    ],
    code: { text: title },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    effectiveDateTime: textOf(at),
    issued: textOf(issued),
    performer: [{ reference: `Organization/${idOf(laboratory)}`, display: 'Klinisk kemi' }],
    result: results,
  }
  put(chart, report)
}

const isHospital = ({ role }: Visit) => role.endsWith('Ward') || role === 'emergency'

function labResult(
  visit: Visit,
  name: AnalysisName,
  value: number,
  at: Moment,
  issued: Moment,
): Observation {
  const { chart } = visit
  const analysis: Analysis = ANALYSES[name]
  const interval = analysis.interval(chart.person.sex, ageAt(chart, at.day))
  const { code, unit, ucum, decimals } = analysis
  return {
    resourceType: 'Observation',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'laboratory', display: 'Laboratory' }] }],
    code: {
      ...(code ? { coding: [{ system: CODE_SYSTEMS.npu, code, display: name }] } : {}),
      text: name,
    },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    effectiveDateTime: textOf(at),
    issued: textOf(issued),
    valueQuantity: {
      value: exact(value, decimals),
      unit,
      ...(ucum ? { system: CODE_SYSTEMS.ucum, code: ucum } : {}),
    },
    interpretation: [interpretationOf(Number(value.toFixed(decimals)), interval)],
    referenceRange: [rangeOf(interval, decimals)],
  }
}

const MEANINGS = { H: 'High', L: 'Low', N: 'Normal' } as const

function interpretationOf(value: number, [low, high]: Interval) {
  const code =
    low !== undefined && value < low ? 'L' : high !== undefined && value > high ? 'H' : 'N'
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
  return { coding: [{ system, code, display: MEANINGS[code] }] }
}

function rangeOf([low, high]: Interval, decimals: number) {
  const shown = (value: number) => swedish(value, decimals)
  const text =
    low === undefined
      ? `< ${shown(high ?? 0)}`
      : high === undefined
        ? `> ${shown(low)}`
        : `${shown(low)}–${shown(high)}`
  return {
    ...(low === undefined ? {} : { low: { value: exact(low, decimals) } }),
    ...(high === undefined ? {} : { high: { value: exact(high, decimals) } }),
    text,
  }
}

/** A culture or another answer in words. */
export function microbiology(visit: Visit, text: string, answer: string, at: Moment): void {
  const { chart } = visit
  put(chart, {
    resourceType: 'Observation',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: answer.startsWith('Preliminärt') ? 'preliminary' : 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'laboratory', display: 'Laboratory' }] }],
    code: { text },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    effectiveDateTime: textOf(visit.at),
    issued: textOf(atLatestNow(chart, at)),
    valueString: answer,
    performer: [{ display: 'Klinisk mikrobiologi' }],
  })
}

/** What is measured at the bedside. Temperature in °C with one decimal, weight in kg, height in cm. */
export interface Vitals {
  readonly bp?: readonly [systolic: number, diastolic: number]
  readonly pulse?: number
  readonly breaths?: number
  readonly saturation?: number
  readonly temperature?: number
  readonly weight?: number
  readonly height?: number
  readonly news2?: number
}

const MEASURES = {
  pulse: ['8867-4', 'Puls', '/min', '/min', 0],
  breaths: ['9279-1', 'Andningsfrekvens', '/min', '/min', 0],
  saturation: ['2708-6', 'SpO₂', '%', '%', 0],
  temperature: ['8310-5', 'Temp', '°C', 'Cel', 1],
  weight: ['29463-7', 'Vikt', 'kg', 'kg', 1],
  height: ['8302-2', 'Längd', 'cm', 'cm', 0],
} as const

export function vitals(visit: Visit, measured: Vitals, at = visit.at): void {
  const { chart } = visit
  const { bp, news2 } = measured
  if (bp) put(chart, { ...vitalBase(visit, at, '85354-9', 'Blodtryck'), component: pressures(bp) })
  for (const [name, [code, text, unit, ucum, decimals]] of Object.entries(MEASURES)) {
    const value = measured[name as keyof typeof MEASURES]
    if (value === undefined) continue
    put(chart, {
      ...vitalBase(visit, at, code, text),
      valueQuantity: { value: exact(value, decimals), unit, system: CODE_SYSTEMS.ucum, code: ucum },
    })
  }
  const { weight, height } = measured
  if (weight && height) {
    const value = exact(weight / (height / 100) ** 2, 1)
    const quantity = { value, unit: 'kg/m²', system: CODE_SYSTEMS.ucum, code: 'kg/m2' }
    put(chart, { ...vitalBase(visit, at, '39156-5', 'BMI'), valueQuantity: quantity })
  }
  if (news2 !== undefined) {
    const { code, ...base } = vitalBase(visit, at, '', 'NEWS2')
    put(chart, { ...base, code: { text: code.text ?? 'NEWS2' }, valueInteger: news2 })
  }
}

function vitalBase(visit: Visit, at: Moment, code: string, text: string): Observation {
  const { chart, unit } = visit
  return {
    resourceType: 'Observation',
    id: chart.random.uuid(),
    meta: metaOf(unit),
    status: 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'vital-signs', display: 'Vital Signs' }] }],
    code: { coding: [{ system: CODE_SYSTEMS.loinc, code }], text },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    effectiveDateTime: textOf(at),
  }
}

function pressures([systolic, diastolic]: readonly [number, number]) {
  return (
    [
      ['8480-6', 'Systoliskt', systolic],
      ['8462-4', 'Diastoliskt', diastolic],
    ] as const
  ).map(([code, text, value]) => ({
    code: { coding: [{ system: CODE_SYSTEMS.loinc, code }], text },
    valueQuantity: {
      value: exact(value, 0),
      unit: 'mmHg',
      system: CODE_SYSTEMS.ucum,
      code: 'mm[Hg]',
    },
  }))
}

/** eGFR from creatinine, age and sex, mL/min/1,73 m². Source: Björk et al. 2011, the revised Lund-Malmö formula, used in Sweden. */
export function egfrOf(chart: Chart, creatinine: number, day: number): number {
  const age = Math.max(18, ageAt(chart, day))
  const isWoman = chart.person.sex === 'female'
  const limit = isWoman ? 150 : 180
  const x =
    creatinine < limit
      ? isWoman
        ? 2.5 + 0.0121 * (150 - creatinine)
        : 2.56 + 0.00968 * (180 - creatinine)
      : (isWoman ? 2.5 : 2.56) - 0.926 * Math.log(creatinine / limit)
  return Math.max(5, Math.round(Math.exp(x - 0.0158 * age + 0.438 * Math.log(age))))
}
