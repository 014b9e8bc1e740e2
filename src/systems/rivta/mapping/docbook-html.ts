import { attributeOf, childrenOf, type XmlElement } from '../soap/xml-element.ts'
import { escapeHtml } from './note-html.ts'

/** What each element of DocBook is in XHTML; what isn't here is a `span`, or a `div` if it holds blocks. */
const HTML: Readonly<Record<string, string>> = {
  para: 'p',
  simpara: 'p',
  title: 'p',
  itemizedlist: 'ul',
  simplelist: 'ul',
  orderedlist: 'ol',
  procedure: 'ol',
  listitem: 'li',
  member: 'li',
  step: 'li',
  variablelist: 'dl',
  term: 'dt',
  table: 'table',
  informaltable: 'table',
  row: 'tr',
  tr: 'tr',
  entry: 'td',
  td: 'td',
  th: 'th',
  literallayout: 'pre',
  programlisting: 'pre',
  screen: 'pre',
  blockquote: 'blockquote',
  note: 'blockquote',
  warning: 'blockquote',
  important: 'blockquote',
  caution: 'blockquote',
  tip: 'blockquote',
  emphasis: 'em',
  subscript: 'sub',
  superscript: 'sup',
  literal: 'code',
}

/** Elements that only group what is in them. */
const THROUGH = new Set(['tgroup', 'varlistentry', 'thead', 'tbody', 'tfoot'])
const BLOCKS = new Set(['p', 'ul', 'ol', 'dl', 'table', 'pre', 'blockquote', 'div'])

/** DocBook as XHTML that FHIR allows: every text is there, in its order; mark-up that isn't known is left out. */
export function docBookHtml(nodes: readonly (string | XmlElement)[], parent = ''): string {
  return nodes
    .map((node) => {
      if (typeof node !== 'string') return elementHtml(node, parent)
      // White space between blocks is only how the message is laid out.
      return node.trim() === '' ? node.replace(/\s+/g, ' ') : escapeHtml(node)
    })
    .join('')
}

function elementHtml(element: XmlElement, parent: string): string {
  const { name, nodes } = element
  const inner = docBookHtml(nodes, name)
  if (THROUGH.has(name)) return inner
  if (name === 'link' || name === 'ulink') return `${inner}${addressHtml(element)}`
  const tag = tagOf(element, parent)
  if (tag === 'p' && hasBlocks(element)) return `<div>${inner}</div>`
  return `<${tag}>${name === 'title' ? `<b>${inner}</b>` : inner}</${tag}>`
}

/** The same name is a list's item or a term's definition, a paragraph's or a table's title, by what it's in. */
function tagOf(element: XmlElement, parent: string): string {
  const { name } = element
  if (name === 'listitem' && parent === 'varlistentry') return 'dd'
  if (name === 'title' && HTML[parent] === 'table') return 'caption'
  if (name === 'emphasis' && /^(bold|strong)$/.test(attributeOf(element, 'role') ?? ''))
    return 'strong'
  return HTML[name] ?? (hasBlocks(element) ? 'div' : 'span')
}

/** What a link leads to is shown as text: a note's mark-up is no reason to leave the record. */
function addressHtml(element: XmlElement): string {
  const address = element.attributes.find(({ name }) => name === 'href' || name === 'url')?.value
  return address === undefined ? '' : ` (${escapeHtml(address)})`
}

function hasBlocks(element: XmlElement): boolean {
  return childrenOf(element).some((child) => BLOCKS.has(HTML[child.name] ?? '') || hasBlocks(child))
}
