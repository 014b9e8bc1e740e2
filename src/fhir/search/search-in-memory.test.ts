import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { indexResource } from './indexed-resource.ts'
import { parseSearch } from './parse.ts'
import { searchInMemory } from './search-in-memory.ts'
import { searchParametersOf } from './search-parameter.ts'

const options = {
  types: new Map([['Patient' as const, { searchParams: searchParametersOf('Patient') }]]),
  base: undefined,
  now: 0,
}
const patient = (id: string, birthDate?: string, ...families: string[]) =>
  indexResource({
    resourceType: 'Patient',
    id,
    ...(birthDate && { birthDate }),
    name: families.map((family) => ({ family })),
  } satisfies FhirResource)

const PATIENTS = [
  patient('e', '1980', 'Öberg'),
  patient('d', '1970-05', 'Ek', 'Zander'),
  patient('c', undefined, 'Åberg'),
  patient('b', '1970-05'),
  patient('a', '2001', 'Alm'),
]

const search = (query: string) =>
  searchInMemory(parseSearch('Patient', new URLSearchParams(query), options), PATIENTS)

const ids = (query: string) =>
  search(query)
    .matches.map(({ key }) => key.id)
    .join('')

test('equals are in the order of their ids, in both directions', () => {
  assert.equal(ids(''), 'abcde')
  assert.equal(ids('_sort=birthdate'), 'bdeac')
  assert.equal(ids('_sort=-birthdate'), 'aebdc')
})

test('what is missing comes last in both directions', () => {
  assert.equal(ids('_sort=family'), 'adceb')
  assert.equal(ids('_sort=-family'), 'ecdab')
})

test('a second key decides between equals of the first', () => {
  assert.equal(ids('_sort=birthdate,-_id'), 'dbeac')
})

test('the pages together are the whole, in its order', () => {
  for (const sort of ['', '_id', '-birthdate', 'birthdate,-family', '-family', '_lastUpdated']) {
    const sorted = sort && `&_sort=${sort}`
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = search(`_count=2${sorted}${cursor === undefined ? '' : `&_cursor=${cursor}`}`)
      assert.equal(page.total, 5)
      seen.push(...page.matches.map(({ key }) => key.id))
      cursor = page.next
    } while (cursor !== undefined)
    assert.equal(seen.join(''), ids(sorted), sort)
  }
})

test('a page of none tells the number alone', () => {
  assert.deepEqual(search('_count=0'), { matches: [], total: 5, next: undefined })
})

test('a cursor that is none is refused', () => {
  for (const cursor of ['x', 'W10', 'WyJhIl0']) {
    assert.throws(() => search(`_sort=family&_cursor=${cursor}`), { code: 'invalid' })
  }
})
