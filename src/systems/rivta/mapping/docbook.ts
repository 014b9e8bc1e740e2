import type { CompositionSection } from 'fhir/r4'
import { Problem } from '../../../fhir/problem.ts'
import { readXml } from '../soap/read-xml.ts'
import { attributeOf, childrenOf, deepTextOf, type XmlElement } from '../soap/xml-element.ts'
import { docBookHtml } from './docbook-html.ts'
import { sectionOf } from './note-html.ts'
import { compact } from './values.ts'

/** What holds a note or a part of it. */
const ROOTS = new Set(['article', 'section', 'chapter', 'book', 'simplesect'])
const PARTS = /^(section|simplesect|chapter|sect[1-5]|bibliography|appendix)$/

/**
 * The sections of a DocBook text, as notes travel in clinicalDocumentNoteText. Every text in it comes out, whatever its
 * mark-up; what stands outside sections is a section without a title, in its place. `undefined` for what isn't DocBook
 * or isn't well-formed. Source: TKB clinicalprocess:healthcond:description, DocBook; https://tdg.docbook.org
 */
export function readDocBook(
  text: string,
  termSystem: string,
): readonly CompositionSection[] | undefined {
  const root = parse(text)
  if (!root || !ROOTS.has(root.name)) return undefined
  const sections = partsOf(root, termSystem)
  if (root.name === 'section') return [toSection(root, termSystem)]
  const title = titleOf(root)
  if (title === undefined) return sections
  const [first, ...rest] = sections
  // The title of the whole goes with what comes first under it, if that has none of its own.
  return first && first.title === undefined && !first.section
    ? [{ ...first, title }, ...rest]
    : [{ title }, ...sections]
}

/** A declaration without entities of its own says nothing and is passed over; with them it's no DocBook to us. */
function parse(text: string): XmlElement | undefined {
  const trimmed = text.trim()
  if (!/^<(\?xml|!DOCTYPE|!--|[a-z])/.test(trimmed)) return undefined
  try {
    return readXml(trimmed.replace(PROLOG, '$1'))
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** What may stand before a document type declaration, and the declaration. */
const PROLOG = /^((?:<\?[^>]*\?>|<!--(?:(?!-->)[\s\S])*-->|\s)*)<!DOCTYPE[^>[]*>/

/** Parts and what stands between them, in their order. */
function partsOf(element: XmlElement, termSystem: string): readonly CompositionSection[] {
  const found: CompositionSection[] = []
  let between: (string | XmlElement)[] = []
  const flush = () => {
    const section = sectionOf(docBookHtml(between))
    if (Object.keys(section).length > 0) found.push(section)
    between = []
  }
  for (const node of element.nodes) {
    if (typeof node !== 'string' && isTitle(node)) continue
    if (typeof node !== 'string' && PARTS.test(node.name)) {
      flush()
      found.push(toSection(node, termSystem))
    } else if (typeof node !== 'string' && isInfo(node)) {
      between.push(...node.nodes.filter((each) => typeof each === 'string' || !isTitle(each)))
    } else between.push(node)
  }
  flush()
  return found
}

function toSection(element: XmlElement, termSystem: string): CompositionSection {
  const parts = partsOf(element, termSystem)
  const [first, ...rest] = parts
  const title = titleOf(element)
  const code = termIn(element)
  const isLeaf = first && first.title === undefined && !first.section && !first.code
  const [own, inner] = isLeaf ? [first, rest] : [undefined, parts]
  return (
    compact<CompositionSection>({
      title,
      code: code === undefined ? undefined : termCode(termSystem, code, title),
      text: own?.text,
      section: [...inner],
    }) ?? {}
  )
}

function termCode(system: string, code: string, display: string | undefined) {
  return { coding: [{ system, code, ...(display && { display }) }] }
}

const isTitle = ({ name }: XmlElement) => name === 'title'
const isInfo = ({ name }: XmlElement) => name === 'info' || /^\w+info$/.test(name)

function titleOf(element: XmlElement): string | undefined {
  const children = childrenOf(element)
  const titles = [...children.filter(isInfo).flatMap(childrenOf), ...children].filter(isTitle)
  const text = titles.map(deepTextOf).join(' – ').trim()
  return text === '' ? undefined : text
}

/** The id that a keyword has in its source: sources put it in different attributes. */
function termIn(element: XmlElement): string | undefined {
  const xml = element.attributes.find(({ name }) => name === 'id')?.value
  const ids = [attributeOf(element, 'role'), xml, attributeOf(element, 'remap')]
  return ids.find((id) => id !== undefined && /^\S+$/.test(id))
}
