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
