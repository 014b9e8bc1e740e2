import type { Encounter } from 'fhir/r4'
import { HSA_ID } from '../../../src/systems/rivta/mapping/code-systems.ts'
import { organizationOf, personOf } from '../../../src/systems/rivta/provide/production.ts'
import {
  type Desk,
  headerColumns,
  isTakenBack,
  localTime,
  metaIn,
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables, Row } from './tables.ts'

/** A contact (vårdkontakt): a visit, a call or a stay. They overlap, as when a ward lends a bed to another. */
export function enterContact(desk: Desk, encounter: Encounter): void {
  const { subject = {}, period, reasonCode, type, participant } = encounter
  const [reason] = reasonCode ?? []
  const at = organizationOf(encounter.serviceProvider, desk)
  desk.tables.insert('vardkontakt', {
    ...headerColumns(desk, encounter, {
      patient: subject,
      encounter: undefined,
      person: personOf(participant?.[0]?.individual, desk),
      registered: period?.start,
      takenBack: encounter.status === 'entered-in-error',
    }),
    kontaktid: encounter.id,
    typ: encounter.class.code,
    status: encounter.status,
    rubrik: type?.[0]?.text ?? type?.[0]?.coding?.[0]?.display,
    startad: localTime(period?.start),
    avslutad: localTime(period?.end),
    orsak: reason?.text ?? reason?.coding?.[0]?.display,
    vid_enhet: at?.hsaId,
    vid_enhet_namn: at?.name,
  })
}

export function contactsOf(tables: MeliorTables, patientid: string): readonly Encounter[] {
  return tables.select('select * from vardkontakt where patientid = ?', patientid).map(toEncounter)
}

export function contactWith(tables: MeliorTables, kontaktid: string): Encounter | undefined {
  const [row] = tables.select('select * from vardkontakt where kontaktid = ?', kontaktid)
  return row && toEncounter(row)
}

function toEncounter(row: Row): Encounter {
  const { kontaktid, typ = '', status, rubrik, startad, avslutad, orsak, vid_enhet } = row
  const person = personIn(row.ansvarig)
  return {
    resourceType: 'Encounter',
    id: kontaktid,
    meta: metaIn(row),
    status: isTakenBack(row) ? 'entered-in-error' : (status as Encounter['status']),
    class: { code: typ },
    type: rubrik === undefined ? undefined : [{ text: rubrik }],
    subject: patientIn(row),
    period: { start: timeIn(startad), end: timeIn(avslutad) },
    reasonCode: orsak === undefined ? undefined : [{ text: orsak }],
    participant: person && [{ individual: person }],
    serviceProvider:
      vid_enhet === undefined
        ? undefined
        : { identifier: { system: HSA_ID, value: vid_enhet }, display: row.vid_enhet_namn },
  }
}
