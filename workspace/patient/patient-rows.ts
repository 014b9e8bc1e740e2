import type {
  AllergyIntolerance,
  Appointment,
  Composition,
  Condition,
  DiagnosticReport,
  Encounter,
  Flag,
  MedicationRequest,
  Observation,
  Organization,
  Patient,
  ServiceRequest,
  Task,
} from 'fhir/r4'
import { type DiagnosisRow, diagnosisRows } from '../diagnoses/diagnoses.ts'
import { type MedicationList, medicationList, medicationRows } from '../medications/medications.ts'
import { medicationWarnings } from '../medications/warnings.ts'
import { newsOf, newsSince } from '../news/news.ts'
import { newestAssessment, noteRows } from '../notes/notes.ts'
import { resultRows } from '../results/results.ts'
import { timelineOf } from '../timeline/timeline.ts'
import { comingUp, todosOf, waitingFor } from '../todo/todo.ts'
import { vitalRows } from '../vitals/vitals.ts'
import { allergyState, identityOf, lastContact, marksOf, stayOf } from './banner.ts'
import type { BannerRows } from './banner-view.tsx'
import { isAllShown, ofType, PART_WORDS, type PartName, type PatientRecord } from './record.ts'

/** How far back trends go for one who lies on a ward, in hours. */
const WARD_HOURS = 72

/** All that the pages of a record show, from what has come so far. */
export type PatientRows = ReturnType<typeof patientRows>

/** Rows for every card and page. Pure: the record, who looks, and the time. */
export function patientRows(
  record: PatientRecord,
  { own, reason, now }: { own: string; reason: string | undefined; now: Date },
) {
  const { parts } = record
  const medications = ofType<MedicationRequest>(parts.medications, 'MedicationRequest')
  const laboratory = ofType<Observation>(parts.laboratory, 'Observation')
  const allergies = ofType<AllergyIntolerance>(parts.allergies, 'AllergyIntolerance')
  const encounters = ofType<Encounter>(parts.encounters, 'Encounter')
  const organizations = ofType<Organization>(parts.encounters, 'Organization')
  const conditions = ofType<Condition>(parts.conditions, 'Condition')
  const compositions = ofType<Composition>(parts.notes, 'Composition')
  const notes = noteRows(compositions, now)
  const stay = stayOf(encounters)
  const readAt =
    record.readAt === 'never' || record.readAt === 'unknown' ? undefined : record.readAt
  const since = newsSince(readAt, own, now.getTime())
  const diagnoses: readonly DiagnosisRow[] = diagnosisRows(conditions)
  const current: MedicationList = medicationList(medications, now)
  const banner: BannerRows = {
    identity: identityOf(ofType<Patient>(parts.patient, 'Patient')[0] ?? NOBODY),
    stay,
    contact: lastContact(encounters, organizations),
    marks: marksOf({
      allergies,
      flags: ofType<Flag>(parts.flags, 'Flag'),
      medications,
      laboratory,
      conditions,
    }),
    allergyState: parts.allergies?.ok
      ? allergyState(allergies, isAllShown(record, ['allergies']))
      : undefined,
    missing: failed(parts, ['allergies', 'flags']),
    reason,
    blocked: record.blocked,
    otherUnits: record.otherUnits,
    otherProviders: record.otherProviders,
  }
  return {
    banner,
    stay,
    since,
    news: newsOf(since, {
      laboratory,
      reports: ofType<DiagnosticReport>(parts.reports, 'DiagnosticReport'),
      notes: compositions,
      medications,
    }),
    notes,
    assessment: newestAssessment(notes),
    todos: todosOf(ofType<Task>(parts.tasks, 'Task'), now),
    waiting: waitingFor(ofType<ServiceRequest>(parts.referrals, 'ServiceRequest')),
    coming: comingUp(ofType<Appointment>(parts.appointments, 'Appointment')),
    medications: current,
    everyMedication: medicationRows(medications, now),
    warnings: medicationWarnings({ medications, allergies, laboratory }, now),
    diagnoses,
    results: resultRows(laboratory),
    laboratory,
    vitals: vitalRows(
      ofType<Observation>(parts.vitals, 'Observation'),
      stay ? WARD_HOURS : undefined,
    ),
    timeline: timelineOf(encounters, organizations, now.getTime()),
  }
}

const NOBODY: Patient = { resourceType: 'Patient' }

/** What of the named parts could not be fetched, or not all of it, in words. */
export function failed(parts: PatientRecord['parts'], names: readonly PartName[]): string[] {
  return names.flatMap((name) => {
    const part = parts[name]
    if (part?.ok === false) return PART_WORDS[name]
    return part?.isCut ? `en del av ${PART_WORDS[name]}` : []
  })
}
