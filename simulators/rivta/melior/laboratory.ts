import type { CodeableConcept, DiagnosticReport, Observation, Quantity } from 'fhir/r4'
import { valueText } from '../../../src/systems/rivta/provide/laboratory-3.ts'
import { digits } from '../../../src/systems/rivta/provide/message.ts'
import { personOf } from '../../../src/systems/rivta/provide/production.ts'
import type { LaboratoryAnswer } from '../../../src/systems/rivta/provide/reports.ts'
import { type ActivityKind, activitiesOf, referralIn } from './activities.ts'
import {
  conceptColumns,
  conceptIn,
  type Desk,
  encounterIn,
  headerColumns,
  isTakenBack,
  joinedNotes,
  localTime,
  metaIn,
  notesIn,
  numberIn,
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import { enterReferral } from './referrals.ts'
import type { MeliorTables, NewRow, Row } from './tables.ts'

/** An answer from the laboratory, with every value as the text it came as. */
export function enterAnswer(desk: Desk, { resource, report, analyses }: LaboratoryAnswer): void {
  const kind = report ? 'labsvar' : 'analys'
  const activity = enter(desk, resource, kind, report?.conclusion, report?.code)
  for (const [at, each] of analyses.entries()) enterAnalysis(desk, activity, at, each)
}

/** What was measured at the bedside: kept, and in no contract. */
export function enterMeasured(desk: Desk, measured: Observation): void {
  const activity = enter(desk, measured, 'mätvärde', undefined, measured.code)
  enterAnalysis(desk, activity, 0, measured)
}

function enter(
  desk: Desk,
  resource: LaboratoryAnswer['resource'],
  kind: ActivityKind,
  conclusion: string | undefined,
  code: CodeableConcept | undefined,
): string {
  const { id, subject = {}, encounter, status } = resource
  return desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, resource, {
      patient: subject,
      encounter,
      person: personOf(resource.performer?.[0], desk),
      registered: resource.issued,
      takenBack: status === 'entered-in-error',
    }),
    slag: kind,
    ...conceptColumns('atgard', code),
    status,
    tid: localTime(resource.effectiveDateTime),
    svar: conclusion,
    remissid: enterReferral(desk, resource),
  })
}

function enterAnalysis(
  { tables }: Desk,
  activity: string,
  at: number,
  observation: Observation,
): void {
  const { id, code, status, effectivePeriod, specimen, method, note, referenceRange } = observation
  const [range] = referenceRange ?? []
  tables.insert('analys', {
    aktivitet: activity,
    ordning: at,
    analysid: id,
    ...conceptColumns('analys', code),
    status,
    tid: localTime(observation.effectiveDateTime),
    start: localTime(effectivePeriod?.start),
    slut: localTime(effectivePeriod?.end),
    ...valueColumns(observation),
    ref_lag: digits(range?.low?.value),
    ref_hog: digits(range?.high?.value),
    ref_text: range?.text,
    ref_grupp: range?.appliesTo?.[0]?.text,
    ...conceptColumns('flagga', observation.interpretation?.[0]),
    provmaterial: specimen?.display,
    metod: method?.text ?? method?.coding?.[0]?.display,
    kommentar: joinedNotes(note),
  })
}

/** A measurement is stored as text, whatever it is; beside it stands what kind of field it was written in. */
function valueColumns(observation: Observation): NewRow {
  const { valueQuantity, valueCodeableConcept } = observation
  const kind = valueQuantity?.value !== undefined ? 'tal' : valueCodeableConcept ? 'val' : 'text'
  return {
    varde: valueText(observation),
    vardeslag: kind,
    ...conceptColumns('varde', valueCodeableConcept),
    enhet: valueQuantity?.unit ?? valueQuantity?.code,
  }
}

/** The reports, and the analyses of these and by themselves. */
export function reportsOf(tables: MeliorTables, patientid: string): readonly DiagnosticReport[] {
  return activitiesOf(tables, patientid, 'labsvar').map((row) => {
    const person = personIn(row.ansvarig)
    return {
      resourceType: 'DiagnosticReport',
      id: row.aktivitetid,
      meta: metaIn(row),
      status: statusIn(row) as DiagnosticReport['status'],
      category: [{ coding: [{ code: 'LAB' }] }],
      code: conceptIn('atgard', row) ?? {},
      subject: patientIn(row),
      encounter: encounterIn(row),
      effectiveDateTime: timeIn(row.tid),
      issued: timeIn(row.registrerad),
      performer: person && [person],
      basedOn: referralIn(row),
      conclusion: row.svar,
      result: rowsOf(tables, row).map(({ analysid }) => ({ reference: `Observation/${analysid}` })),
    }
  })
}

export function analysesOf(tables: MeliorTables, patientid: string): readonly Observation[] {
  return (['labsvar', 'analys'] as const).flatMap((kind) =>
    activitiesOf(tables, patientid, kind).flatMap((activity) =>
      rowsOf(tables, activity).map((row) => toObservation(activity, row)),
    ),
  )
}

const rowsOf = (tables: MeliorTables, { nr = '' }: Row) =>
  tables.select('select * from analys where aktivitet = ? order by ordning', nr)

const statusIn = (row: Row) => (isTakenBack(row) ? 'entered-in-error' : (row.status ?? 'unknown'))

function toObservation(activity: Row, row: Row): Observation {
  const person = personIn(activity.ansvarig)
  const flag = conceptIn('flagga', row)
  const { start, slut } = row
  return {
    resourceType: 'Observation',
    id: row.analysid,
    meta: metaIn(activity),
    status: row.status as Observation['status'],
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: conceptIn('analys', row) ?? {},
    subject: patientIn(activity),
    encounter: encounterIn(activity),
    effectiveDateTime: timeIn(row.tid),
    effectivePeriod: (start ?? slut) ? { start: timeIn(start), end: timeIn(slut) } : undefined,
    issued: timeIn(activity.registrerad),
    performer: person && [person],
    basedOn: referralIn(activity),
    ...valueIn(row),
    interpretation: flag && [{ ...flag, coding: flag.coding ?? [{ code: flag.text }] }],
    referenceRange: rangeIn(row),
    specimen: row.provmaterial === undefined ? undefined : { display: row.provmaterial },
    method: row.metod === undefined ? undefined : { text: row.metod },
    note: notesIn(row.kommentar),
  }
}

function valueIn(row: Row): Pick<Observation, 'valueQuantity' | 'valueString'> & {
  valueCodeableConcept?: CodeableConcept | undefined
} {
  const { varde, vardeslag, enhet } = row
  if (varde === undefined) return {}
  if (vardeslag === 'val') return { valueCodeableConcept: conceptIn('varde', row) }
  if (vardeslag !== 'tal') return { valueString: varde }
  const [, comparator, number] = /^([<>]=?)?(.*)$/s.exec(varde) ?? []
  return {
    valueQuantity: {
      comparator: comparator as Quantity['comparator'],
      value: numberIn(number),
      unit: enhet,
    },
  }
}

function rangeIn({ ref_lag, ref_hog, ref_text, ref_grupp }: Row): Observation['referenceRange'] {
  if ((ref_lag ?? ref_hog ?? ref_text ?? ref_grupp) === undefined) return undefined
  const end = (number: string | undefined) =>
    number === undefined ? undefined : { value: numberIn(number) }
  return [
    {
      low: end(ref_lag),
      high: end(ref_hog),
      text: ref_text,
      appliesTo: ref_grupp === undefined ? undefined : [{ text: ref_grupp }],
    },
  ]
}
