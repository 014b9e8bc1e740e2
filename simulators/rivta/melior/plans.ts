import type { CarePlan } from 'fhir/r4'
import { HSA_ID } from '../../../src/systems/rivta/mapping/code-systems.ts'
import { organizationOf, personOf } from '../../../src/systems/rivta/provide/production.ts'
import { activitiesOf, enterRows, rowsOf, under } from './activities.ts'
import {
  type Desk,
  encounterIn,
  headerColumns,
  isTakenBack,
  localTime,
  metaIn,
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables } from './tables.ts'

/** A care plan: an activity with its text; scanned papers are other activities. */
export function enterPlan(desk: Desk, plan: CarePlan): void {
  const { id, subject, encounter, category = [], contributor = [], description } = plan
  const at = plan.created ?? plan.period?.start
  const codes = category.flatMap(({ coding }) => coding ?? []).flatMap((each) => each.code ?? [])
  const activity = desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, plan, {
      patient: subject,
      encounter,
      person: personOf(plan.author, desk),
      registered: at,
      takenBack: plan.status === 'entered-in-error',
    }),
    slag: 'vårdplan',
    mall: 'Vårdplan',
    rubrik: plan.title,
    tid: localTime(at),
  })
  enterRows(desk, activity, [
    { keyword: 'Plan', text: description },
    ...codes.map((text) => ({ keyword: 'Plantyp', text })),
    ...contributor.map((each) => ({
      keyword: 'Deltar',
      text: organizationOf(each, desk)?.hsaId,
    })),
  ])
}

export function plansOf(tables: MeliorTables, patientid: string): readonly CarePlan[] {
  return activitiesOf(tables, patientid, 'vårdplan').map((row) => {
    const rows = rowsOf(tables, row)
    return {
      resourceType: 'CarePlan',
      id: row.aktivitetid,
      meta: metaIn(row),
      status: isTakenBack(row) ? 'entered-in-error' : 'active',
      intent: 'plan',
      title: row.rubrik,
      description: under(rows, 'Plan')[0]?.text,
      category: [{ coding: under(rows, 'Plantyp').map(({ text }) => ({ code: text })) }],
      subject: patientIn(row),
      encounter: encounterIn(row),
      created: timeIn(row.tid),
      author: personIn(row.ansvarig),
      contributor: under(rows, 'Deltar').map(({ text }) => ({
        identifier: { system: HSA_ID, value: text },
      })),
    }
  })
}
