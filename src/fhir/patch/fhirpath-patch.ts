import { parse, stringify } from 'lossless-json'
import { Problem } from '../problem.ts'
import type { Patch } from './json-patch.ts'
import {
  addTo,
  type Fields,
  isFields,
  listAt,
  misfit,
  type Place,
  placesAt,
  removeAt,
  replaceAt,
} from './patch-place.ts'
import { type GivenValue, givenValue } from './patch-value.ts'

/** One operation as its Parameters say it. */
interface Operation {
  readonly type: 'add' | 'insert' | 'delete' | 'replace' | 'move'
  readonly path: string
  readonly name: string | undefined
  readonly value: GivenValue | undefined
  readonly index: number | undefined
  readonly source: number | undefined
  readonly destination: number | undefined
}

const PARTS = ['type', 'path', 'name', 'value', 'index', 'source', 'destination']
const TYPES = ['add', 'insert', 'delete', 'replace', 'move'] as const

/**
 * Reads a FHIRPath Patch. Numbers that it doesn't touch, and those that it brings, keep their text.
 *
 * @param bytes valid Parameters
 * @throws Problem `invalid` if it isn't a patch; when applied, `business-rule` if a place isn't there or there are several
 * @see https://hl7.org/fhir/R4/fhirpatch.html
 */
export function parseFhirPathPatch(bytes: Buffer): Patch {
  const parameters = parse(String(bytes)) as Fields
  const list = Array.isArray(parameters.parameter) ? parameters.parameter : []
  const operations = list.map(operationIn)
  if (operations.length === 0) throw new Problem('invalid', 'The patch has no operation')
  return (current) => {
    const document = parse(String(current))
    if (!isFields(document)) throw misfit()
    for (const operation of operations) perform(document, operation)
    return Buffer.from(stringify(document) ?? 'null')
  }
}

function operationIn(parameter: Fields, index: number): Operation {
  const wrong = (what: string) =>
    new Problem('invalid', what, { expression: `Parameters.parameter[${index}]` })
  const parts = Array.isArray(parameter.part) ? (parameter.part as Fields[]) : []
  const byName = new Map(parts.map((part) => [String(part.name), part]))
  if (parameter.name !== 'operation') throw wrong('Only parameters named operation are known')
  if (byName.size < parts.length) throw wrong('A part is given twice')
  if (parts.some(({ name }) => !PARTS.includes(String(name)))) throw wrong('A part is not known')
  const type = TYPES.find((each) => each === String(byName.get('type')?.valueCode))
  const path = byName.get('path')?.valueString
  if (!type || typeof path !== 'string') throw wrong('An operation needs a type and a path')
  const name = byName.get('name')?.valueString
  const value = byName.get('value')
  const operation: Operation = {
    type,
    path,
    name: typeof name === 'string' ? name : undefined,
    value: value && givenValue(value),
    index: wholeNumber(byName.get('index')),
    source: wholeNumber(byName.get('source')),
    destination: wholeNumber(byName.get('destination')),
  }
  if (NEEDS[type].some((part) => operation[part] === undefined)) {
    throw wrong(`This operation also needs ${NEEDS[type].join(' and ')}`)
  }
  return operation
}

const NEEDS: Readonly<Record<Operation['type'], readonly (keyof Operation)[]>> = {
  add: ['name', 'value'],
  insert: ['index', 'value'],
  delete: [],
  replace: ['value'],
  move: ['source', 'destination'],
}

function wholeNumber(part: Fields | undefined): number | undefined {
  const text = String(part?.valueInteger ?? '')
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function perform(document: Fields, operation: Operation): void {
  const { type, path, name = '', value, index = 0, source = 0, destination = 0 } = operation
  switch (type) {
    case 'add':
      addTo(only(placesAt(document, path)), name, value)
      break
    case 'insert':
      insert(document, path, index, value)
      break
    case 'delete': {
      const places = placesAt(document, path)
      if (places.length > 0) removeAt(only(places))
      break
    }
    case 'replace':
      replaceAt(only(placesAt(document, path)), value)
      break
    case 'move':
      move(document, path, source, destination)
  }
}

function move(document: Fields, path: string, source: number, destination: number): void {
  const { place, lists } = listAt(document, path)
  if (source >= place.length || destination >= place.length) throw misfit()
  for (const list of lists) list.splice(destination, 0, ...list.splice(source, 1))
}

function insert(
  document: Fields,
  path: string,
  index: number,
  value: GivenValue | undefined,
): void {
  const { place, lists } = listAt(document, path)
  if (index > place.length || !value) throw misfit()
  const made = value.make(place.element)
  for (const list of lists) list.splice(index, 0, list === place.list ? made : null)
}

function only(places: readonly Place[]): Place {
  const [place, second] = places
  if (!place || second) throw misfit()
  return place
}
