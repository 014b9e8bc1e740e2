import type { AllergyIntolerance, CodeableConcept, Flag } from 'fhir/r4'
import { personOf } from '../../../src/systems/rivta/provide/production.ts'
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

const codeIn = (concept: CodeableConcept | undefined) => concept?.coding?.[0]?.code

/** A warning (VMI): hypersensitivity. */
export function enterHypersensitivity(desk: Desk, allergy: AllergyIntolerance): void {
  const { id, patient, encounter, reaction = [], verificationStatus } = allergy
  const reactions = reaction.flatMap(({ manifestation, description }) => [
    ...manifestation.flatMap(({ text, coding }) => text ?? coding?.[0]?.display ?? []),
    ...(description === undefined ? [] : [description]),
  ])
  desk.tables.insert('varning', {
    varningid: id,
    ...headerColumns(desk, allergy, {
      patient,
      encounter,
      person: personOf(allergy.recorder ?? allergy.asserter, desk),
      registered: allergy.recordedDate,
      takenBack: codeIn(verificationStatus) === 'entered-in-error',
    }),
    slag: 'VMI',
    status: codeIn(allergy.clinicalStatus),
    sakerhet: codeIn(verificationStatus),
    allvarlig: allergy.criticality === 'high' ? 1 : 0,
    lakemedel: allergy.category?.includes('medication') ? 1 : 0,
    reaktion: reactions.length === 0 ? undefined : reactions.join(', '),
    kommentar: joinedNotes(allergy.note),
    fran: localTime(allergy.onsetDateTime),
    inaktuell: localTime(allergy.lastOccurrence),
    ...conceptColumns('varning', allergy.code),
  })
}

/** Something to observe (VAI): infection, treatment or else. */
export function enterFlag(desk: Desk, flag: Flag): void {
  const { id, subject, encounter, period, category, code, status } = flag
  desk.tables.insert('varning', {
    varningid: id,
    ...headerColumns(desk, flag, {
      patient: subject,
      encounter,
      person: personOf(flag.author, desk),
      registered: period?.start,
      takenBack: status === 'entered-in-error',
    }),
    slag: 'VAI',
    status,
    fran: localTime(period?.start),
    till: localTime(period?.end),
    ...conceptColumns('typ', category?.[0]),
    ...conceptColumns('varning', code),
  })
}

const warningsOf = (tables: MeliorTables, patientid: string, kind: 'VMI' | 'VAI') =>
  tables.select('select * from varning where patientid = ? and slag = ?', patientid, kind)

export function hypersensitivitiesOf(
  tables: MeliorTables,
  patientid: string,
): readonly AllergyIntolerance[] {
  return warningsOf(tables, patientid, 'VMI').map((row) => ({
    resourceType: 'AllergyIntolerance',
    id: row.varningid,
    meta: metaIn(row),
    clinicalStatus: statusIn(row.status),
    verificationStatus: statusIn(isTakenBack(row) ? 'entered-in-error' : row.sakerhet),
    category: row.lakemedel === '1' ? ['medication'] : undefined,
    criticality: row.allvarlig === '1' ? 'high' : undefined,
    code: conceptIn('varning', row),
    patient: patientIn(row),
    encounter: encounterIn(row),
    onsetDateTime: timeIn(row.fran),
    recordedDate: timeIn(row.registrerad),
    recorder: personIn(row.ansvarig),
    lastOccurrence: timeIn(row.inaktuell),
    reaction:
      row.reaktion === undefined ? undefined : [{ manifestation: [{ text: row.reaktion }] }],
    note: notesIn(row.kommentar),
  }))
}

export function flagsOf(tables: MeliorTables, patientid: string): readonly Flag[] {
  return warningsOf(tables, patientid, 'VAI').map((row: Row) => {
    const kind = conceptIn('typ', row)
    return {
      resourceType: 'Flag',
      id: row.varningid,
      meta: metaIn(row),
      status: (isTakenBack(row) ? 'entered-in-error' : row.status) as Flag['status'],
      category: kind && [kind],
      code: conceptIn('varning', row) ?? {},
      subject: patientIn(row),
      encounter: encounterIn(row),
      period: { start: timeIn(row.fran), end: timeIn(row.till) },
      author: personIn(row.ansvarig),
    }
  })
}

const statusIn = (code: string | undefined): CodeableConcept | undefined =>
  code === undefined ? undefined : { coding: [{ code }] }
