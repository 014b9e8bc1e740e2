import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nurse } from '../../tests/law-builders.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { isMasked, type Sight } from '../fhir/sight.ts'
import { countPersons } from './count.ts'
import type { GateParts } from './judge.ts'

test('a count finds nobody by a name that is protected under another of their ids (OSL 22:1)', async () => {
  const sights: Sight[] = []
  const parts = {
    system: {
      search: async (_: unknown, sight: Sight) => {
        sights.push(sight)
        return { hits: [], next: undefined }
      },
    },
    facts: { protectedByMerge: async () => ['former'] },
    log: { append: async () => {} },
  } as unknown as GateParts
  const counter = { ...nurse, purpose: 'feasibility-count' as const }
  const query = { type: 'Patient', text: 'name=x', clauses: [] } as unknown as SearchQuery
  await countPersons(parts, counter, query)
  assert.ok(sights.every((sight) => isMasked(sight, { patient: 'former', labels: [] })))
  assert.equal(sights.length, 1)
})
