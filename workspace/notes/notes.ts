import type { Composition } from 'fhir/r4'
import { momentText } from '../words.ts'

/** A part of a note under its keyword (sökord); the text is XHTML as it was written. */
export interface NoteSection {
  readonly keyword: string
  readonly div: string
}

/** A note of the journal. */
export interface NoteRow {
  readonly id: string
  readonly title: string
  /** As FHIR tells it. */
  readonly at: string
  readonly author: string
  /** `signerad i dag 11:20`, or `osignerad`. */
  readonly signed: string
  readonly isSigned: boolean
  readonly sections: readonly NoteSection[]
}

/** Notes in the order they were given. One that was made in error is not shown. */
export function noteRows(notes: readonly Composition[], now = new Date()): NoteRow[] {
  return notes.filter(({ status }) => status !== 'entered-in-error').map((note) => rowOf(note, now))
}

function rowOf(note: Composition, now: Date): NoteRow {
  const signature = note.attester?.find(
    ({ mode, time }) => time && (mode === 'professional' || mode === 'legal'),
  )
  return {
    id: note.id ?? '',
    title: note.title,
    at: note.date ?? '',
    author: note.author.flatMap(({ display }) => display ?? []).join(', '),
    signed: signature ? `signerad ${momentText(signature.time, now)}` : 'osignerad',
    isSigned: signature !== undefined,
    sections: (note.section ?? []).map(({ title, text }) => ({
      keyword: title ?? '',
      div: text?.div ?? '',
    })),
  }
}

/** What the newest note that judges says: its judgement and its plan. */
export interface Assessment {
  readonly note: NoteRow
  readonly assessment: NoteSection | undefined
  readonly plan: NoteSection | undefined
}

const PLAN = /^(plan|planering|åtgärd)/i

/** The newest note with the keyword Bedömning. `undefined` when no note has one. */
export function newestAssessment(notes: readonly NoteRow[]): Assessment | undefined {
  const of = (note: NoteRow) => note.sections.find(({ keyword }) => /^bedömning/i.test(keyword))
  const note = notes.find((each) => of(each) !== undefined)
  if (!note) return undefined
  const plan = note.sections.find(({ keyword }) => PLAN.test(keyword))
  return { note, assessment: of(note), plan }
}
