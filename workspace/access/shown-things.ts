import type {
  Composition,
  Condition,
  DiagnosticReport,
  FhirResource,
  MedicationRequest,
  Observation,
} from 'fhir/r4'
import { ofType, type PatientRecord } from '../patient/record.ts'
import { nameOf, takenAt } from '../results/results.ts'
import { dateOf } from '../words.ts'

/** Something of the record that can be asked about. */
export interface ShownThing {
  /** `Composition/17`. */
  readonly reference: string
  readonly words: string
}

/** More of a kind than this makes no list to choose from. */
const MOST = 30

/** What is shown of the record, newest first, by kind. */
export function shownThings({
  parts,
}: Pick<PatientRecord, 'parts'>): { group: string; rows: ShownThing[] }[] {
  const notes = ofType<Composition>(parts.notes, 'Composition')
  const results = ofType<Observation>(parts.laboratory, 'Observation')
  const reports = ofType<DiagnosticReport>(parts.reports, 'DiagnosticReport')
  const conditions = ofType<Condition>(parts.conditions, 'Condition')
  const drugs = ofType<MedicationRequest>(parts.medications, 'MedicationRequest')
  const all = [
    {
      group: 'Anteckningar',
      rows: notes.map((each) => thing(each, each.date, each.title, each.author[0]?.display)),
    },
    {
      group: 'Provsvar',
      rows: results.map((each) => thing(each, takenAt(each), nameOf(each))),
    },
    {
      group: 'Undersökningssvar',
      rows: reports.map((each) =>
        thing(each, each.effectiveDateTime ?? each.issued, each.code.text),
      ),
    },
    {
      group: 'Diagnoser',
      rows: conditions.map((each) =>
        thing(each, each.onsetDateTime ?? each.recordedDate, each.code?.text),
      ),
    },
    {
      group: 'Läkemedel',
      rows: drugs.map((each) => thing(each, each.authoredOn, each.medicationCodeableConcept?.text)),
    },
  ]
  return all
    .map(({ group, rows }) => ({ group, rows: rows.slice(0, MOST) }))
    .filter(({ rows }) => rows.length > 0)
}

const thing = (
  { resourceType, id }: FhirResource,
  at: string | undefined,
  ...words: (string | undefined)[]
): ShownThing => ({
  reference: `${resourceType}/${id}`,
  words: [dateOf(at), ...words].filter(Boolean).join(' · '),
})
