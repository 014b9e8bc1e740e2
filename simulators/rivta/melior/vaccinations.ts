import type { Immunization } from 'fhir/r4'
import { digits } from '../../../src/systems/rivta/provide/message.ts'
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
  numberIn,
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables, Row } from './tables.ts'

/** A vaccination: an activity of the template for it. */
export function enterVaccination(desk: Desk, immunization: Immunization): void {
  const { id, patient, encounter, doseQuantity, protocolApplied, status } = immunization
  const [protocol] = protocolApplied ?? []
  const activity = desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, immunization, {
      patient,
      encounter,
      person: personOf(immunization.performer?.[0]?.actor, desk),
      registered: immunization.recorded,
      takenBack: status === 'entered-in-error',
    }),
    slag: 'vaccination',
    mall: 'Vaccination',
    tid: localTime(immunization.occurrenceDateTime),
  })
  enterRows(desk, activity, [
    { keyword: 'Vaccin', choice: conceptColumns('val', immunization.vaccineCode) },
    { keyword: 'Batchnummer', text: immunization.lotNumber },
    { keyword: 'Dos', number: digits(doseQuantity?.value), unit: doseQuantity?.unit },
    { keyword: 'Dosnummer', number: digits(protocol?.doseNumberPositiveInt) },
    { keyword: 'Antal doser', number: digits(protocol?.seriesDosesPositiveInt) },
    { keyword: 'Lokalisation', choice: conceptColumns('val', immunization.site) },
    { keyword: 'Administrationsväg', choice: conceptColumns('val', immunization.route) },
    { keyword: 'Tillverkare', text: immunization.manufacturer?.display },
    { keyword: 'Uppgiftskälla', text: immunization.reportOrigin?.text },
    { keyword: 'Kommentar', text: joinedNotes(immunization.note) },
    ...(protocol?.targetDisease ?? []).map((each) => ({
      keyword: 'Skyddar mot',
      choice: conceptColumns('val', each),
    })),
  ])
}

export function vaccinationsOf(tables: MeliorTables, patientid: string): readonly Immunization[] {
  return activitiesOf(tables, patientid, 'vaccination').map((row) =>
    toImmunization(row, rowsOf(tables, row)),
  )
}

function toImmunization(activity: Row, rows: readonly Row[]): Immunization {
  const row = (keyword: string): Row => under(rows, keyword)[0] ?? {}
  const person = personIn(activity.ansvarig)
  const dose = row('Dos')
  const maker = row('Tillverkare').text
  const origin = row('Uppgiftskälla').text
  return {
    resourceType: 'Immunization',
    id: activity.aktivitetid,
    meta: metaIn(activity),
    status: isTakenBack(activity) ? 'entered-in-error' : 'completed',
    vaccineCode: conceptIn('val', row('Vaccin')) ?? {},
    patient: patientIn(activity),
    encounter: encounterIn(activity),
    occurrenceDateTime: timeIn(activity.tid),
    recorded: timeIn(activity.registrerad),
    performer: person && [{ actor: person }],
    lotNumber: row('Batchnummer').text,
    doseQuantity:
      (dose.tal ?? dose.enhet) === undefined
        ? undefined
        : { value: numberIn(dose.tal), unit: dose.enhet },
    site: conceptIn('val', row('Lokalisation')),
    route: conceptIn('val', row('Administrationsväg')),
    manufacturer: maker === undefined ? undefined : { display: maker },
    reportOrigin: origin === undefined ? undefined : { text: origin },
    note: notesIn(row('Kommentar').text),
    protocolApplied: [
      {
        doseNumberPositiveInt: numberIn(row('Dosnummer').tal),
        seriesDosesPositiveInt: numberIn(row('Antal doser').tal),
        targetDisease: under(rows, 'Skyddar mot').flatMap((each) => conceptIn('val', each) ?? []),
      },
    ],
  }
}
