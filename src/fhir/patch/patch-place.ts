import { createRequire } from 'node:module'
import { type Element, structureOf } from '../definitions/structures.ts'
import { Problem } from '../problem.ts'
import type { GivenValue } from './patch-value.ts'

/** An object of a document that is being patched. Numbers in it are texts of their own kind. */
export type Fields = Record<string, unknown>

/** One element of a document: where it stands, and what R4 says of it. */
export interface Place {
  /** What it stands in; `undefined` for the resource itself. */
  readonly owner: Fields | undefined
  /** Name of the property: `valueQuantity`. */
  readonly name: string
  /** Where in its list; `undefined` if it isn't in one. */
  readonly index: number | undefined
  readonly element: Element | undefined
  /** Name of the structure that its own elements are of. */
  readonly type: string
  readonly value: unknown
  /** Name of the structure that it stands in. */
  readonly ownerType: string
}

/** A node as the FHIRPath library gives it. */
interface PathNode {
  readonly parentResNode: PathNode | null
  readonly propName: string | null
  readonly index: number | null
}

interface FhirPath {
  evaluate(
    data: unknown,
    path: string,
    variables: object,
    model: unknown,
    options: object,
  ): unknown[]
}

const require = createRequire(import.meta.url)

const LONGEST_PATH = 500
/** Functions that take no longer than what they look at is long. Patterns and recursion may take for ever. */
const FUNCTIONS = new Set(
  'where first last tail skip take single exists empty not all count ofType as is extension hasValue startsWith endsWith contains lower upper'.split(
    ' ',
  ),
)

/** The patch does not fit the resource. */
export const misfit = () =>
  new Problem('business-rule', 'The patch does not fit the resource as it is')

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !('isLosslessNumber' in value)

/**
 * The elements of a document that a FHIRPath names.
 *
 * @throws Problem `invalid` for a path that can't be read, or asks for more than finding
 */
export function placesAt(document: Fields, path: string): Place[] {
  const literalFree = path.replace(/'(?:[^'\\]|\\.)*'/g, "''")
  const functions = [...literalFree.matchAll(/([A-Za-z_]\w*)\s*\(/g)].map(([, name = '']) => name)
  if (path.length > LONGEST_PATH || /[`/*%]/.test(literalFree)) throw unreadable()
  if (!functions.every((name) => FUNCTIONS.has(name))) throw unreadable()
  const nodes = evaluate(document, path)
  return nodes.map((node) => placeOf(document, node))
}

const unreadable = () =>
  new Problem('invalid', 'A path of the patch is not a FHIRPath that is taken here')

function evaluate(document: Fields, path: string): PathNode[] {
  const fhirpath = require('fhirpath') as FhirPath
  const model: unknown = require('fhirpath/fhir-context/r4')
  const plain = JSON.parse(JSON.stringify(document, (_, value) => plainNumber(value)))
  let found: unknown[]
  try {
    found = fhirpath.evaluate(plain, path, {}, model, { resolveInternalTypes: false })
  } catch {
    throw unreadable() // the library's message quotes the path
  }
  const isNode = (value: unknown): value is PathNode =>
    typeof value === 'object' && value !== null && 'parentResNode' in value
  if (!found.every(isNode)) throw unreadable()
  return found
}

const plainNumber = (value: unknown) =>
  typeof value === 'object' && value !== null && 'isLosslessNumber' in value ? Number(value) : value

function placeOf(document: Fields, node: PathNode): Place {
  if (!node.parentResNode || node.propName === null) {
    const type = String(document.resourceType)
    const root = { owner: undefined, name: '', index: undefined, element: undefined }
    return { ...root, type, value: document, ownerType: type }
  }
  const parent = placeOf(document, node.parentResNode)
  return childOf(parent, node.propName, node.index ?? undefined)
}

/** The element of a place by its name; of a choice the form that is there. */
function childOf(parent: Place, name: string, index: number | undefined): Place {
  const owner = parent.value
  if (!isFields(owner)) throw misfit()
  const elements = [...(structureOf(parent.type)?.elements.values() ?? [])]
  const isThere = ({ name: property }: Element) => property in owner || `_${property}` in owner
  const element =
    elements.find((each) => each.name === name) ??
    elements.find((each) => each.choice === name && isThere(each))
  if (!element) throw misfit()
  const whole = owner[element.name]
  const value = index !== undefined && Array.isArray(whole) ? whole[index] : whole
  const type = typeOf(element, value)
  return { owner, name: element.name, index, element, type, value, ownerType: parent.type }
}

function typeOf({ type }: Element, value: unknown): string {
  return type === 'Resource' && isFields(value) ? String(value.resourceType) : type
}

/** A list, whether or not anything is in it yet, with what stands beside its primitives in step with it. */
export function listAt(
  document: Fields,
  path: string,
): { place: { list: unknown[]; length: number; element: Element }; lists: unknown[][] } {
  const [, parentPath = '', name = ''] = /^(.+)\.([A-Za-z]\w*)$/.exec(path) ?? []
  const parents = placesAt(document, parentPath || String(document.resourceType))
  const [parent, second] = parents
  if (!parent || second || !isFields(parent.value)) throw misfit()
  const element = structureOf(parent.type)?.elements.get(name || path)
  if (!element?.list) throw misfit()
  const owner = parent.value
  if (!Array.isArray(owner[element.name])) owner[element.name] = []
  const list = owner[element.name] as unknown[]
  const beside = owner[`_${element.name}`]
  const lists = Array.isArray(beside) ? [list, padded(beside, list.length)] : [list]
  return { place: { list, length: list.length, element }, lists }
}

function padded(list: unknown[], length: number): unknown[] {
  while (list.length < length) list.push(null)
  return list
}

/** Adds an element of a name to a place: at the end of a list, or where there is none. */
export function addTo(place: Place, name: string, value: GivenValue | undefined): void {
  if (!isFields(place.value) || !value) throw misfit()
  const element = elementFor(place.type, name, value)
  const made = value.make(element)
  const there = place.value[element.name]
  if (!element.list) {
    const forms = structureOf(place.type)?.elements.values() ?? []
    const taken = [...forms].some(
      (form) =>
        (form.name === element.name ||
          (form.choice !== undefined && form.choice === element.choice)) &&
        isFields(place.value) &&
        form.name in place.value,
    )
    if (taken) throw misfit()
    place.value[element.name] = made
  } else if (Array.isArray(there)) {
    there.push(made)
    const beside = place.value[`_${element.name}`]
    if (Array.isArray(beside)) padded(beside, there.length)
  } else place.value[element.name] = [made]
}

/** Puts another value in an element's place; a choice may change its type. */
export function replaceAt(place: Place, value: GivenValue | undefined): void {
  const { owner, name, index, element, ownerType } = place
  if (!owner || !element || !value) throw misfit()
  const next = element.choice ? elementFor(ownerType, element.choice, value) : element
  const made = value.make(next)
  if (index !== undefined && Array.isArray(owner[name])) {
    owner[name][index] = made
    return
  }
  if (next.name !== name) removeAt(place)
  owner[next.name] = made
}

/** Takes an element away, with what stands beside it. */
export function removeAt({ owner, name, index }: Place): void {
  if (!owner) throw misfit()
  for (const property of [name, `_${name}`]) {
    const whole = owner[property]
    if (index !== undefined && Array.isArray(whole)) {
      whole.splice(index, 1)
      if (whole.length === 0 || whole.every((each) => each === null)) delete owner[property]
    } else delete owner[property]
  }
}

/** The element of a name; of a choice the form that the value is of. */
function elementFor(type: string, name: string, value: GivenValue): Element {
  const elements = [...(structureOf(type)?.elements.values() ?? [])]
  const element =
    elements.find((each) => each.name === name) ??
    elements.find((each) => each.choice === name && each.type === value.type)
  if (!element) throw misfit()
  return element
}
