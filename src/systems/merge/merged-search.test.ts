import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from 'fhir/r4'
import { Problem } from '../../fhir/problem.ts'
import type { SearchHit, SearchPage, StoredResource } from '../../fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import { mergedSearch, type Part } from './merged-search.ts'

const types = new Map([
  ['Observation', { searchParams: searchParametersOf('Observation') }] as const,
])
const queryOf = (text: string) =>
  parseSearch('Observation', new URLSearchParams(text), { types, base: undefined, now: 0 })

/** A part that keeps observations in memory, by id and day. */
function memoryPart(name: string, days: ReadonlyMap<string, string>): Part & { asked: number } {
  const part = {
    name,
    asked: 0,
    async search(query: SearchQuery): Promise<SearchPage> {
      part.asked++
      const stored = new Map<IndexedResource, StoredResource>()
      for (const [id, day] of days) {
        const value: Observation = {
          resourceType: 'Observation',
          id,
          status: 'final',
          code: { text: 'x' },
          effectiveDateTime: day,
        }
        const bytes = Buffer.from(JSON.stringify(value))
        stored.set(indexResource(value), {
          key: { type: 'Observation', id },
          version: '1',
          lastUpdated: '2026-01-01T00:00:00.000Z',
          origin: {
            type: 'Observation',
            patient: undefined,
            unit: 'u',
            provider: 'p',
            process: undefined,
            labels: [],
            from: undefined,
            to: undefined,
          },
          bytes,
          method: 'create',
        })
      }
      const page = searchInMemory(query, stored.keys())
      const hits = page.matches.flatMap((indexed): SearchHit[] => {
        const resource = stored.get(indexed)
        return resource ? [{ resource, mode: 'match' }] : []
      })
      return {
        hits,
        total: query.total === 'none' ? undefined : page.total,
        next: page.next,
        issues: [],
      }
    },
  }
  return part
}

async function allPages(parts: readonly Part[], text: string, between: () => void = () => {}) {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page: SearchPage = await mergedSearch(parts, { ...queryOf(text), cursor })
    ids.push(...page.hits.map(({ resource }) => resource.key.id))
    cursor = page.next
    between()
  } while (cursor !== undefined)
  return ids
}

const day = (n: number) => `2026-01-${String((n % 28) + 1).padStart(2, '0')}`

function someParts(seed: number): { parts: Part[]; days: Map<string, string> } {
  const days = new Map<string, string>()
  const parts = [0, 1, 2].map((which) => {
    const own = new Map<string, string>()
    for (let n = 0; n < (seed * (which + 3)) % 17; n++)
      own.set(`${which}-${n}`, day(n * seed + which))
    for (const [id, at] of own) days.set(id, at)
    return memoryPart(`part${which}`, own)
  })
  return { parts, days }
}

test('merged pages are the whole in order, whatever the page size', async () => {
  for (let seed = 1; seed < 40; seed++) {
    const { parts, days } = someParts(seed)
    for (const count of [1, 2, 3, 7, 50]) {
      const ids = await allPages(parts, `_sort=-date&_count=${count}`)
      assert.deepEqual([...ids].sort(), [...days.keys()].sort())
      const times = ids.map((id) => days.get(id) ?? '')
      assert.deepEqual(times, [...times].sort().reverse(), `seed ${seed}, count ${count}`)
    }
  }
})

test('without a sort the parts follow each other, each once', async () => {
  const { parts, days } = someParts(5)
  const ids = await allPages(parts, '_count=4')
  assert.equal(ids.length, days.size)
  assert.equal(new Set(ids).size, days.size)
})

test('what is written meanwhile neither repeats nor hides the rest', async () => {
  const one = new Map([1, 3, 5, 7, 9].map((n) => [`a${n}`, day(n)]))
  const other = new Map([2, 4, 6, 8].map((n) => [`b${n}`, day(n)]))
  let written = 0
  const ids = await allPages(
    [memoryPart('one', one), memoryPart('other', other)],
    '_sort=date&_count=2',
    () => one.set(`new${written++}`, day(0)),
  )
  assert.deepEqual(
    ids.filter((id) => !id.startsWith('new')),
    ['a1', 'b2', 'a3', 'b4', 'a5', 'b6', 'a7', 'b8', 'a9'],
  )
})

test('a total is told only when every part told one', async () => {
  const { parts, days } = someParts(7)
  const query = queryOf('_total=accurate&_count=2')
  assert.equal((await mergedSearch(parts, query)).total, days.size)
  const silent: Part = {
    name: 'silent',
    search: async () => Promise.reject(new Problem('transient', 'no')),
  }
  const page = await mergedSearch([...parts, silent], query)
  assert.equal(page.total, undefined)
  assert.deepEqual(
    page.issues.map(({ source }) => source),
    ['silent'],
  )
})

test('a part that was silent is named on every page that follows', async () => {
  const { parts } = someParts(11)
  let calls = 0
  const failing: Part = {
    name: 'failing',
    search: async () => {
      calls++
      throw new Problem('transient', 'no')
    },
  }
  let cursor: string | undefined
  do {
    const page: SearchPage = await mergedSearch([...parts, failing], {
      ...queryOf('_count=3'),
      cursor,
    })
    assert.deepEqual(
      page.issues.map(({ source }) => source),
      ['failing'],
    )
    cursor = page.next
  } while (cursor !== undefined)
  assert.equal(calls, 1)
})

test('what no part can answer is thrown, and a defect is not taken for an answer', async () => {
  const refusing: Part = {
    name: 'r',
    search: async () => Promise.reject(new Problem('not-supported', 'no')),
  }
  await assert.rejects(mergedSearch([refusing], queryOf('')), { code: 'not-supported' })
  const broken: Part = { name: 'b', search: async () => Promise.reject(new TypeError('defect')) }
  await assert.rejects(
    mergedSearch([someParts(3).parts[0] ?? broken, broken], queryOf('')),
    TypeError,
  )
  await assert.rejects(mergedSearch([broken], { ...queryOf(''), cursor: '%%' }), {
    code: 'invalid',
  })
})
