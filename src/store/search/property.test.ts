import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { createDatabase } from '../../db/database.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import type { Change, RecordSystem } from '../../fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import type { SearchQuery, SearchValue } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { createStore } from '../store.ts'
import { DOMAINS, type Domain, updated } from './property-domains.ts'

const RESOURCES = 120
/** So many are there in the end: what comes after is written over what was first. */
const THERE = 100
const SEARCHES = 150

const opened: (() => Promise<void>)[] = []
after(async () => {
  for (const close of opened) await close()
})

const BEGIN = Date.UTC(2024, 1, 1)
const STEP = 86_400_000 / 2

const everything = mintSight(EVERYTHING)

interface Filled {
  readonly store: RecordSystem
  readonly resources: readonly IndexedResource[]
}

async function filled({ type, resource }: Domain): Promise<Filled> {
  const db = createDatabase(await freshDatabaseUrl())
  opened.push(() => db.end())
  let now = BEGIN
  const store = await createStore({ db, region: 'r', now: () => now, alongside: undefined })
  const author = {
    sight: everything,
    unit: 'u',
    provider: 'p',
    process: undefined,
    mayChooseId: true,
    mayUnlabel: true,
    originOf: undefined,
    logEntry: undefined,
  }
  const contents = fc
    .sample(resource, { seed: 7, numRuns: RESOURCES })
    .map((each) => validResource(parseJson(Buffer.from(JSON.stringify(each)))))
  const current = new Map<string, IndexedResource>()
  for (const [index, content] of contents.entries()) {
    // Some are written twice, some at the same time, and not in the order of their ids.
    const id = `00000000-0000-4000-8000-${String((index * 7) % THERE).padStart(12, '0')}`
    const update = { kind: 'update', key: { type, id }, resource: content, ifMatch: undefined }
    now += index % 3 === 0 ? 0 : STEP
    const [result] = await store.transact([update as Change], author)
    current.set(id, indexResource(JSON.parse(String(result?.resource?.bytes))))
  }
  const resources = [...current.values()]
  return { store, resources }
}

const optionsOf = (type: Domain['type']) => ({
  types: new Map([[type, { searchParams: searchParametersOf(type) }]]),
  base: undefined,
  now: 0,
})

function searchesOf({ type, clause, sorts }: Domain): SearchQuery[] {
  const options = optionsOf(type)
  const search = fc.tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: clause }, { weight: 1, arbitrary: updated }), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom(...sorts, '_lastUpdated', '-_lastUpdated'),
  )
  return fc.sample(search, { seed: 11, numRuns: SEARCHES }).map(([clauses, sort]) => {
    const sorting = sort ? [['_sort', sort] as const] : []
    return parseSearch(type, [...clauses, ...sorting, ['_count', '200']], options)
  })
}

/** The searches that find something else in SQL than in memory, or in another order. */
async function differences(
  { store, resources }: Filled,
  searches: readonly SearchQuery[],
  asked: (query: SearchQuery) => SearchQuery = (query) => query,
): Promise<{ different: string[]; found: number }> {
  const many = new Set(resources.filter(hasManyDates).map(({ key }) => key.id))
  const different: string[] = []
  let found = 0
  for (const query of searches) {
    const expected = searchInMemory(query, resources).matches.map(({ key }) => key.id)
    const page = await store.search(asked(query), everything)
    const ids = page.hits.map(({ resource }) => resource.key.id)
    // Of several clinical times a list is sorted by the first in SQL, whichever way; so those are left out of the order.
    const single = (list: readonly string[]) => list.filter((id) => !many.has(id)).join()
    const isSame =
      [...ids].sort().join() === [...expected].sort().join() && single(ids) === single(expected)
    if (!isSame) different.push(query.text)
    found += ids.length
  }
  return { different, found }
}

const hasManyDates = ({ entries }: IndexedResource) => entries.dates.length > 1

for (const domain of DOMAINS) {
  test(`a search for ${domain.type} finds in SQL what it finds in memory, in the same order`, async () => {
    const { different, found } = await differences(await filled(domain), searchesOf(domain))
    assert.deepEqual(different, [])
    assert.ok(found > 1_000, `the searches find enough to prove something: ${found}`)
  })
}

test('pages in the order of the last change repeat nothing and skip nothing', async () => {
  const [domain = assert.fail()] = DOMAINS
  const { store, resources } = await filled(domain)
  for (const sort of ['_lastUpdated', '-_lastUpdated']) {
    const parameters = [['_sort', sort] as const, ['_count', '7'] as const]
    const query = parseSearch(domain.type, parameters, optionsOf(domain.type))
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.search({ ...query, cursor }, everything)
      ids.push(...page.hits.map(({ resource }) => resource.key.id))
      cursor = page.next
    } while (cursor !== undefined)
    const all = searchInMemory({ ...query, count: THERE }, resources).matches
    assert.deepEqual(
      ids,
      all.map(({ key }) => key.id),
    )
  }
})

test('a broken operator is caught, whichever it is', async () => {
  const [domain = assert.fail()] = DOMAINS
  const there = await filled(domain)
  const searches = searchesOf(domain)
  for (const spoil of SPOILS) {
    const asked = (query: SearchQuery) => ({
      ...query,
      clauses: query.clauses.map((clause) => ({ ...clause, values: clause.values.map(spoil) })),
    })
    const { different } = await differences(there, searches, asked)
    assert.ok(different.length > 0, String(spoil))
  }
})

const SPOILS: readonly ((value: SearchValue) => SearchValue)[] = [
  (value) => (value.kind === 'date' && value.prefix === 'ge' ? { ...value, prefix: 'gt' } : value),
  (value) => (value.kind === 'date' && value.prefix === 'eb' ? { ...value, prefix: 'lt' } : value),
  (value) =>
    value.kind === 'quantity' && value.prefix === 'ge' ? { ...value, prefix: 'gt' } : value,
  (value) => (value.kind === 'token' ? { ...value, system: undefined } : value),
  (value) => (value.kind === 'string' ? { ...value, text: value.text.slice(0, 400) } : value),
  (value) => (value.kind === 'missing' ? { ...value, missing: !value.missing } : value),
]
