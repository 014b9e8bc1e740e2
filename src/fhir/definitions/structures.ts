import { readFileSync } from 'node:fs'

/** One element of a structure as JSON names it: each form of a choice type is an element of its own. */
export interface Element {
  /** Name of the property: `birthDate`, `valueQuantity`. */
  readonly name: string
  /** Data type (`Quantity`, `code`, `Resource`) or the part that says what is in it (`Patient.contact`). */
  readonly type: string
  /** The choice it is a form of: `value` for `valueQuantity`. */
  readonly choice: string | undefined
  readonly min: number
  /** `Infinity` for `*`. */
  readonly max: number
  /** Whether it is an array in JSON. */
  readonly list: boolean
  /** Whether it's marked as belonging to the summary. */
  readonly summary: boolean
  /** Types that a reference may point at; `undefined` for any. */
  readonly targets: readonly string[] | undefined
  /** Name of the value set that its codes must be from, where R4's own definitions can tell the codes. */
  readonly valueSet: string | undefined
}

/** A resource type, a data type, or a part of one that has elements of its own. */
export interface Structure {
  readonly name: string
  readonly kind: 'resource' | 'type' | 'part' | 'abstract'
  /** By property name, what is inherited first. */
  readonly elements: ReadonlyMap<string, Element>
}

interface Row {
  readonly kind: Structure['kind']
  readonly base?: string
  readonly elements: Readonly<Record<string, string>>
}

const LINE = /^(\d+)\.\.(\d+|\*) (\S+?)( \^)?(?: =(\S+))?$/

let rows: ReadonlyMap<string, Row> | undefined
let codeTable: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> | undefined
const structures = new Map<string, Structure>()

/**
 * The structure of a type or part, read from the table on its first use; `undefined` for a primitive or unknown name.
 * Source: HL7's StructureDefinitions for R4, by tools/definitions/structure-definitions.ts
 */
export function structureOf(name: string): Structure | undefined {
  const known = structures.get(name)
  if (known) return known
  rows ??= readTable<Row>('structures.json')
  const row = rows.get(name)
  if (row === undefined) return undefined
  const inherited = row.base === undefined ? undefined : structureOf(row.base)
  const elements = new Map(inherited?.elements)
  for (const [element, line] of Object.entries(row.elements)) {
    for (const form of formsOf(element, line)) elements.set(form.name, form)
  }
  const structure: Structure = { name, kind: row.kind, elements }
  structures.set(name, structure)
  return structure
}

/** Code system → codes of a value set that an {@link Element} names. */
export function codesIn(valueSet: string): Readonly<Record<string, readonly string[]>> {
  codeTable ??= readTable('value-sets.json')
  return codeTable.get(valueSet) ?? {}
}

function readTable<Entry>(file: string): Map<string, Entry> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  return new Map(Object.entries(JSON.parse(text)))
}

function formsOf(element: string, line: string): Element[] {
  const [, min, max, types = '', summary, valueSet] = LINE.exec(line) ?? []
  const choice = element.endsWith('[x]') ? element.slice(0, -3) : undefined
  return types.split('|').map((form) => {
    const [type = '', targets] = form.split(/[()]/)
    return {
      name: choice === undefined ? element : choice + type.charAt(0).toUpperCase() + type.slice(1),
      type,
      choice,
      min: Number(min),
      max: max === '*' ? Number.POSITIVE_INFINITY : Number(max),
      list: max !== '0' && max !== '1',
      summary: summary !== undefined,
      targets: targets?.split(','),
      valueSet,
    }
  })
}
