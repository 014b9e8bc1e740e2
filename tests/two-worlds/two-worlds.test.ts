import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { differences } from './compare.ts'
import { endBlocks, openWorlds, type Worlds } from './worlds.ts'

const REQUESTS = 20_000

let worlds: Worlds
before(async () => {
  worlds = await openWorlds()
})

describe('two worlds that differ only in what the user may not see', () => {
  test(`answer ${REQUESTS} requests with the same bytes, and never with what is hidden`, async () => {
    const { requests, answered, differing, tainted } = await differences(worlds, 4, REQUESTS)
    assert.deepEqual([...new Set(differing)].slice(0, 5), [])
    assert.deepEqual([...new Set(tainted)].slice(0, 5), [])
    assert.ok(
      requests >= REQUESTS && answered > REQUESTS / 4,
      `${answered} of ${requests} answered`,
    )
  })

  test('take as long about what is hidden as about what is not there', async () => {
    const [hidden, absent] = [[] as number[], [] as number[]]
    for (let index = 0; index < 200; index++) {
      for (const [times, id] of [
        [hidden, 'h-other0'],
        [absent, `no-such-${index}`],
      ] as const) {
        const began = performance.now()
        await worlds.one.ask('anna.nystrom', 'GET', `vgr/Observation/${id}`)
        times.push(performance.now() - began)
      }
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? 0
    const difference = Math.abs(median(hidden) - median(absent))
    assert.ok(difference < Math.max(2, median(absent)), `${difference} ms`)
  })

  test('are told apart when a block is forgotten', async () => {
    await endBlocks(worlds.one)
    await endBlocks(worlds.other)
    const headers = { 'x-karna-reason': 'control' }
    const path = 'vgr/Observation?patient=p1&_total=accurate'
    const [a, b] = await Promise.all(
      [worlds.one, worlds.other].map((each) =>
        each.ask('anna.nystrom', 'GET', path, undefined, headers),
      ),
    )
    assert.notEqual(a?.json.total, b?.json.total)
  })
})
