import type { Composition } from 'fhir/r4'
import {
  encounterReference,
  later,
  metaOf,
  put,
  referenceTo,
  subjectOf,
  textOf,
  type Visit,
} from '../chart.ts'
import type { Colleague } from '../organisations.ts'

/** Keyword (sökord) and what is written under it; a line break makes a new paragraph. */
export type Section = readonly [keyword: string, text: string]

export type NoteType =
  | 'Besöksanteckning'
  | 'Daganteckning'
  | 'Inskrivning'
  | 'Epikris'
  | 'Telefonkontakt'
  | 'Omvårdnadsanteckning'
  | 'Mödravårdsanteckning'
  | 'Operationsberättelse'
  | 'Akutanteckning'
  | 'Fysioterapianteckning'
  | 'Tillväxt och hälsa'
  | 'Anteckning vid dödsfall'

export interface NoteOptions {
  readonly at?: Visit['at']
  readonly by?: Colleague
  /** Not yet signed by who wrote it (PDL 3 kap. 10 §). */
  readonly unsigned?: true
}

/** A note is written, and as a rule signed within the hour. Empty sections are left out. */
export function note(
  visit: Visit,
  type: NoteType,
  sections: readonly (Section | undefined)[],
  { at = later(visit.at, 25), by = visit.by, unsigned }: NoteOptions = {},
): void {
  const { chart } = visit
  const composition: Composition = {
    resourceType: 'Composition',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: unsigned ? 'preliminary' : 'final',
    type: { text: type },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    date: textOf(at),
    author: [referenceTo(by)],
    title: type,
    ...(unsigned
      ? {}
      : {
          attester: [
            {
              mode: 'professional' as const,
              time: textOf(later(at, chart.random.whole(2, 40))),
              party: referenceTo(by),
            },
          ],
        }),
    section: sections
      .filter((section) => section !== undefined)
      .map(([title, text]) => ({ title, text: { status: 'additional', div: htmlOf(text) } })),
  }
  put(chart, composition)
}

function htmlOf(text: string): string {
  const paragraphs = text.split('\n').map((line) => `<p>${escaped(line)}</p>`)
  return `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs.join('')}</div>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
