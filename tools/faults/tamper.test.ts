import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { type HonestLog, writeHonestLog } from './honest-log.ts'
import { TAMPERINGS } from './tamper.ts'
import { tamperRun } from './tamper-run.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-tamper-'))
let log: HonestLog
before(async () => {
  log = await writeHonestLog(await freshDatabaseUrl(), folder)
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('every tampering with the log is found, at its place, and an honest log is not suspected', async () => {
  const { tried, counts, undetected, misplaced, honest, falseAlarms } = await tamperRun(log, 600)
  assert.deepEqual(undetected, [])
  assert.deepEqual(misplaced, [])
  assert.deepEqual(falseAlarms, [])
  assert.equal(tried, 600)
  assert.ok(honest >= 60)
  assert.deepEqual(Object.keys(counts).sort(), Object.keys(TAMPERINGS).sort())
})

test('every tampering is found also without anything of the sealer’s but its public key', async () => {
  const { undetected, falseAlarms } = await tamperRun({ ...log, leaves: undefined }, 300)
  assert.deepEqual([undetected, falseAlarms], [[], []])
})
