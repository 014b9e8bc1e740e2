import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../fhir/problem.ts'
import type { RecordSystem, SearchPage } from '../fhir/record-system.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'
import { holdersOfNumber } from './patients-with-number.ts'

const NUMBER = ['191212121212', '1.2.752.129.2.1.3.1'] as const

function answering(page: Partial<SearchPage>): RecordSystem {
  const types = new Map([
    ['Patient', { interactions: new Set(), searchParams: searchParametersOf('Patient') }],
  ])
  const search = async () => ({ hits: [], total: undefined, next: undefined, issues: [], ...page })
  return { capability: () => ({ types, system: new Set() }), search } as unknown as RecordSystem
}

test('whose a number is isn’t told while a source is silent, as nobody’s would be blocked by nobody (PDL 4:4)', async () => {
  const message = 'svarar inte'
  for (const kind of ['timeout', 'unavailable'] as const) {
    const system = answering({ issues: [{ source: 'Melior', kind, message }] })
    await assert.rejects(
      holdersOfNumber(system, ...NUMBER),
      (thrown) => thrown instanceof Problem && thrown.code === 'transient',
    )
  }
})

test('a number that every source answers for, and nobody has, is nobody’s', async () => {
  assert.deepEqual(await holdersOfNumber(answering({}), ...NUMBER), [])
})

/** A system that has patients who were given up for others. */
function givenUp(links: Readonly<Record<string, string>>): RecordSystem {
  const patientOf = (id: string) => {
    const link = [{ type: 'replaced-by', other: { reference: `Patient/${links[id]}` } }]
    const isGivenUp = links[id] !== undefined
    const value = { resourceType: 'Patient', id, ...(isGivenUp && { active: false, link }) }
    return { resource: { key: { type: 'Patient', id }, bytes: Buffer.from(JSON.stringify(value)) } }
  }
  const search = async ({ clauses: [clause] }: SearchQuery) => {
    const [value] = clause?.values ?? []
    const id = clause?.param === '_id' && value?.kind === 'token' ? value.code : 'first'
    return { hits: [patientOf(id ?? '')], total: undefined, next: undefined, issues: [] }
  }
  return { ...answering({}), search } as unknown as RecordSystem
}

test('a number that was given up, and the one it was given up for too, leads to the last one’s record', async () => {
  const system = givenUp({ first: 'second', second: 'third' })
  assert.deepEqual(await holdersOfNumber(system, ...NUMBER), ['third'])
})

test('links that go in a circle end', { timeout: 5_000 }, async () => {
  const system = givenUp({ first: 'second', second: 'third', third: 'first' })
  assert.deepEqual(await holdersOfNumber(system, ...NUMBER), ['third'])
})
