import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { differencesOfAllRegions } from './all-regions.ts'

const REQUESTS = 500

describe('two worlds of all regions together, that differ only in what patients have closed (PDL 4:4)', () => {
  test(`answer ${REQUESTS} requests with the same bytes, and never with what is closed`, async () => {
    const { requests, answered, differing, tainted } = await differencesOfAllRegions(11, REQUESTS)
    assert.deepEqual([...new Set(differing)].slice(0, 5), [])
    assert.deepEqual([...new Set(tainted)].slice(0, 5), [])
    assert.ok(answered > requests / 3, `${answered} of ${requests} answered`)
  })
})
