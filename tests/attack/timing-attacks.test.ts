import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { tells, timeDifference } from '../two-worlds/time-difference.ts'
import { COMPARISONS, compareTimes } from '../two-worlds/timing.ts'
import { openWorld } from '../two-worlds/worlds.ts'

/** At most; fewer where it is settled sooner. `npm run attack` compares everything, at length, and is patient with a broken build. */
const PAIRS = process.env.BROKEN_BUILD ? 600 : 80
const HERE = ['read stranger', 'history blocked', 'update asked-about']

let world: KarnaUnderTest
before(async () => {
  world = await openWorld()
})

test('AZ42 what is hidden takes as long as what is nowhere', async () => {
  const comparisons = COMPARISONS.filter(({ shape, hidden }) => HERE.includes(`${shape} ${hidden}`))
  assert.equal(comparisons.length, HERE.length)
  for (const comparison of comparisons) {
    const difference = await compareTimes(world, comparison, PAIRS)
    assert.equal(tells(difference), false, JSON.stringify({ ...comparison, ...difference }))
  }
})

/** Somebody else’s load: mostly short, sometimes long. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

test('a look-up more or less is told by the time, also where the noise is greater than it', async () => {
  const noise = () => Math.random() ** 4 * 3
  const ask = (milliseconds: number) => async () => work(milliseconds + noise())
  assert.equal(tells(await timeDifference(600, ask(0.8), ask(0.5))), true)
  assert.equal(tells(await timeDifference(200, ask(0.5), ask(0.5))), false)
})
