import { escapeXml } from './write-xml.ts'

/** An XML element as it was sent: names resolved, text exact. https://www.w3.org/TR/xml-names/ */
export interface XmlElement {
  /** The name without its prefix. */
  readonly name: string
  /** The namespace that the prefix stood for; `''` where there is none. */
  readonly namespace: string
  /** Without `xmlns`. In no particular order; a name comes once. */
  readonly attributes: readonly XmlAttribute[]
  /** Text and elements in their order. CDATA is text as any other, and neighbouring texts are one. */
  readonly nodes: readonly (string | XmlElement)[]
}

export interface XmlAttribute {
  readonly name: string
  /** `''` for an attribute without prefix, which belongs to its element. */
  readonly namespace: string
  readonly value: string
}

/** The text directly in an element, exactly as sent: white space, line breaks and all. */
export function textOf(element: XmlElement): string {
  return element.nodes.filter((node) => typeof node === 'string').join('')
}

/** All text in an element and what is in it, in its order. */
export function deepTextOf(element: XmlElement): string {
  return element.nodes.map((node) => (typeof node === 'string' ? node : deepTextOf(node))).join('')
}

/** What is in an element as text: its text exactly, or where it has elements the mark-up that says the same, without prefixes. */
export function markupOf(element: XmlElement): string {
  return childrenOf(element).length === 0 ? textOf(element) : element.nodes.map(written).join('')
}

function written(node: string | XmlElement): string {
  if (typeof node === 'string') return escapeXml(node)
  const attributes = node.attributes.map(({ name, value }) => ` ${name}="${escapeXml(value)}"`)
  return `<${node.name}${attributes.join('')}>${node.nodes.map(written).join('')}</${node.name}>`
}

/** The elements directly in an element. */
export function childrenOf(element: XmlElement): readonly XmlElement[] {
  return element.nodes.filter((node) => typeof node !== 'string')
}

/** The first child of a name and namespace. */
export function childOf(
  element: XmlElement,
  namespace: string,
  name: string,
): XmlElement | undefined {
  return childrenOf(element).find((child) => child.name === name && child.namespace === namespace)
}

/** The value of an attribute without prefix. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((each) => each.name === name && each.namespace === '')?.value
}
