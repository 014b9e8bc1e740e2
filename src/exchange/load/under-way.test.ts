import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUnderWay } from './under-way.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('no more goes on at once than there is room for, and all of it is waited for', async () => {
  const underWay = createUnderWay(2)
  let now = 0
  let most = 0
  let done = 0
  for (let count = 0; count < 10; count++) {
    await underWay.begin(async () => {
      most = Math.max(most, ++now)
      await turn()
      now--
      done++
    })
  }
  await underWay.settled()
  assert.deepEqual([most, done], [2, 10])
})

test('a failure is told of, and nothing begins after it', async () => {
  const underWay = createUnderWay(1)
  let begun = 0
  await underWay.begin(() => Promise.reject(new Error('full')))
  await assert.rejects(
    underWay.begin(async () => {
      begun++
    }),
    /full/,
  )
  await assert.rejects(underWay.settled(), /full/)
  assert.equal(begun, 0)
})
