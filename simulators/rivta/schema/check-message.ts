import { childrenOf, textOf, type XmlElement } from '../../../src/systems/rivta/soap/xml-element.ts'
import type { Schema, SchemaElement, SchemaType } from './read-schema.ts'

/** What is wrong with a message by its schema; empty if nothing is. Each has the path of the element. */
export function checkMessage(schema: Schema, message: XmlElement): readonly string[] {
  const declared = schema.element(message.namespace, message.name)
  if (!declared) return [`${message.name}: is not an element of the schema`]
  return checkContent(message, declared.type(), message.name)
}

function checkContent(element: XmlElement, type: SchemaType, path: string): readonly string[] {
  if (type.kind === 'text') return checkText(element, type, path)
  const children = [...childrenOf(element)]
  const wrong: string[] = []
  if (textOf(element).trim() !== '') wrong.push(`${path}: has text among its elements`)
  for (const declared of type.elements) {
    const { count, issues } = takeAll(children, declared, path)
    wrong.push(...issues)
    if (count < declared.min) wrong.push(`${path}/${declared.name}: is missing`)
    if (count > declared.max) wrong.push(`${path}/${declared.name}: comes ${count} times`)
  }
  for (const left of children) {
    const isOther =
      type.open && !type.elements.some(({ namespace }) => namespace === left.namespace)
    if (!isOther) wrong.push(`${path}/${left.name}: is not allowed here`)
  }
  return wrong
}

/** Takes what comes of a declared element from the front of the children. */
function takeAll(children: XmlElement[], declared: SchemaElement, path: string) {
  const issues: string[] = []
  let count = 0
  for (;;) {
    const [first] = children
    if (first?.name !== declared.name || first.namespace !== declared.namespace) break
    children.shift()
    issues.push(...checkContent(first, declared.type(), `${path}/${declared.name}`))
    count++
  }
  return { count, issues }
}

const BUILT_IN: Readonly<Record<string, RegExp>> = {
  boolean: /^(true|false|1|0)$/,
  int: /^[+-]?\d{1,10}$/,
  integer: /^[+-]?\d+$/,
  double: /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|INF|-INF|NaN)$/,
  base64Binary: /^[A-Za-z0-9+/=\s]*$/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  date: /^-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$/,
}

function checkText(
  element: XmlElement,
  { base, values, patterns }: Extract<SchemaType, { kind: 'text' }>,
  path: string,
): readonly string[] {
  if (childrenOf(element).length > 0) return [`${path}: has elements where there should be text`]
  const text = textOf(element)
  const value = base === 'string' ? text : text.trim()
  if (!(BUILT_IN[base]?.test(value) ?? true)) return [`${path}: is not of type ${base}`]
  if (values.length > 0 && !values.includes(value)) return [`${path}: is not in its list`]
  const fits = patterns.length === 0 || patterns.some((pattern) => pattern.test(value))
  return fits ? [] : [`${path}: has not the form of its type`]
}
