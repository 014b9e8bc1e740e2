import type { Dosage, MedicationRequest } from 'fhir/r4'
import { digits } from '../../../src/systems/rivta/provide/message.ts'
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
  numberIn,
  patientIn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables, Row } from './tables.ts'

/** An order of the drug module (ordination). What was only proposed isn't one. */
export function enterOrder(desk: Desk, request: MedicationRequest): void {
  const { id, status, intent, dosageInstruction = [], reasonCode = [] } = request
  if (status === 'draft' || intent === 'proposal') return
  const { tables } = desk
  const [first] = dosageInstruction
  const [course] = dosageInstruction.flatMap(({ timing }) => timing?.repeat?.boundsPeriod ?? [])
  tables.insert('ordination', {
    ordinationid: id,
    ...headerColumns(desk, request, {
      patient: request.subject,
      encounter: request.encounter,
      person: personOf(request.requester, desk),
      registered: request.authoredOn,
      takenBack: status === 'entered-in-error',
    }),
    status,
    ...conceptColumns('lakemedel', drugOf(desk, request)),
    ...conceptColumns('statusorsak', request.statusReason),
    ...conceptColumns('vag', first?.route),
    kedja: request.groupIdentifier?.value,
    anteckning: joinedNotes(request.note),
    fran: localTime(course?.start),
    till: localTime(course?.end),
    vid_behov: first?.asNeededBoolean || first?.asNeededCodeableConcept ? 1 : 0,
    vid_behov_text: first?.asNeededCodeableConcept?.text,
  })
  for (const [at, { text, timing, doseAndRate }] of dosageInstruction.entries()) {
    const quantity = doseAndRate?.[0]?.doseQuantity
    tables.insert('ordinationsdos', {
      ordinationid: id,
      ordning: at,
      anvisning: text,
      tider: timing?.repeat?.when?.join(' '),
      mangd: digits(quantity?.value),
      enhet: quantity?.unit,
    })
  }
  for (const [at, reason] of reasonCode.entries()) {
    const columns = conceptColumns('orsak', reason)
    tables.insert('ordinationsorsak', { ordinationid: id, ordning: at, ...columns })
  }
}

function drugOf({ find }: Desk, request: MedicationRequest) {
  const { medicationReference } = request
  const found = find(medicationReference?.reference)
  const named = found?.resourceType === 'Medication' ? found.code : undefined
  return request.medicationCodeableConcept ?? named ?? { text: medicationReference?.display }
}

export function ordersOf(tables: MeliorTables, patientid: string): readonly MedicationRequest[] {
  const rows = tables.select('select * from ordination where patientid = ?', patientid)
  return rows.map((row) => toRequest(tables, row))
}

function toRequest(tables: MeliorTables, row: Row): MedicationRequest {
  const { ordinationid = '', kedja } = row
  const doses = tables.select(
    'select * from ordinationsdos where ordinationid = ? order by ordning',
    ordinationid,
  )
  const reasons = tables.select(
    'select * from ordinationsorsak where ordinationid = ? order by ordning',
    ordinationid,
  )
  return {
    resourceType: 'MedicationRequest',
    id: ordinationid,
    meta: metaIn(row),
    status: (isTakenBack(row) ? 'entered-in-error' : row.status) as MedicationRequest['status'],
    statusReason: conceptIn('statusorsak', row),
    intent: 'order',
    medicationCodeableConcept: conceptIn('lakemedel', row) ?? {},
    subject: patientIn(row),
    encounter: encounterIn(row),
    authoredOn: timeIn(row.registrerad),
    requester: personIn(row.ansvarig),
    reasonCode: reasons.flatMap((each) => conceptIn('orsak', each) ?? []),
    groupIdentifier: kedja === undefined ? undefined : { value: kedja },
    note: notesIn(row.anteckning),
    dosageInstruction: doses.map((dose) => toDosage(row, dose)),
  }
}

/** What holds for the whole order stands in each; the first is what is read. */
function toDosage(order: Row, { anvisning, tider, mangd, enhet }: Row): Dosage {
  const { vid_behov, vid_behov_text, fran, till } = order
  const isNeeded = vid_behov === '1'
  return {
    text: anvisning,
    route: conceptIn('vag', order),
    ...(vid_behov_text === undefined
      ? { asNeededBoolean: isNeeded || undefined }
      : { asNeededCodeableConcept: { text: vid_behov_text } }),
    timing: {
      repeat: {
        when: tider?.split(' ') as NonNullable<NonNullable<Dosage['timing']>['repeat']>['when'],
        boundsPeriod:
          (fran ?? till) === undefined ? undefined : { start: timeIn(fran), end: timeIn(till) },
      },
    },
    doseAndRate:
      mangd === undefined ? undefined : [{ doseQuantity: { value: numberIn(mangd), unit: enhet } }],
  }
}
