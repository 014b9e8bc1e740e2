import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { Problem } from '../../src/fhir/problem.ts'
import { createAccessLog } from '../../src/law/access-log.ts'
import { createChains } from '../../src/law/log-chain.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const SECRET = 'only-with-a-log-entry'
let karna: KarnaUnderTest

before(async () => {
  karna = await startKarna()
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  const meta = { source: 'urn:oid:1.2.752.29.4.19#SE2321000131-E000000000030' }
  const subject = { reference: 'Patient/p1' }
  for (const resource of [
    { resourceType: 'Patient', id: 'p1', meta, name: [{ family: SECRET }] },
    {
      resourceType: 'Encounter',
      id: 'e1',
      meta,
      status: 'in-progress',
      class: { code: 'IMP' },
      subject,
    },
    {
      resourceType: 'Observation',
      id: 'o1',
      meta,
      status: 'final',
      code: { text: SECRET },
      subject,
    },
  ]) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  await karna.ask('anna.nystrom', 'GET', 'vgr/Observation/o1')
})

const sql = (text: string) => karna.db.query({ text })

/** Every way to see something, and to write something. */
async function refusedEverywhere(): Promise<void> {
  for (const path of [
    'Observation/o1',
    'Observation/o1/_history/1',
    'Observation/o1/_history',
    'Observation?patient=p1',
    'Observation?status=final',
    'Patient?name=only',
    'Patient/p1',
  ]) {
    const answer = await karna.ask('anna.nystrom', 'GET', `vgr/${path}`)
    assert.equal(answer.status, 503, path)
    assert.ok(!answer.text.includes(SECRET), path)
  }
  const body = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'new' },
    subject: { reference: 'Patient/p1' },
  }
  assert.equal((await karna.ask('anna.nystrom', 'POST', 'vgr/Observation', body)).status, 503)
}

/** Within seconds: connections are made anew by whoever asks. */
async function works(): Promise<void> {
  const ask = () => karna.ask('anna.nystrom', 'GET', 'vgr/Observation?patient=p1')
  let answer = await ask()
  for (let tries = 0; answer.status === 503 && tries < 50; tries++) {
    await pause(100)
    answer = await ask()
  }
  assert.equal(answer.status, 200)
  assert.equal(answer.json.entry.length, 1) // and nothing was written meanwhile
}

test('nothing leaves while the disk of the log is full, and all works again after', async () => {
  await sql(`create function law.full() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`)
  await sql(
    'create trigger full_disk before insert on law.access_log for each statement execute function law.full()',
  )
  try {
    await refusedEverywhere()
  } finally {
    await sql('drop trigger full_disk on law.access_log')
  }
  await works()
})

test('nothing leaves while the database of the log is away, and all works again after', async () => {
  const allow = (allowed: boolean) =>
    sql(`update pg_database set datallowconn = ${allowed} where datname = current_database()`)
  await allow(false)
  await sql(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  try {
    const answer = await karna.ask('anna.nystrom', 'GET', 'vgr/Observation/o1')
    assert.equal(answer.status, 503)
    assert.ok(!answer.text.includes(SECRET))
  } finally {
    await allow(true)
  }
  await works()
})

test('an entry that the database does not take in time is not waited for', async () => {
  const silent = { query: () => new Promise<never>(() => {}) }
  const chains = createChains(silent, Date.now, { version: '1', process: 'test' })
  const log = createAccessLog(silent, chains, 50)
  const entry = {
    access: {
      kind: 'sandbox',
      region: 'sandbox',
      user: 'sandbox',
      userName: 'Sandlåda',
      commission: 'sandbox',
      unit: 'sandbox',
      provider: 'sandbox',
      purpose: 'care',
      statedReason: undefined,
      session: 's',
    },
    patient: 'p1',
    action: 'read',
    outcome: 'permit',
    paragraph: undefined,
    resources: [],
  } as const
  await assert.rejects(
    log.append([entry]),
    (thrown) => thrown instanceof Problem && thrown.code === 'transient',
  )
})
