import type { Composition, CompositionSection } from 'fhir/r4'
import { readXml } from '../soap/read-xml.ts'
import { escapeXml } from '../soap/write-xml.ts'
import { childrenOf, deepTextOf, type XmlElement } from '../soap/xml-element.ts'
import type { Production } from './production.ts'

/**
 * A note's sections as one text: DocBook with a section a keyword and a `para` a paragraph, or headings and lines. Every
 * text of the sections is in it, exactly. `undefined` for a note without any.
 */
export function noteText(
  { section = [] }: Composition,
  { notes, termId }: Pick<Production, 'notes' | 'termId'>,
): string | undefined {
  const written = section.filter(hasText)
  if (written.length === 0) return undefined
  if (notes === 'text') return written.map((each) => plain(each)).join('\n\n')
  return `<article>${written.map((each) => docBook(each, termId)).join('')}</article>`
}

const hasText = (section: CompositionSection): boolean =>
  section.text !== undefined ||
  section.title !== undefined ||
  (section.section?.some(hasText) ?? false)

function docBook(section: CompositionSection, termId: Production['termId']): string {
  const { title, text, section: inner = [], code } = section
  const id = code?.coding?.[0]?.code ?? (title === undefined ? undefined : termId(title))
  const role = id === undefined ? '' : ` role="${escapeXml(id)}"`
  const paragraphs = paragraphsOf(text?.div).map((each) => `<para>${escapeXml(each)}</para>`)
  const heading = title === undefined ? '' : `<title>${escapeXml(title)}</title>`
  return `<section${role}>${heading}${paragraphs.join('')}${inner.map((each) => docBook(each, termId)).join('')}</section>`
}

function plain(section: CompositionSection): string {
  const { title, text, section: inner = [] } = section
  const own = [...(title === undefined ? [] : [title]), ...paragraphsOf(text?.div)]
  return [...own, ...inner.map(plain)].join('\n')
}

const BLOCKS = new Set([
  'p',
  'li',
  'tr',
  'pre',
  'dt',
  'dd',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'caption',
])

/** The paragraphs of a narrative: each block is one, and what stands between them is one too. */
export function paragraphsOf(div: string | undefined): readonly string[] {
  if (div === undefined) return []
  const found: string[] = []
  walk(readXml(div), found)
  return found
}

function walk(element: XmlElement, found: string[]): void {
  let inline = ''
  const flush = () => {
    if (inline.trim() !== '') found.push(inline)
    inline = ''
  }
  for (const node of element.nodes) {
    if (typeof node === 'string') inline += node
    else if (node.name === 'br') inline += '\n'
    else if (BLOCKS.has(node.name)) {
      flush()
      found.push(lineOf(node))
    } else if (hasBlocks(node)) {
      flush()
      walk(node, found)
    } else inline += deepTextOf(node)
  }
  flush()
}

/** Cells of a row are told apart; a line break within a paragraph stays one. */
function lineOf(element: XmlElement): string {
  if (element.name === 'tr') return childrenOf(element).map(deepTextOf).join('\t')
  return element.nodes
    .map((node) => (typeof node === 'string' ? node : node.name === 'br' ? '\n' : deepTextOf(node)))
    .join('')
}

function hasBlocks(element: XmlElement): boolean {
  return childrenOf(element).some((child) => BLOCKS.has(child.name) || hasBlocks(child))
}
