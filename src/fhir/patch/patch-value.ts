import { type Element, structureOf } from '../definitions/structures.ts'
import { Problem } from '../problem.ts'
import { type Fields, isFields, misfit } from './patch-place.ts'

/** A value that a patch brings. */
export interface GivenValue {
  /** Its data type as its name says: `HumanName` of `valueHumanName`; `undefined` where it's put together of parts. */
  readonly type: string | undefined
  /** The value as it stands in an element. */
  make(element: Element): unknown
}

const PRIMITIVE = /^[a-z]/

/**
 * Reads a part that brings a value: `value[x]`, a resource, or further parts for what has no data type of its own
 * (`Patient.contact`). https://hl7.org/fhir/R4/fhirpatch.html
 */
export function givenValue(part: Fields): GivenValue {
  const names = Object.keys(part).filter((name) => name !== 'name' && name !== 'id')
  const [name = '', second] = names
  if (second) throw new Problem('invalid', 'A part of the patch brings more than one value')
  const value = part[name]
  if (name === 'resource') return { type: 'Resource', make: () => value }
  if (name === 'part' && Array.isArray(value)) {
    return { type: undefined, make: (element) => objectOf(value as Fields[], element.type) }
  }
  const word = /^value(\w+)$/.exec(name)?.[1]
  if (!word) throw new Problem('invalid', 'A part of the patch brings no value')
  const small = word.charAt(0).toLowerCase() + word.slice(1)
  const type = structureOf(word)?.kind === 'type' && isFields(value) ? word : small
  return { type, make: () => value }
}

/** An object put together of parts, each named after an element. */
function objectOf(parts: readonly Fields[], type: string): Fields {
  const made: Fields = {}
  const elements = [...(structureOf(type)?.elements.values() ?? [])]
  for (const part of parts) {
    const name = String(part.name)
    const value = givenValue(part)
    const element =
      elements.find((each) => each.name === name) ??
      elements.find((each) => each.choice === name && each.type === value.type)
    if (!element || PRIMITIVE.test(type)) throw misfit()
    const inner = value.make(element)
    const there = made[element.name]
    if (!element.list) made[element.name] = inner
    else if (Array.isArray(there)) there.push(inner)
    else made[element.name] = [inner]
  }
  return made
}
