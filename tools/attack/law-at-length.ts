/**
 * The oracles of the law at length: `node tools/attack/law-at-length.ts [cells] [requests] [pairs]`. CI runs the same, shorter.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endFile, endRun } from '../../tests/endings.ts'
import { compare } from '../../tests/law-oracle/compare.ts'
import { differencesOfAllRegions } from '../../tests/two-worlds/all-regions.ts'
import { differences } from '../../tests/two-worlds/compare.ts'
import { tells } from '../../tests/two-worlds/time-difference.ts'
import { COMPARISONS, compareTimes } from '../../tests/two-worlds/timing.ts'
import { openWorld, openWorlds } from '../../tests/two-worlds/worlds.ts'

const [, , cells = '2000000', requests = '100000', pairs = '2000'] = process.argv
const SEED = 20_261_125

after(endFile)
after(endRun)

test(`a second reading of the statutes agrees in ${cells} cells`, async () => {
  const { leaks, wrongfulDenials, first } = await compare(SEED, Number(cells))
  assert.deepEqual(
    { leaks, wrongfulDenials, first },
    { leaks: 0, wrongfulDenials: 0, first: undefined },
  )
})

test(`two worlds answer ${requests} requests with the same bytes, and never with what is hidden`, async () => {
  const { differing, tainted } = await differences(await openWorlds(), SEED, Number(requests))
  assert.deepEqual([...new Set([...differing, ...tainted])], [])
})

test(`so do all regions together, ${Number(requests) / 5} requests`, async () => {
  const { differing, tainted } = await differencesOfAllRegions(SEED, Number(requests) / 5)
  assert.deepEqual([...new Set([...differing, ...tainted])], [])
})

test(`nothing hidden is told by the time of an answer, in at most ${pairs} pairs a question`, async () => {
  const world = await openWorld()
  for (const comparison of COMPARISONS) {
    const difference = await compareTimes(world, comparison, Number(pairs))
    assert.equal(tells(difference), false, JSON.stringify({ ...comparison, ...difference }))
  }
})
