import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from './fhir/problem.ts'
import type { SearchHit, SearchPage } from './fhir/record-system.ts'
import type { SearchQuery } from './fhir/search/query.ts'
import type { Gate } from './law/gate.ts'
import type { OpenRegion, Regions } from './regions.ts'
import { shadowRound } from './shadow-round.ts'

type Search = (query: SearchQuery) => Promise<SearchPage>

/** Three conditions in pages of two, as one side answers them. */
const pages =
  (before: string, third = 'tredje'): Search =>
  async ({ type, cursor }) => {
    const texts = type !== 'Condition' ? [] : cursor ? [third] : ['första', 'andra']
    const hits = texts.map((text, index): SearchHit => {
      const id = `${before}${cursor ?? 'a'}${index}`
      const bytes = Buffer.from(JSON.stringify({ resourceType: type, id, code: { text } }))
      return { mode: 'match', resource: { key: { type, id }, bytes } as SearchHit['resource'] }
    })
    const next = type === 'Condition' && !cursor ? 'b' : undefined
    return { hits, total: undefined, next, issues: [] }
  }

const types = new Map(
  ['Condition', 'Observation'].map((type) => [
    type,
    { interactions: new Set(), searchParams: new Map([['patient', 'native']]) },
  ]),
)
const gate = (region: string, search: Search) =>
  ({
    region,
    capability: () => ({ types, system: new Set() }),
    search: (_access: unknown, query: SearchQuery) => search(query),
  }) as unknown as Gate

function round(alone: Search, together: Search) {
  const regions = {
    persons: { patientsIn: async () => ['p1'], byPatient: async () => undefined },
    regionalOf: async (id: string) => ({ region: 'aland', id: id.replace('aland.', '') }),
    rehearsal: () => gate('all', together),
  } as unknown as Pick<Regions, 'persons' | 'regionalOf' | 'rehearsal'>
  const region = { record: { id: 'aland' }, gate: gate('aland', alone) } as unknown as OpenRegion
  return shadowRound(regions, region, () => 0)
}

test('a shadow round compares every page of what it asks', async () => {
  const same = await round(pages(''), pages('aland.'))
  assert.deepEqual([same.compared, same.different, same.silent], [3, 0, 0])
  const other = await round(pages(''), pages('aland.', 'något annat'))
  assert.deepEqual([other.compared, other.different, other.faults], [3, 1, ['Condition: 1 differ']])
})

test('a question that is refused or fails is named, and the round goes on', async () => {
  const failing =
    (thrown: Error): Search =>
    (query) =>
      query.type === 'Observation' ? Promise.reject(thrown) : pages('')(query)
  const refused = await round(failing(new Problem('not-supported', 'No')), pages('aland.'))
  assert.deepEqual([refused.compared, refused.silent], [3, 1])
  assert.deepEqual(refused.faults, ['Observation: refused, not-supported'])
  const failed = await round(failing(new TypeError('of 191212121212')), pages('aland.'))
  assert.deepEqual([failed.compared, failed.faults], [3, ['Observation: failed']])
})

test('a region whose pages never end is not waited for', async () => {
  const endless: Search = async (query) => ({ ...(await pages('')(query)), next: 'b' })
  const { silent, compared } = await round(endless, pages('aland.'))
  assert.deepEqual([silent, compared], [2, 0])
})
