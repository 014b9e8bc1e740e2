import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsCaught } from '../../tools/attack/run-broken.ts'
import { ROWS } from './rows.ts'

/** Faults that don't hide one another, all in one build: one process instead of eight. `npm run attack` takes each row by itself. */
const TOGETHER = ['AZ02', 'AZ04', 'AZ05', 'AZ08', 'AZ12', 'AZ22', 'AZ25', 'AZ27']

test('a build with eight faults fails the tests of all eight rows', () => {
  const faults = ROWS.flatMap((each) =>
    TOGETHER.includes(each.row) && 'broken' in each ? [each.broken] : [],
  )
  assert.equal(faults.length, TOGETHER.length)
  assert.deepEqual(rowsCaught(TOGETHER, faults, 'attack/read-attacks'), TOGETHER)
})
