import type { CompositionSection } from 'fhir/r4'
import { readDocBook } from './docbook.ts'
import { linesOf, sectionOf } from './note-html.ts'

/**
 * The text of a note as sections. DocBook's sections are sections, so that each keyword (sökord) is one, with the local id
 * it has in its source as code; any other text is one section without a title, a `<p>` a line.
 * What looks like DocBook and isn't well-formed is shown as it is, marks and all.
 *
 * @param termSystem what local ids of keywords are codes of
 */
export function toSections(text: string, termSystem: string): readonly CompositionSection[] {
  return readDocBook(text, termSystem) ?? [sectionOf(linesOf(text))]
}
