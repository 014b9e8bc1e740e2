import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { RESOURCE_TYPES, type ResourceType } from '../resource-type.ts'
import { type IndexedResource, indexResource } from './indexed-resource.ts'
import { parseSearch } from './parse.ts'
import { searchInMemory } from './search-in-memory.ts'
import { searchParametersOf } from './search-parameter.ts'

const DATA = '../shared/suites/data'
const skip = existsSync(`${DATA}/search-extract`) ? false : `${DATA} is not here`

const options = {
  types: new Map(RESOURCE_TYPES.map((type) => [type, { searchParams: searchParametersOf(type) }])),
  base: 'https://karna.example/fhir',
  now: Date.UTC(2026, 0, 1),
}

/** HL7's parameters as FHIRPath finds them in HL7's own examples. */
interface Vector {
  readonly type: ResourceType
  readonly id: string
  readonly query: string
  readonly hit: boolean
}

/** Searches that a public server's own tests make; `expect` are positions in `setup`. */
interface Group {
  readonly type: ResourceType
  readonly setup: readonly FhirResource[]
  readonly cases: readonly {
    readonly query: readonly (readonly [string, string])[]
    readonly expect: readonly number[]
    /** Why another answer is as good. */
    readonly note?: string
  }[]
}

test("HL7's examples are found by what FHIRPath finds in them", { skip }, () => {
  const examples = new Map(
    readdirSync(`${DATA}/r4-spec/examples`).map((file): [string, IndexedResource] => {
      const resource: FhirResource = read(`r4-spec/examples/${file}`)
      return [`${resource.resourceType}/${resource.id}`, indexResource(resource, options.base)]
    }),
  )
  const vectors: Vector[] = read('search-extract/vectors.json')
  const wrong = vectors.filter(({ type, id, query, hit }) => {
    const example = examples.get(`${type}/${id}`)
    const parsed = parseSearch(type, new URLSearchParams(query), options)
    return (searchInMemory(parsed, example ? [example] : []).total === 1) !== hit
  })
  assert.ok(vectors.length > 3000)
  assert.deepEqual(wrong, [])
})

test('searches mean what they mean to another server', { skip }, () => {
  for (const { type, setup, cases } of read<Group[]>('search-vectors/microsoft.json')) {
    const resources = setup.map((resource, position) =>
      indexResource({ ...resource, id: `${position}` } as FhirResource, options.base),
    )
    for (const { query, expect, note } of cases) {
      if (note !== undefined) continue
      const { matches } = searchInMemory(parseSearch(type, query, options), resources)
      const found = matches.map(({ key }) => Number(key.id)).sort((a, b) => a - b)
      assert.deepEqual(found, expect.toSorted(), JSON.stringify(query))
    }
  }
})

function read<Content>(file: string): Content {
  return JSON.parse(readFileSync(`${DATA}/${file}`, 'utf8'))
}
