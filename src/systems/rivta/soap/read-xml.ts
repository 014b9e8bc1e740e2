import { Problem } from '../../../fhir/problem.ts'
import type { XmlAttribute, XmlElement } from './xml-element.ts'
import { type XmlToken, xmlTokens } from './xml-tokens.ts'

/** Deeper than any contract; so that a hostile document can't use up the stack of who walks it. */
const MAX_DEPTH = 100
const XML = 'http://www.w3.org/XML/1998/namespace'

/** An element whose content is still being read. */
interface Open {
  readonly tag: string
  /** `undefined` for what is around the outermost element. */
  readonly element: XmlElement | undefined
  readonly nodes: (string | XmlElement)[]
  readonly prefixes: ReadonlyMap<string, string>
}

/**
 * Reads an XML document: strictly well-formed, namespaces resolved, text exactly as sent. No entity is expanded but
 * XML's own five and character references, and a document type declaration is refused, so that nothing outside the
 * document is ever read. https://www.w3.org/TR/xml/
 *
 * @throws Problem `structure`, without text of the document
 */
export function readXml(document: string): XmlElement {
  const top: Open = { tag: '', element: undefined, nodes: [], prefixes: new Map([['xml', XML]]) }
  const open = [top]
  for (const token of xmlTokens(document)) {
    const inner = open.at(-1) ?? top
    if (token.kind === 'text') addText(inner, token.text)
    else if (token.kind === 'end') close(open, token.name)
    else {
      const started = start(inner, token)
      if (!token.empty) open.push(started)
      if (open.length > MAX_DEPTH) throw broken(`elements more than ${MAX_DEPTH} levels deep`)
    }
  }
  if (open.length !== 1) throw broken('elements that do not end: it may be cut off')
  return rootOf(top)
}

function rootOf({ nodes }: Open): XmlElement {
  const [root, second] = nodes.filter((node) => typeof node !== 'string')
  if (!root) throw broken('no element')
  if (second) throw broken('more than one outermost element')
  if (nodes.some((node) => typeof node === 'string' && node.trim() !== '')) {
    throw broken('text outside its outermost element')
  }
  return root
}

function addText({ nodes }: Open, text: string): void {
  const last = nodes.at(-1)
  if (typeof last === 'string') nodes[nodes.length - 1] = last + text
  else if (text !== '') nodes.push(text)
}

function close(open: Open[], name: string): void {
  const ended = open.pop()
  if (ended?.tag !== name || !ended.element) throw broken('an end tag that does not belong')
}

function start(outer: Open, token: Extract<XmlToken, { kind: 'start' }>): Open {
  const prefixes = prefixesOf(outer.prefixes, token.attributes)
  const [namespace, name] = resolve(token.name, prefixes, prefixes.get('') ?? '')
  const nodes: (string | XmlElement)[] = []
  const element = { name, namespace, nodes, attributes: attributesOf(token, prefixes) }
  outer.nodes.push(element)
  return { tag: token.name, element, nodes, prefixes }
}

function prefixesOf(
  outer: ReadonlyMap<string, string>,
  attributes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = [...attributes].flatMap(([name, value]) => {
    if (name === 'xmlns') return [['', value] as const]
    return name.startsWith('xmlns:') ? [[name.slice(6), value] as const] : []
  })
  if (declared.some(([prefix, uri]) => prefix !== '' && uri === '')) {
    throw broken('a prefix without a namespace')
  }
  return declared.length === 0 ? outer : new Map([...outer, ...declared])
}

function attributesOf(
  { attributes }: Extract<XmlToken, { kind: 'start' }>,
  prefixes: ReadonlyMap<string, string>,
): XmlAttribute[] {
  return [...attributes].flatMap(([tag, value]) => {
    if (tag === 'xmlns' || tag.startsWith('xmlns:')) return []
    const [namespace, name] = resolve(tag, prefixes, '')
    return [{ namespace, name, value }]
  })
}

function resolve(
  tag: string,
  prefixes: ReadonlyMap<string, string>,
  bare: string,
): readonly [namespace: string, name: string] {
  const colon = tag.indexOf(':')
  if (colon < 0) return [bare, tag]
  const namespace = prefixes.get(tag.slice(0, colon))
  if (namespace === undefined) throw broken('a prefix that stands for no namespace')
  return [namespace, tag.slice(colon + 1)]
}

function broken(what: string): Problem {
  return new Problem('structure', `The XML has ${what}`)
}
