import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../database.ts'

/* Three servers, processes of their own, on one database: what is promised must be kept by the database. */

const SERVERS = 3

const folder = mkdtempSync(path.join(tmpdir(), 'karna-contention-'))
const children: ChildProcess[] = []
const ports: number[] = []
let token = ''
let turn = 0

before(async () => {
  const databaseUrl = await freshDatabaseUrl()
  const env = {
    ...process.env,
    KARNA_DATABASE_URL: databaseUrl,
    KARNA_DATA: folder,
    KARNA_PORT: '0',
    KARNA_DEMO_PATIENTS: '0',
  }
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  const start = async () => {
    const child = spawn(process.execPath, ['src/main.ts'], { env, stdio })
    children.push(child)
    ports.push(Number(await line(child, /^ready http:\/\/127\.0\.0\.1:(\d+)$/)))
  }
  await Promise.all(Array.from({ length: SERVERS }, start))
  token = await line(
    spawn(process.execPath, ['src/cli.ts', 'token', 'sandbox'], { env, stdio }),
    /^(\S+)$/,
  )
})

after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function line(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child
    if (!stdout || !stderr) throw new Error('its output is piped')
    let said = ''
    stderr.on('data', (data) => {
      said += data
    })
    createInterface({ input: stdout }).on('line', (text) => {
      const found = wanted.exec(text)?.[1]
      if (found) resolve(found)
    })
    child.once('close', () =>
      reject(new Error(`a process ended before it said what was waited for: ${said}`)),
    )
  })
}

/** Asks one server after another. */
async function ask(
  method: string,
  below: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const port = ports[turn++ % SERVERS]
  const response = await fetch(`http://127.0.0.1:${port}/fhir/sandbox/${below}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text ? JSON.parse(text) : undefined }
}

const atOnce = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
const patient = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:contention', value }],
  ...more,
})
const counted = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length
const total = async (query: string) => (await ask('GET', `${query}&_summary=count`)).json.total

test('one resource comes of 240 conditional creates at once', async () => {
  const answers = await atOnce(240, () =>
    ask('POST', 'Patient', patient('create'), {
      'if-none-exist': 'identifier=urn:contention|create',
    }),
  )
  assert.deepEqual([counted(answers, 201), counted(answers, 200)], [1, 239])
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1)
  assert.equal(await total('Patient?identifier=urn:contention|create'), 1)
})

test('one resource with all its versions comes of 60 conditional updates at once', async () => {
  const condition = 'identifier=urn:contention|update'
  const answers = await atOnce(60, (index) =>
    ask('PUT', `Patient?${condition}`, patient('update', { name: [{ text: `${index}` }] })),
  )
  assert.deepEqual([counted(answers, 201), counted(answers, 200)], [1, 59])
  const versions = answers.map(({ json }) => Number(json.meta.versionId)).sort((a, b) => a - b)
  assert.deepEqual(
    versions,
    Array.from({ length: 60 }, (_, index) => index + 1),
  )
  assert.equal(await total(`Patient?${condition}`), 1)
})

test('transactions at once share the patient that each would make, and point at nobody else', async () => {
  const fullUrl = 'urn:uuid:5b1f8e0a-6f5a-4c5e-9d62-6c1d3f0f7a11'
  const condition = 'identifier=urn:contention|bundle'
  const answers = await atOnce(45, () =>
    ask('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl,
          resource: patient('bundle'),
          request: { method: 'POST', url: 'Patient', ifNoneExist: condition },
        },
        {
          resource: {
            resourceType: 'Observation',
            status: 'final',
            code: { text: 'contention' },
            subject: { reference: fullUrl },
          },
          request: { method: 'POST', url: 'Observation' },
        },
      ],
    }),
  )
  assert.equal(counted(answers, 200), 45)
  const found = (await ask('GET', `Patient?${condition}`)).json.entry
  assert.equal(found.length, 1)
  assert.equal(await total(`Observation?patient=${found[0].resource.id}`), 45)
  assert.equal(await total('Observation?code:text=contention'), 45)
})

test('of 64 updates from the same version one is done', async () => {
  const { json } = await ask('POST', 'Patient', patient('match'))
  const answers = await atOnce(64, (index) =>
    ask(
      'PUT',
      `Patient/${json.id}`,
      { ...patient('match'), id: json.id, name: [{ text: `${index}` }] },
      {
        'if-match': 'W/"1"',
      },
    ),
  )
  assert.deepEqual([counted(answers, 200), counted(answers, 412)], [1, 63])
})

test('of 64 creates of the same id one is the first and the rest follow', async () => {
  const answers = await atOnce(64, () =>
    ask('PUT', 'Patient/chosen', { ...patient('chosen'), id: 'chosen' }),
  )
  assert.deepEqual([counted(answers, 201), counted(answers, 200)], [1, 63])
})
