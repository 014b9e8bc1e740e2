import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { writeRun } from './write-run.ts'

/** A short run of what `npm run faults` does at length. */
const short = (name: string, entry: string, kills: number) =>
  writeRun({
    folder: path.join(tmpdir(), `karna-writes-${process.pid}-${name}`),
    entry,
    kills,
    clients: 8,
  })

// Each waits for its own server to start again for most of its time.
describe('kills', { concurrency: true }, () => {
  it('what was acknowledged is there and logged when server and database are killed', async () => {
    const { acknowledged, lost, unlogged, partial } = await short('run', 'src/main.ts', 3)
    assert.deepEqual({ lost, unlogged, partial }, { lost: [], unlogged: [], partial: [] })
    assert.ok(acknowledged >= 100, String(acknowledged))
  })

  it('killing shows answers that come before their commit for what they are', async () => {
    const { lost } = await short('control', 'tools/faults/answer-before-commit.ts', 3)
    assert.ok(lost.length > 0)
  })
})
