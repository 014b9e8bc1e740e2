import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { killRun } from './kill-run.ts'

/** A short run of what `npm run faults` does at length. */
const short = (name: string, entry: string, kills: number) =>
  killRun({
    folder: path.join(tmpdir(), `karna-kills-${process.pid}-${name}`),
    entry,
    kills,
    disclosures: 1_000,
    clients: 8,
  })

// Each waits for its own server to start again for most of its time.
describe('kills', { concurrency: true }, () => {
  it('nothing is disclosed without its log entry when server and database are killed', async () => {
    const report = await short('run', 'src/main.ts', 3)
    assert.deepEqual(report.unlogged, [])
    assert.equal(report.crashes, 0)
    assert.ok(report.disclosures >= 1_000)
  })

  it('killing shows a log that is written in the background for what it is', async () => {
    const report = await short('control', 'tools/faults/fire-and-forget.ts', 2)
    assert.ok(report.unlogged.length > 0)
  })
})
