import type { Condition, Observation } from 'fhir/r4'
import {
  isFunctional,
  isTakenBack as wasTakenBack,
} from '../../../src/systems/rivta/provide/diagnoses.ts'
import { valueText } from '../../../src/systems/rivta/provide/laboratory-3.ts'
import { personOf } from '../../../src/systems/rivta/provide/production.ts'
import { activitiesOf, enterRows, rowsOf, under } from './activities.ts'
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
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables, Row } from './tables.ts'

/** A diagnosis is an activity with fixed choices: the code, and which kind of diagnosis it is. */
export function enterDiagnosis(desk: Desk, condition: Condition): void {
  const { id, subject, encounter, code, category = [], note, recordedDate } = condition
  const codes = category.flatMap(({ coding }) => coding ?? []).flatMap((each) => each.code ?? [])
  const activity = desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, condition, {
      patient: subject,
      encounter,
      person: personOf(condition.recorder, desk),
      registered: recordedDate,
      takenBack: wasTakenBack(condition),
    }),
    slag: isFunctional(condition) ? 'funktionsbedömning' : 'diagnos',
    mall: 'Diagnos',
    tid: localTime(condition.onsetDateTime ?? condition.onsetPeriod?.start),
  })
  enterRows(desk, activity, [
    { keyword: 'Diagnos', choice: conceptColumns('val', code) },
    { keyword: 'Diagnostyp', text: KINDS.find((each) => codes.includes(each)) },
    { keyword: 'Kommentar', text: joinedNotes(note) },
  ])
}

const KINDS = ['problem-list-item', 'Bidiagnos'] as const

export function diagnosesOf(tables: MeliorTables, patientid: string): readonly Condition[] {
  const found = (['diagnos', 'funktionsbedömning'] as const).flatMap((kind) =>
    activitiesOf(tables, patientid, kind),
  )
  return found.flatMap((row) => {
    const rows = rowsOf(tables, row)
    return row.mall === 'PADL' ? [] : [toCondition(row, rows)]
  })
}

function toCondition(row: Row, rows: readonly Row[]): Condition {
  const [diagnosis] = under(rows, 'Diagnos')
  const [kind] = under(rows, 'Diagnostyp')
  const [comment] = under(rows, 'Kommentar')
  return {
    resourceType: 'Condition',
    id: row.aktivitetid,
    meta: metaIn(row),
    verificationStatus: isTakenBack(row) ? { coding: [{ code: 'entered-in-error' }] } : undefined,
    category: kind && [{ coding: [{ code: kind.text }] }],
    code: diagnosis && conceptIn('val', diagnosis),
    subject: patientIn(row),
    encounter: encounterIn(row),
    onsetDateTime: timeIn(row.tid),
    recordedDate: timeIn(row.registrerad),
    recorder: personIn(row.ansvarig),
    note: notesIn(comment?.text),
  }
}

/** What a person manages by themselves: a row for each thing. */
export function enterDailyLiving(desk: Desk, observation: Observation): void {
  const { id, subject = {}, encounter, component = [], note, status } = observation
  const at = observation.effectiveDateTime ?? observation.issued
  const activity = desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, observation, {
      patient: subject,
      encounter,
      person: personOf(observation.performer?.[0], desk),
      registered: at,
      takenBack: status === 'entered-in-error',
    }),
    slag: 'funktionsbedömning',
    mall: 'PADL',
    tid: localTime(at),
  })
  enterRows(desk, activity, [
    { keyword: 'Kommentar', text: joinedNotes(note) },
    ...component.map((each) => ({
      keyword: 'Bedömning',
      text: valueText(each) ?? '',
      choice: conceptColumns('val', each.code),
    })),
  ])
}

export function dailyLivingOf(tables: MeliorTables, patientid: string): readonly Observation[] {
  return activitiesOf(tables, patientid, 'funktionsbedömning').flatMap((row) => {
    if (row.mall !== 'PADL') return []
    const rows = rowsOf(tables, row)
    const [comment] = under(rows, 'Kommentar')
    return {
      resourceType: 'Observation',
      id: row.aktivitetid,
      meta: metaIn(row),
      status: isTakenBack(row) ? 'entered-in-error' : 'final',
      code: { coding: [{ code: 'pad-pad' }] },
      subject: patientIn(row),
      encounter: encounterIn(row),
      effectiveDateTime: timeIn(row.tid),
      performer: performerIn(row),
      note: notesIn(comment?.text),
      component: under(rows, 'Bedömning').map((each) => ({
        code: conceptIn('val', each) ?? {},
        valueString: each.text,
      })),
    }
  })
}

function performerIn({ ansvarig }: Row): Observation['performer'] {
  const person = personIn(ansvarig)
  return person && [person]
}
