import { pieces, tag, type Xml } from '../../../src/systems/rivta/soap/write-xml.ts'
import type { SchemaElement, SchemaType } from './read-schema.ts'

/** A field of a sample: where it is, and what was written there. */
export interface SampleField {
  /** Names from the outermost element down, with a slash between. */
  readonly path: string
  readonly text: string
}

export interface Sample {
  readonly xml: Xml
  readonly fields: readonly SampleField[]
}

/** Gives the text of a field, or `undefined` to have one made up; `leave out` decides for whole elements. */
export interface SampleChoices {
  readonly text: (path: string) => string | undefined
  readonly leaveOut: (path: string) => boolean
}

/** Types that hold themselves end here. */
const DEEPEST = 14

/**
 * A message that has everything its schema allows, each field with a text of its own, so that it can be looked for in
 * what is made of the message.
 */
export function sampleMessage(root: SchemaElement, choices: SampleChoices): Sample {
  const fields: SampleField[] = []
  const write = (element: SchemaElement, path: string, depth: number): Xml | undefined => {
    if (choices.leaveOut(path) || depth > DEEPEST) return undefined
    const type = element.type()
    const namespace = ` xmlns="${element.namespace}"`
    if (type.kind === 'elements') {
      const inner = type.elements.map((each) => write(each, `${path}/${each.name}`, depth + 1))
      return tag(element.name, inner, namespace)
    }
    const text = choices.text(path) ?? madeUp(type, fields.length)
    fields.push({ path, text })
    return tag(element.name, text, namespace)
  }
  return { xml: pieces(write(root, root.name, 0)), fields }
}

function madeUp(type: Extract<SchemaType, { kind: 'text' }>, number: number): string {
  const [first] = type.values
  if (first !== undefined) return first
  if (type.base === 'boolean') return 'true'
  if (type.base === 'double') return `${number}.50`
  if (type.base === 'int' || type.base === 'integer') return String(number + 1)
  if (type.base === 'base64Binary') return Buffer.from(`data ${number}`).toString('base64')
  if (type.base === 'anyURI') return `https://example.invalid/${number}`
  const candidates = [
    `Text ${number} <é>`,
    timeOf(number),
    timeOf(number).slice(0, 8),
    `${number}.50`,
  ]
  const fitting = candidates.find((each) => type.patterns.every((pattern) => pattern.test(each)))
  return fitting ?? UUID
}

const UUID = '3f2504e0-4f89-11d3-9a0c-0305e82c3301'

/** A time of its own for each field. */
function timeOf(number: number): string {
  return new Date(Date.UTC(2020, 0, 1) + number * 90_061_000)
    .toISOString()
    .replace(/\D/g, '')
    .slice(0, 14)
}
