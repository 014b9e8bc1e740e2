import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What issue and readers ask for; at 16 connections, which is what a quick run measures. */
const NAMES = [
  'limit read',
  'limit create',
  'limit bulk',
  'limit page',
  'read',
  'create',
  'update',
  'transaction of 100',
  'patient + category newest 50',
  'patient + code',
  '_include',
  '_revinclude',
  'name prefix',
  '_lastUpdated walk',
].map((name) => `${name} 16`)

test('a quick bench answers rightly, logs every request and prints nothing but its figures', async () => {
  const { stdout } = await run(process.execPath, ['tools/bench/bench.ts', '--quick', '--json'])
  const figures: Record<string, Record<string, number | null>> = JSON.parse(stdout)
  for (const name of NAMES) {
    const figure = figures[name]
    assert.ok(figure, name)
    assert.deepEqual(Object.keys(figure), ['perSecond', 'p50', 'p99', 'ofLimit'])
    assert.equal(typeof figure.perSecond, 'number', name)
  }
  assert.equal(typeof figures['read 16']?.ofLimit, 'number')
  assert.equal(figures['limit read 16']?.ofLimit, null)
})
