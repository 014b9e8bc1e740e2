import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { freshDatabaseUrl } from '../database.ts'

const COUNT = 20_000

const folder = mkdtempSync(path.join(tmpdir(), 'karna-load-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `karna load`; with `killAt` it is killed as soon as it has told of so many resources. */
function load(
  databaseUrl: string,
  file: string,
  killAt?: number,
  region = ['--region', 'sandbox'],
) {
  const env = { ...process.env, KARNA_DATABASE_URL: databaseUrl, KARNA_DATA: folder }
  const words = ['src/cli.ts', 'load', file, ...region]
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.stderr.on('data', (chunk) => {
      const told = [...String(chunk).matchAll(/(\d+) resources ·/g)].map(([, count]) =>
        Number(count),
      )
      if (killAt !== undefined && Math.max(0, ...told) >= killAt) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, text }))
  })
}

function records(): string {
  const lines = Array.from({ length: COUNT }, (_, index) => ({
    resourceType: 'Observation',
    id: `load-${index}`,
    status: 'final',
    code: { coding: [{ system: 'urn:s', code: `c${index % 50}` }] },
    subject: { reference: `Patient/p${index % 100}` },
    valueString: 'å'.repeat(40),
  }))
  return `${lines.map((each) => JSON.stringify(each)).join('\n')}\n`
}

async function stored(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ resources: number; versions: number; logged: number }>(
    `select (select count(*) from store.res)::int as resources, (select count(*) from store.ver)::int as versions,
      (select count(*) from law.access_log, regexp_split_to_table(resources, ' ') name
        where action = 'write' and name like 'Observation/%')::int as logged`,
  )
  await client.end()
  return rows[0] ?? assert.fail()
}

test('a load that is killed and run again loses nothing and doubles nothing', async () => {
  const databaseUrl = await freshDatabaseUrl()
  const file = path.join(folder, 'records.ndjson')
  writeFileSync(file, records())
  const killed = await load(databaseUrl, file, 1_000)
  assert.equal(killed.code, null)
  const part = await stored(databaseUrl)
  assert.ok(
    part.resources > 0 && part.resources < COUNT,
    `${part.resources} are stored when it is killed`,
  )
  assert.equal(part.versions, part.resources)
  assert.ok(part.logged >= part.resources)
  const again = await load(databaseUrl, file)
  assert.equal(again.code, 0)
  assert.match(
    again.text,
    new RegExp(`${COUNT - part.resources} stored, 0 updated, ${part.resources} already`),
  )
  const whole = await stored(databaseUrl)
  assert.deepEqual([whole.resources, whole.versions], [COUNT, COUNT])
})

test('a load that names no region takes what has no source to the sandbox', async () => {
  const file = path.join(folder, 'one.ndjson')
  writeFileSync(file, records().split('\n', 1).join(''))
  const { code, text } = await load(await freshDatabaseUrl(), file, undefined, [])
  assert.equal(code, 0)
  assert.match(text, /1 stored, 0 updated, 0 already/)
})
