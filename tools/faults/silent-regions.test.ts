import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSilentRegions } from './silent-regions.ts'

const SHORT = { requests: 400, regions: 7, deadline: 300, atOnce: 20 }

test('with regions hung, slow, down or in part, no answer is late and none is silently incomplete', async () => {
  const report = await runSilentRegions(SHORT)
  assert.equal(report.requests, SHORT.requests)
  assert.deepEqual([report.late, report.silentlyIncomplete], [0, 0], JSON.stringify(report))
  assert.ok(report.named > SHORT.requests / 10)
})

test('a federation that kept quiet about a region would be caught', async () => {
  const spoil = (page: { issues: readonly unknown[] }) => ({ ...page, issues: [] })
  const report = await runSilentRegions({ ...SHORT, requests: 100, spoil: spoil as never })
  assert.ok(report.silentlyIncomplete > 0)
})
