/**
 * Narrative is shown as HTML, so it is read as XML here, tag by tag, against a list of what is allowed:
 * what isn't on the list (script, form, object, svg, on…) isn't a narrative.
 * https://hl7.org/fhir/R4/narrative.html txt-1
 */
import { isHarmless } from './narrative-attributes.ts'

const ELEMENTS: ReadonlySet<string> = new Set(
  `a abbr acronym address b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em
  font h1 h2 h3 h4 h5 h6 hr i img ins kbd li map area ol p pre q s samp small span strike strong sub sup table tbody
  td tfoot th thead tr tt u ul var`.split(/\s+/),
)

const LESS_THAN = 0x3c
const NAMESPACE = 'http://www.w3.org/1999/xhtml'
const TAG =
  /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*')){0,40})\s*(\/?)>/y
const ATTRIBUTE = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const REFERENCE = /&(?:[A-Za-z][A-Za-z0-9]{0,31}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});/g

/** Whether a text is one well-formed XHTML `div`, and nothing in it could act. */
export function isNarrative(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const text = value.trim()
  const open: string[] = []
  let at: number | undefined = readTag(text, 0, open)
  while (at !== undefined && open.length > 0) {
    if (text.charCodeAt(at) !== LESS_THAN) at = readWords(text, at)
    else if (text.startsWith('<!--', at)) at = readComment(text, at)
    else at = readTag(text, at, open)
  }
  return at !== undefined && at === text.length
}

/** Each of these gives the place after what it reads; `undefined` where it may not be there. */
function readWords(text: string, at: number): number | undefined {
  const end = text.indexOf('<', at)
  return end >= 0 && hasOnlyReferences(text.slice(at, end)) ? end : undefined
}

/** A comment that XML and HTML end at the same place. */
function readComment(text: string, at: number): number | undefined {
  const inside = at + '<!--'.length
  const end = text.indexOf('--', inside)
  const begins = text.charAt(inside) === '>' || text.startsWith('->', inside)
  return end >= 0 && !begins && text.charAt(end + 2) === '>' ? end + 3 : undefined
}

/** Keeps the list of open elements up to date. */
function readTag(text: string, at: number, open: string[]): number | undefined {
  TAG.lastIndex = at
  const [whole, closing, name = '', attributes = '', empty] = TAG.exec(text) ?? []
  if (whole === undefined || !ELEMENTS.has(name)) return undefined
  const next = at + whole.length
  if (closing !== '') {
    return open.pop() === name && attributes === '' && empty === '' ? next : undefined
  }
  const isRoot = open.length === 0
  if (isRoot && name !== 'div') return undefined
  if (!areHarmless(name, attributes, isRoot)) return undefined
  if (empty === '') open.push(name)
  return next
}

function areHarmless(element: string, attributes: string, isRoot: boolean): boolean {
  const seen = new Set<string>()
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? ''
    if (seen.has(name) || !hasOnlyReferences(value)) return false
    seen.add(name)
    const harmless = name === 'xmlns' ? value === NAMESPACE : isHarmless(element, name, value)
    if (!harmless) return false
  }
  return !isRoot || seen.has('xmlns')
}

/** Whether each `&` begins a character reference. Without a document type no entity can come from elsewhere. */
function hasOnlyReferences(text: string): boolean {
  return !text.includes('&') || !text.replace(REFERENCE, '').includes('&')
}
