import type { DiagnosticReport, Observation, ServiceRequest } from 'fhir/r4'
import { personOf } from '../../../src/systems/rivta/provide/production.ts'
import { askedIn, kindOf } from '../../../src/systems/rivta/provide/reports.ts'
import { activitiesOf, referralIn } from './activities.ts'
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
  personColumn,
  personIn,
  timeIn,
} from './columns.ts'
import type { MeliorTables } from './tables.ts'

/** Writes down the referral that something answers, and gives its number; `undefined` where there is none. */
export function enterReferral(
  desk: Desk,
  answer: DiagnosticReport | Observation,
): string | undefined {
  const asked = askedIn(answer, desk)
  if (!asked) return undefined
  const { id, request, reason } = asked
  const remissid = `${answer.id}-${request?.id ?? 'remiss'}`
  const unit = (request ?? answer).meta?.source?.split('#')[1]
  desk.tables.insert('remiss', {
    remissid,
    enhet: unit,
    ursprung: unit === undefined ? undefined : desk.madeIn(unit),
    nummer: id,
    fraga: reason,
    anamnes: joinedNotes(request?.note),
    bestallare: personColumn(desk, personOf(request?.requester, desk)),
    bestalld: localTime(request?.authoredOn),
    kontaktid: request?.encounter?.reference?.split('/')[1],
    ...conceptColumns('tjanst', request?.code),
  })
  return remissid
}

export function referralWith(tables: MeliorTables, remissid: string): ServiceRequest | undefined {
  const [row] = tables.select('select * from remiss where remissid = ?', remissid)
  if (!row) return undefined
  return {
    resourceType: 'ServiceRequest',
    id: remissid,
    meta: metaIn(row),
    identifier: [{ value: row.nummer }],
    status: 'completed',
    intent: 'order',
    subject: {},
    code: conceptIn('tjanst', row),
    reasonCode: row.fraga === undefined ? undefined : [{ text: row.fraga }],
    note: notesIn(row.anamnes),
    requester: personIn(row.bestallare),
    authoredOn: timeIn(row.bestalld),
    encounter: encounterIn(row),
  }
}

/** An answer in words, from radiology or from whoever was consulted. */
export function enterReport(desk: Desk, report: DiagnosticReport): void {
  const { id, subject = {}, encounter, status, effectiveDateTime, effectivePeriod } = report
  const [interpreter] = report.resultsInterpreter ?? []
  const [performer = interpreter] = report.performer ?? []
  desk.tables.insert('aktivitet', {
    aktivitetid: id,
    ...headerColumns(desk, report, {
      patient: subject,
      encounter,
      person: personOf(performer, desk),
      registered: report.issued,
      takenBack: status === 'entered-in-error',
    }),
    slag: kindOf(report) === 'imaging' ? 'röntgensvar' : 'remissvar',
    ...conceptColumns('atgard', report.code),
    status,
    tid: localTime(effectivePeriod?.start ?? effectiveDateTime),
    slut: localTime(effectivePeriod?.end),
    signerad_av: personColumn(desk, personOf(interpreter, desk)),
    svar: report.conclusion ?? '',
    remissid: enterReferral(desk, report),
  })
}

export function reportsInWordsOf(
  tables: MeliorTables,
  patientid: string,
): readonly DiagnosticReport[] {
  return (['röntgensvar', 'remissvar'] as const).flatMap((kind) =>
    activitiesOf(tables, patientid, kind).map((row): DiagnosticReport => {
      const [person, signer] = [personIn(row.ansvarig), personIn(row.signerad_av)]
      const [start, end] = [timeIn(row.tid), timeIn(row.slut)]
      return {
        resourceType: 'DiagnosticReport',
        id: row.aktivitetid,
        meta: metaIn(row),
        status: (isTakenBack(row) ? 'entered-in-error' : row.status) as DiagnosticReport['status'],
        category: kind === 'röntgensvar' ? [{ coding: [{ code: 'RAD' }] }] : undefined,
        code: conceptIn('atgard', row) ?? {},
        subject: patientIn(row),
        encounter: encounterIn(row),
        ...(end === undefined ? { effectiveDateTime: start } : { effectivePeriod: { start, end } }),
        issued: timeIn(row.registrerad),
        performer: person && [person],
        resultsInterpreter: signer && [signer],
        conclusion: row.svar,
        basedOn: referralIn(row),
      }
    }),
  )
}
