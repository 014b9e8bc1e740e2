import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readXml } from '../../../src/systems/rivta/soap/read-xml.ts'
import {
  attributeOf,
  childrenOf,
  type XmlElement,
} from '../../../src/systems/rivta/soap/xml-element.ts'

/** What an element holds: other elements in their order, or a text of some kind. */
export type SchemaType =
  | {
      readonly kind: 'elements'
      readonly elements: readonly SchemaElement[]
      readonly open: boolean
    }
  | {
      readonly kind: 'text'
      /** Built-in type of XML Schema: `string`, `double`. */
      readonly base: string
      readonly values: readonly string[]
      readonly patterns: readonly RegExp[]
    }

export interface SchemaElement {
  readonly namespace: string
  readonly name: string
  readonly min: number
  readonly max: number
  /** Looked up when asked, as types can hold themselves. */
  type(): SchemaType
}

/** The part of XML Schema that RIV-TA's contracts use: sequences, restrictions, imports, and `any` of other namespaces. */
export interface Schema {
  /** A global element by namespace and name. */
  element(namespace: string, name: string): SchemaElement | undefined
}

interface Declarations {
  readonly types: Map<string, () => SchemaType>
  readonly elements: Map<string, SchemaElement>
}

/** Reads a schema file and all that it imports. */
export function readSchema(file: string): Schema {
  const declarations: Declarations = { types: new Map(), elements: new Map() }
  readFile(file, declarations, new Set())
  return { element: (namespace, name) => declarations.elements.get(`{${namespace}}${name}`) }
}

function readFile(file: string, declarations: Declarations, read: Set<string>): void {
  if (read.has(file)) return
  read.add(file)
  const text = readFileSync(file, 'utf8')
  const root = readXml(text)
  const scope: Scope = {
    target: attributeOf(root, 'targetNamespace') ?? '',
    prefixes: prefixesIn(text),
    declarations,
  }
  for (const child of childrenOf(root)) {
    const location = attributeOf(child, 'schemaLocation')
    if (child.name === 'import' && location !== undefined) {
      readFile(path.resolve(path.dirname(file), location), declarations, read)
    }
    const name = `{${scope.target}}${attributeOf(child, 'name')}`
    if (child.name === 'complexType' || child.name === 'simpleType') {
      declarations.types.set(name, () => typeIn(child, scope))
    }
    if (child.name === 'element') declarations.elements.set(name, elementIn(child, scope))
  }
}

interface Scope {
  readonly target: string
  readonly prefixes: ReadonlyMap<string, string>
  readonly declarations: Declarations
}

/** The reader resolves names of elements, not names in attributes; schemas declare all prefixes at the top. */
function prefixesIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/xmlns:([\w-]+)\s*=\s*["']([^"']+)["']/g)
  return new Map([...found].map(([, prefix = '', uri = '']) => [prefix, uri]))
}

function elementIn(element: XmlElement, scope: Scope): SchemaElement {
  const bounds = {
    min: Number(attributeOf(element, 'minOccurs') ?? 1),
    max: Number((attributeOf(element, 'maxOccurs') ?? '1').replace('unbounded', 'Infinity')),
  }
  const reference = attributeOf(element, 'ref')
  if (reference !== undefined) {
    const [namespace, name] = resolve(reference, scope)
    const target = () => scope.declarations.elements.get(`{${namespace}}${name}`)
    return { ...bounds, namespace, name, type: () => target()?.type() ?? anyText('string') }
  }
  const name = attributeOf(element, 'name') ?? ''
  const [inline] = childrenOf(element).filter((child) => child.name.endsWith('Type'))
  const named = attributeOf(element, 'type')
  const type = () => (inline ? typeIn(inline, scope) : typeNamed(named ?? 'xs:string', scope))
  return { ...bounds, namespace: scope.target, name, type }
}

const SCHEMA = 'http://www.w3.org/2001/XMLSchema'

function typeNamed(name: string, scope: Scope): SchemaType {
  const [namespace, local] = resolve(name, scope)
  if (namespace === SCHEMA) return anyText(local)
  const found = scope.declarations.types.get(`{${namespace}}${local}`)
  if (!found) throw new Error(`the schema has no type ${name}`)
  return found()
}

function anyText(base: string): SchemaType {
  return { kind: 'text', base, values: [], patterns: [] }
}

function resolve(name: string, scope: Scope): readonly [namespace: string, name: string] {
  const [prefix = '', local] = name.split(':')
  return local === undefined ? [scope.target, prefix] : [scope.prefixes.get(prefix) ?? '', local]
}

function typeIn(element: XmlElement, scope: Scope): SchemaType {
  if (element.name === 'simpleType') return restrictionIn(element, scope)
  const parts = childrenOf(element)
    .filter(({ name }) => name === 'sequence')
    .flatMap(childrenOf)
  return {
    kind: 'elements',
    elements: parts.filter(({ name }) => name === 'element').map((each) => elementIn(each, scope)),
    open: parts.some(({ name }) => name === 'any'),
  }
}

function restrictionIn(element: XmlElement, scope: Scope): SchemaType {
  const restriction = childrenOf(element).find(({ name }) => name === 'restriction')
  if (!restriction) throw new Error('a simple type of the contracts is a restriction')
  const base = typeNamed(attributeOf(restriction, 'base') ?? 'xs:string', scope)
  const facets = (name: string) =>
    childrenOf(restriction)
      .filter((each) => each.name === name)
      .map((each) => attributeOf(each, 'value') ?? '')
  return {
    kind: 'text',
    base: base.kind === 'text' ? base.base : 'string',
    values: facets('enumeration'),
    patterns: facets('pattern').map((pattern) => new RegExp(`^(?:${pattern})$`)),
  }
}
