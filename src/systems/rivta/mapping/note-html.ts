import type { CompositionSection, Narrative } from 'fhir/r4'
import { compact } from './values.ts'

/** A paragraph a line, so that the lines joined by line breaks are the text exactly. */
export function linesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => `<p>${escapeHtml(line)}</p>`)
    .join('')
}

/** A section of XHTML. https://hl7.org/fhir/R4/narrative.html */
export function sectionOf(html: string, title?: string): CompositionSection {
  const isEmpty = html.replace(/<[^>]*>|\s/g, '') === ''
  const text: Narrative | undefined = isEmpty
    ? undefined
    : { status: 'additional', div: divOf(html) }
  return compact<CompositionSection>({ title, text }) ?? {}
}

function divOf(html: string): string {
  return `<div xmlns="http://www.w3.org/1999/xhtml">${html}</div>`
}

/**
 * Only the references of XML, which is all that narrative may have. A carriage return is written as one too: as it is,
 * who reads XML makes a line feed of it.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => REFERENCES[character] ?? character)
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}
