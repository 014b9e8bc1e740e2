import type { Composition, CompositionSection } from 'fhir/r4'
import { paragraphsOf } from '../../../src/systems/rivta/provide/note-text.ts'
import { personOf } from '../../../src/systems/rivta/provide/production.ts'
import { escapeXml } from '../../../src/systems/rivta/soap/write-xml.ts'
import {
  type ActivityRow,
  activitiesOf,
  enterRows,
  rowsOf,
  signatureColumns,
} from './activities.ts'
import {
  conceptColumns,
  conceptIn,
  type Desk,
  encounterIn,
  headerColumns,
  isTakenBack,
  localTime,
  metaIn,
  patientIn,
  personColumn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables, Row } from './tables.ts'

/** A note: an activity of a template, with a row for each keyword that something was written under. */
export function enterNote(desk: Desk, note: Composition): void {
  const { id, subject = {}, encounter, date, type, title, section = [] } = note
  const [signature] = note.attester ?? []
  const signer = signature?.time ? personOf(signature.party, desk) : undefined
  const activity = desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, note, {
      patient: subject,
      encounter,
      person: personOf(note.author[0], desk),
      registered: date,
      takenBack: note.status === 'entered-in-error',
    }),
    slag: 'anteckning',
    mall: type.text,
    ...conceptColumns('atgard', type),
    rubrik: title,
    tid: localTime(date),
    ...signatureColumns(signature?.time, personColumn(desk, signer)),
  })
  const rows: ActivityRow[] = []
  for (const each of section) addSection(rows, each, undefined)
  enterRows(desk, activity, rows)
}

/** A keyword alone is a row too: somebody chose it. */
function addSection(
  rows: ActivityRow[],
  { title, text, section = [] }: CompositionSection,
  under: number | undefined,
): void {
  const at = rows.length
  const lines = text && paragraphsOf(text.div).join('\n')
  rows.push({
    keyword: title,
    text: lines ?? (title === undefined ? undefined : ''),
    ...(under !== undefined && { under }),
  })
  for (const each of section) addSection(rows, each, at)
}

export function notesOf(tables: MeliorTables, patientid: string): readonly Composition[] {
  return activitiesOf(tables, patientid, 'anteckning').map((row) => {
    const rows = rowsOf(tables, row)
    return {
      resourceType: 'Composition',
      id: row.aktivitetid,
      meta: metaIn(row),
      status: isTakenBack(row) ? 'entered-in-error' : row.signerad ? 'final' : 'preliminary',
      type: conceptIn('atgard', row) ?? {},
      title: row.rubrik ?? '',
      subject: patientIn(row),
      encounter: encounterIn(row),
      date: timeIn(row.tid) ?? '',
      author: [personIn(row.ansvarig) ?? {}],
      attester: attesterIn(row),
      section: sectionsIn(rows, undefined),
    }
  })
}

function attesterIn({ signerad, signerad_av }: Row): Composition['attester'] {
  const time = timeIn(signerad)
  return time === undefined
    ? undefined
    : [{ mode: 'professional', time, party: personIn(signerad_av) }]
}

function sectionsIn(rows: readonly Row[], place: string | undefined): CompositionSection[] {
  return rows
    .filter(({ under }) => under === place)
    .map(({ ordning, ord, text = '' }) => ({
      title: ord,
      ...(text !== '' && { text: { status: 'additional', div: narrative(text) } }),
      section: sectionsIn(rows, ordning ?? ''),
    }))
}

function narrative(text: string): string {
  const lines = text.split('\n').map((line) => `<p>${escapeXml(line)}</p>`)
  return `<div xmlns="http://www.w3.org/1999/xhtml">${lines.join('')}</div>`
}
