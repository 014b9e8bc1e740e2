import type { Reference } from 'fhir/r4'
import { type Desk, localTime } from './columns.ts'
import type { MeliorTables, NewRow, Row } from './tables.ts'

/** What an activity is: a note, or something that came by a template or another system of the hospital. */
export type ActivityKind =
  | 'anteckning'
  | 'diagnos'
  | 'funktionsbedömning'
  | 'labsvar'
  | 'analys'
  | 'röntgensvar'
  | 'remissvar'
  | 'vaccination'
  | 'vårdplan'
  | 'mätvärde'

/** One row of an activity: a keyword with a text, a number and unit, a time or a fixed choice. */
export interface ActivityRow {
  readonly keyword?: string | undefined
  readonly text?: string | undefined
  readonly number?: string | undefined
  readonly unit?: string | undefined
  readonly time?: string | undefined
  /** Columns of a fixed choice, under the name `val`. */
  readonly choice?: NewRow
  /** The place of the row that it stands under. */
  readonly under?: number
}

/** Enters rows of the activity of a number, in their order; those that say nothing are left out. */
export function enterRows({ tables }: Desk, activity: string, rows: readonly ActivityRow[]): void {
  for (const [at, { keyword, text, number, unit, time, choice, under }] of rows.entries()) {
    const isChosen = Object.values(choice ?? {}).some((each) => each !== undefined)
    if (
      under === undefined &&
      [text, number, time].every((each) => each === undefined) &&
      !isChosen
    )
      continue
    tables.insert('aktivitetsrad', {
      aktivitet: activity,
      ordning: at,
      under,
      sokordid: keyword === undefined ? undefined : tables.keyword(keyword),
      text,
      tal: number,
      enhet: unit,
      tid: localTime(time),
      ...choice,
    })
  }
}

/** A patient's activities of a kind, the first entered first. */
export function activitiesOf(
  tables: MeliorTables,
  patientid: string,
  kind: ActivityKind,
): readonly Row[] {
  return tables.select(
    'select * from aktivitet where patientid = ? and slag = ? order by nr',
    patientid,
    kind,
  )
}

/** An activity's rows with the words of their keywords, in their order. */
export function rowsOf(tables: MeliorTables, { nr = '' }: Row): readonly Row[] {
  return tables.select(
    `select rad.*, sokord.ord from aktivitetsrad rad left join sokord using (sokordid)
     where aktivitet = ? order by ordning`,
    nr,
  )
}

/** The rows under a keyword. */
export const under = (rows: readonly Row[], word: string): readonly Row[] =>
  rows.filter(({ ord }) => ord === word)

/** Who signed an activity and when, as columns. */
export function signatureColumns(time: string | undefined, by: string | undefined): NewRow {
  return { signerad: localTime(time), signerad_av: by }
}

export const referralIn = ({ remissid }: Row): Reference[] | undefined =>
  remissid === undefined ? undefined : [{ reference: `ServiceRequest/${remissid}` }]
