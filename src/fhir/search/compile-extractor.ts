import type { FhirResource } from 'fhir/r4'
import type { ElementPath } from './element-path.ts'
import { ENTRIES_OF, type IndexEntries } from './index-entries.ts'
import type { SearchKind } from './query.ts'
import type { SearchParameter } from './search-parameter.ts'
import { type Leaf, walkerSource } from './walker.ts'
import { writeDate, writeNumber, writeQuantity } from './write-ranges.ts'
import { refersTo, writeReference } from './write-references.ts'
import { writeString, writeUri } from './write-strings.ts'
import { writeToken } from './write-tokens.ts'

/** Gives the entries of a resource of the one type that it was compiled for. `base` as for `extract`. */
export type Extractor = (resource: FhirResource, base: string | undefined) => IndexEntries

const WRITERS = {
  token: writeToken,
  string: writeString,
  reference: writeReference,
  date: writeDate,
  number: writeNumber,
  quantity: writeQuantity,
  uri: writeUri,
  refersTo,
}

/** Data types that are written in the same way as another. */
const ALIKE: Readonly<Record<string, string>> = {
  'reference uri': 'canonical',
  'reference url': 'canonical',
  'reference oid': 'canonical',
  'reference uuid': 'canonical',
  'quantity SimpleQuantity': 'Quantity',
  'quantity Age': 'Quantity',
  'quantity Duration': 'Quantity',
  'quantity Distance': 'Quantity',
  'quantity Count': 'Quantity',
}

/**
 * Makes JavaScript of some search parameters of one type, so that nothing is interpreted for each resource.
 * The source is made of our own table alone; nothing of a resource or request gets into it.
 */
export function compileExtractor(parameters: readonly SearchParameter[]): Extractor {
  return new Function('writers', extractorSource(parameters))(WRITERS)
}

function extractorSource(parameters: readonly SearchParameter[]): string {
  const lists = Object.values(ENTRIES_OF)
  const leaves = parameters.flatMap((parameter) =>
    parameter.paths.map((path) => leafOf(parameter, path)),
  )
  const writers = [...new Set(leaves.map((leaf) => leaf.writer))]
  return `'use strict'
    ${writers.map((writer) => `const ${writer.replace('.', '_')} = writers.${writer}`).join('\n')}
    const refersTo = writers.refersTo
    return (resource, base) => {
      ${lists.map((list) => `const ${list} = []`).join('\n')}
      ${walkerSource(leaves)}
      return { ${lists.join(', ')} }
    }`
}

function leafOf({ code, kind }: SearchParameter, path: ElementPath): Leaf & { writer: string } {
  const writer = `${kind}.${writerOf(kind, path.dataType)}`
  const call = `${writer.replace('.', '_')}(${ENTRIES_OF[kind]}, ${JSON.stringify(code)}`
  const { dataType, refersTo: target, system } = path
  if (dataType === 'exists') {
    const forms = path.steps.flatMap(({ keys }) => keys.map((key) => `resource.${key}`))
    // A leaf of the resource itself, as it speaks also when there's nothing.
    return { path: { ...path, steps: [] }, writer, write: () => `${call}, [${forms}])` }
  }
  const more = kind === 'reference' ? 'base' : JSON.stringify(system)
  return {
    path,
    writer,
    write: (value) => {
      const written = `${call}, ${value}, ${more})`
      return target === undefined
        ? written
        : `if (refersTo(${value}, ${JSON.stringify(target)}, resource)) ${written}`
    },
  }
}

function writerOf(kind: SearchKind, dataType: string): string {
  const name = ALIKE[`${kind} ${dataType}`] ?? dataType
  return name in WRITERS[kind] ? name : 'primitive'
}
