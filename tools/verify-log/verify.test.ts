import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { type HonestLog, writeHonestLog } from '../faults/honest-log.ts'
import { openDatabaseSource } from './database-source.ts'
import { copySource, exportLines, readExport } from './export.ts'
import type { LogSource } from './log-source.ts'
import { verifyLog } from './verify.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-verify-'))
let log: HonestLog
let url: string
before(async () => {
  url = await freshDatabaseUrl()
  log = await writeHonestLog(url, folder)
})
after(() => rmSync(folder, { recursive: true, force: true }))

async function findingsOf(source: LogSource): Promise<readonly string[]> {
  const { kept, leaves, trust } = log
  const verdict = await verifyLog({ source, kept, leaves, trust, versions: true })
  await source.close()
  return verdict.findings.map(({ message }) => message)
}

/** Does something to the database as its owner may, verifies, and undoes it. */
async function findingsAfter(...statements: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("set session_replication_role = 'replica'")
  await client.query('create schema saved')
  for (const table of ['access_log', 'access_context', 'log_checkpoint', 'log_cosignature']) {
    await client.query(`create table saved.${table} as table law.${table}`)
  }
  try {
    for (const statement of statements) await client.query(statement)
    return await findingsOf(await openDatabaseSource(url))
  } finally {
    for (const table of ['access_log', 'log_checkpoint', 'log_cosignature']) {
      await client.query(`delete from law.${table}`)
      await client.query(`insert into law.${table} select * from saved.${table}`)
    }
    await client.query('drop schema saved cascade')
    await client.end()
  }
}

test('an honest log is verified in its database', async () => {
  assert.deepEqual(await findingsOf(await openDatabaseSource(url)), [])
})

test('an honest log is verified in an export', async () => {
  const file = path.join(folder, 'export.ndjson')
  writeFileSync(file, [...exportLines(log.copy)].join(''))
  const copy = await readExport(file)
  assert.deepEqual(copy, log.copy)
  assert.deepEqual(await findingsOf(copySource(copy)), [])
})

test('an update past the triggers is found at its entry', async () => {
  const found = await findingsAfter(
    "update law.access_log set resources = 'Observation/other/1' where writer = 1 and seq = 9",
  )
  assert.deepEqual(found, ['entry 1/9 is not as it was written'])
})

test('a deletion past the triggers is found at its entries', async () => {
  const found = await findingsAfter(
    'delete from law.access_log where writer = 2 and seq between 5 and 7',
  )
  assert.deepEqual(found, ['entries 2/5–7 are missing'])
})

test('back-dating past the triggers is found at its entry', async () => {
  const found = await findingsAfter(
    "update law.access_log set at = at - interval '3 days' where writer = 1 and seq = 4",
  )
  assert.deepEqual(found, ['entry 1/4 is not as it was written'])
})

test('a database that is put back to an earlier state is found by what witnesses remember', async () => {
  const found = await findingsAfter(
    'delete from law.log_checkpoint where size > 60',
    "delete from law.access_log where at > (select max(at) from law.access_log) - interval '25 seconds'",
  )
  assert.ok(found.some((message) => /cut or put back to an earlier state/.test(message)))
})

test('a year that was let go leaves a log that can be verified; one let go too early is told of', async () => {
  const old = { url: await freshDatabaseUrl(), folder: path.join(folder, 'old') }
  const client = new pg.Client({ connectionString: old.url })
  await client.connect()
  await client.query(
    "create table law.access_log_2019 partition of law.access_log for values from ('2019-01-01') to ('2020-01-01')",
  )
  const { kept, leaves, trust, copy } = await writeHonestLog(
    old.url,
    old.folder,
    '2019-05-02T08:00:00Z',
  )
  const letGo = await client.query('select law.let_go_of_year(2019) as entries')
  assert.equal(Number(letGo.rows[0].entries), copy.entries.length)
  await assert.rejects(client.query('select law.let_go_of_year(2026)'), /must be kept/)
  await client.end()
  for (const tree of [leaves, undefined]) {
    const source = await openDatabaseSource(old.url)
    const verdict = await verifyLog({ source, kept, leaves: tree, trust, versions: false })
    assert.deepEqual([verdict.findings, verdict.entries], [[], copy.entries.length])
    await source.close()
  }
  const tooEarly = log.copy.entries.map((entry) =>
    entry.seq === 3 ? { ...entry, texts: [] } : entry,
  )
  const found = await findingsOf(copySource({ ...log.copy, entries: tooEarly }))
  assert.match(found.join(), /entry 1\/3 was let go too early/)
})
