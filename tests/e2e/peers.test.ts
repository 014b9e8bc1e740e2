import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { opensslMissing, selfSigned } from '../../simulators/rivta/self-signed.ts'
import { digestOf, type PeerStatement, signStatement } from '../../src/identity/peer-statement.ts'
import { openPeerDoor, type PeerDoor, peerKey, publicKeyOf } from '../../src/peers.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'
import { condition, inCare, load, NUMBER, source } from './peer-records.ts'

/*
 * Two Kärnas with a key each and HTTPS between them: one hosts Västra Götaland, the other Västerbotten, and each has the other
 * in its registry. Anna works in Västra Götaland; her patient has been in Västerbotten.
 */

const [WARD, HERE] = ['SE2321000131-E000000000030', 'SE2321000131-E000000000001']
const [CENTRE, THERE] = ['SE2321000222-E000000000040', 'SE2321000222-E000000000001']
const skip = opensslMissing

let folder: string
let here: KarnaUnderTest
let there: KarnaUnderTest
let door: PeerDoor
let ca: string
let ourKey: KeyObject
let person: string

before(async () => {
  if (skip) return
  folder = mkdtempSync(path.join(tmpdir(), 'karna-peers-'))
  const tls = selfSigned(folder, 'there')
  ca = String(tls.cert)
  here = await startKarna(undefined, undefined, { dataFolder: path.join(folder, 'here') })
  there = await startKarna(undefined, undefined, { dataFolder: path.join(folder, 'there') })
  door = await openPeerDoor(there.karna.api, { port: 0, ...tls })
  ourKey = peerKey(readFileSync(path.join(folder, 'here', 'peer-key')))
  await agree()
  await load(here, 'vgr', [
    ...inCare('p1', WARD),
    condition('c1', 'p1', WARD, 'Vårdas för pneumoni'),
  ])
  await load(there, 'vasterbotten', [
    ...inCare('q1', CENTRE),
    condition('d1', 'q1', CENTRE, 'Ingen diabetes <7'),
  ])
  for (const each of [here, there]) await each.karna.live.refresh()
})
after(async () => {
  if (skip) return
  await door.close()
  rmSync(folder, { recursive: true })
})

/** Each writes the other down: its address, its keys, and whom it may speak for. */
async function agree(more: object = {}): Promise<void> {
  const theirKey = peerKey(readFileSync(path.join(folder, 'there', 'peer-key')))
  const settings = {
    url: door.url,
    ca,
    region: 'vasterbotten',
    issuer: 'karna.vasterbotten.example',
    audience: 'karna.vgr.example',
    key: publicKeyOf(theirKey),
    providers: [THERE],
    ...more,
  }
  const name = 'Region Västerbotten'
  const put = here.karna.live.registry.put
  await put({ id: 'vasterbotten', name, kind: 'karna', state: 'live', settings })
  await there.karna.live.registry.put({
    id: 'vgr',
    name: 'Västra Götalandsregionen',
    kind: 'karna',
    state: 'live',
    settings: {
      ...settings,
      url: 'https://127.0.0.1:9',
      region: 'vgr',
      issuer: 'karna.vgr.example',
      audience: 'karna.vasterbotten.example',
      key: publicKeyOf(ourKey),
      providers: [HERE],
    },
  })
  for (const each of [here, there]) await each.karna.live.refresh()
}

const ask = (method: 'GET' | 'POST', below: string, body?: object) =>
  here.ask('anna.nystrom', method, `all/${below}`, body)

/** What Anna sees of the person's diagnoses in all regions. */
async function texts(): Promise<string[]> {
  const { status, json } = await ask('GET', `Condition?patient=${person}`)
  assert.equal(status, 200)
  return (json.entry ?? []).flatMap((each: { resource: { code?: { text: string } } }) =>
    each.resource.code ? [each.resource.code.text] : [],
  )
}

function operate(word: string, given: Record<string, string | string[]>) {
  const parameter = Object.entries(given).flatMap(([name, values]) =>
    [values].flat().map((valueString) => ({ name, valueString })),
  )
  return ask('POST', `Patient/${person}/$${word}`, { resourceType: 'Parameters', parameter })
}

/** The rows of the other Kärna's log about its patient, newest first. */
async function logThere() {
  const { rows } = await there.db.query<{
    person: string
    session: string
    action: string
    outcome: string
    basis: string
  }>({
    text: `select c.person, c.session, l.action, l.outcome, l.basis from law.access_log l
      join law.access_context c on c.id = l.context
      where l.patient = 'q1' and c.kind = 'staff' order by l.at desc, l.seq desc`,
    values: [],
  })
  return rows
}

describe('another Kärna over HTTPS', { skip }, () => {
  test('is not seen into before its provider’s records are opened, and says who has any', async () => {
    person = await soon(() => here.karna.live.persons.byNumber(NUMBER))
    await soon(() => there.karna.live.persons.byNumber(NUMBER)) // each index follows its own stores, within a second
    assert.deepEqual(await texts(), ['Vårdas för pneumoni'])
    const { json } = await ask('GET', `Patient/${person}/$blocked`)
    assert.match(JSON.stringify(json), /"otherProviders","valueBoolean":true/)
  })

  test('judges the statement by its own gate and logs it in its own log', async () => {
    const danger = ['danger', 'no-consent-possible']
    const reason = 'Medvetslös efter fall'
    const first = await operate('open-emergency', { reason, affirm: danger })
    assert.equal(first.status, 200, first.text)
    assert.match(first.text, new RegExp(THERE))
    assert.deepEqual(await texts(), ['Vårdas för pneumoni'], 'who has records is not what they say')
    const affirm = [...danger, 'indispensable']
    assert.equal((await operate('open-emergency', { reason, affirm, provider: THERE })).status, 200)
    assert.deepEqual((await texts()).sort(), ['Ingen diabetes <7', 'Vårdas för pneumoni'])
    const [newest] = await logThere()
    assert.equal(newest?.outcome, 'permit')
    assert.match(newest?.person ?? '', /^SE2321000131-/)
    assert.match(newest?.session ?? '', /^karna\.vgr\.example /)
    assert.match(newest?.basis ?? '', /^emergency/)
    const read = await ask('GET', 'Condition/vasterbotten.d1')
    assert.equal(read.status, 200)
    assert.match(read.text, /Ingen diabetes <7/)
    assert.equal((await logThere())[0]?.action, 'read')
  })

  test('tells the history of one record and gives each of its versions, logged there', tellsHistory)

  test('gives nothing of what the patient has closed there', async () => {
    await load(there, 'vasterbotten', [outerBlock])
    await soon(async () => ((await texts()).length === 1 ? true : undefined))
    for (const word of ['', '/_history', '/_history/1']) {
      assert.equal((await ask('GET', `Condition/vasterbotten.d1${word}`)).status, 404, word)
    }
    await load(there, 'vasterbotten', [{ ...outerBlock, status: 'inactive' }])
  })

  test('is named, and nothing invented, when its certificate is not the one that was agreed', async () => {
    const { watch, samples } = here.karna.live
    await watch.look()
    assert.match((await samples.measured()).get('vasterbotten')?.version ?? '', /^Kärna \d/)
    await agree({ ca: String(selfSigned(folder, 'stranger').cert) })
    await watch.look()
    assert.ok(((await samples.measured()).get('vasterbotten')?.available ?? 1) < 1)
    const { json } = await ask('GET', `Condition?patient=${person}`)
    const outcome = json.entry.find(
      (each: { resource: { resourceType: string } }) =>
        each.resource.resourceType === 'OperationOutcome',
    )
    assert.match(JSON.stringify(outcome), /vasterbotten/)
    await agree()
  })
})

async function tellsHistory(): Promise<void> {
  await load(there, 'vasterbotten', [condition('d1', 'q1', CENTRE, 'Ingen diabetes <6,5')])
  const { status, json } = await ask('GET', 'Condition/vasterbotten.d1/_history')
  assert.equal(status, 200)
  const told = json.entry.map((each: { resource: { id: string; code: { text: string } } }) => [
    each.resource.id,
    each.resource.code.text,
  ])
  assert.deepEqual(told, [
    ['vasterbotten.d1', 'Ingen diabetes <6,5'],
    ['vasterbotten.d1', 'Ingen diabetes <7'],
  ])
  assert.equal((await logThere())[0]?.action, 'history')
  const first = await ask('GET', 'Condition/vasterbotten.d1/_history/1')
  assert.equal(first.json.code.text, 'Ingen diabetes <7')
  const page = await ask('GET', 'Condition/vasterbotten.d1/_history?_count=1')
  assert.equal(page.json.entry.length, 1)
  const next = page.json.link.find((each: { relation: string }) => each.relation === 'next')
  const rest = await here.ask('anna.nystrom', 'GET', next.url.split('/fhir/')[1])
  assert.equal(rest.json.entry[0].resource.code.text, 'Ingen diabetes <7')
  assert.equal((await ask('GET', 'Condition/vasterbotten.none/_history')).status, 404)
  const wrong = await ask('POST', 'Condition', condition('x', person, CENTRE, 'Skrivet härifrån'))
  assert.equal(wrong.status, 400, wrong.text)
}

describe('a statement of access', { skip }, () => {
  test('opens one answer, and no second', async () => {
    const statement = await sign()
    const first = await send('search', statement, question)
    assert.equal(first.status, 200)
    assert.equal(first.json.hits.length, 1)
    await refused(statement, /has been used/)
  })

  test('is refused when it is old, for another, by a stranger, or signed with another key', async () => {
    const other = generateKeyPairSync('ed25519').privateKey
    await refused(await sign({}, Date.now() - 120_000), /expired|iat/)
    await refused(await sign({}, Date.now() + 120_000), /iat|claim/)
    await refused(await sign({ audience: 'karna.skane.example' }), /aud/)
    await refused(await sign({ issuer: 'karna.stranger.example' }), /no agreement/)
    await refused(await sign({ key: other }), /signature/)
    await refused('eyJhbGciOiJub25lIn0.e30.', /no agreement/)
    await refused('not a statement', /cannot be read/)
  })

  test('is for one question about one patient, by a provider that the agreement names', async () => {
    const another = JSON.stringify({ type: 'Observation', text: 'patient=q1' })
    const reply = await send('search', await sign(), another)
    assert.equal(reply.status, 403)
    assert.match(reply.text, /another question/)
    await refused(await sign({}, Date.now(), { ...said, patient: undefined }), /another patient/)
    const ours = { ...said, access: { ...said.access, provider: THERE } }
    await refused(await sign({}, Date.now(), ours), /agreement is not about/)
    const audit = { ...said, access: { ...said.access, purpose: 'quality' as const } }
    await refused(await sign({}, Date.now(), audit), /who asks, and why/)
  })

  test('without a current relation, or without an opening, shows nothing', async () => {
    const alone = { ...said, stated: { ...said.stated, relation: false } }
    assert.equal((await send('search', await sign({}, Date.now(), alone), question)).status, 403)
    const closed = { ...said, stated: { relation: true, openings: [] } }
    const { json } = await send('search', await sign({}, Date.now(), closed), question)
    assert.deepEqual(json.hits, [])
  })

  test('that is about nobody yet is told whose a record is, in the log before it leaves', async () => {
    const asked = JSON.stringify({ type: 'Condition', id: 'd1' })
    const digest = digestOf('vasterbotten', 'read', asked)
    const before = (await logThere()).length
    const nobody = { ...said, patient: undefined, stated: { relation: false, openings: [] } }
    const { json } = await send(
      'read',
      await signStatement(nobody, pinned(), digest, Date.now()),
      asked,
    )
    assert.deepEqual(json, { whose: NUMBER })
    const [newest, ...rest] = await logThere()
    assert.equal(rest.length, before)
    assert.deepEqual([newest?.action, newest?.outcome], ['read', 'permit'])
    assert.match(newest?.session ?? '', /^karna\.vgr\.example /)
  })

  test('is refused when the region that signed it is paused or has left', async () => {
    await there.karna.operations.move('vgr', 'paused')
    await refused(await sign(), /no agreement/)
    await there.karna.operations.move('vgr', 'live')
  })
})

test('a statement of a system is told whose a record is only so often, as anybody’s (PDL 4:1)', {
  skip,
}, async () => {
  const asked = JSON.stringify({ type: 'Condition', id: 'd1' })
  const user = 'SE2321000131-SYSTEM'
  const access = { ...said.access, kind: 'system' as const, user }
  const nobody = { access, patient: undefined, stated: { relation: false, openings: [] } }
  const askOnce = async () => {
    const digest = digestOf('vasterbotten', 'read', asked)
    return send('read', await signStatement(nobody, pinned(), digest, Date.now()), asked)
  }
  assert.deepEqual((await askOnce()).json, { whose: NUMBER })
  await there.db.query({
    text: `insert into law.look_up (person, target, at, cost) values ($1, '\\x00', now(), 300)`,
    values: [user],
  })
  const other = asked.replace('d1', 'd2')
  const digest = digestOf('vasterbotten', 'read', other)
  const statement = await signStatement(nobody, pinned(), digest, Date.now())
  assert.equal((await send('read', statement, other)).status, 429)
})

const question = JSON.stringify({ type: 'Condition', text: 'patient=q1', cursor: undefined })
const said: PeerStatement = {
  access: {
    kind: 'staff',
    user: 'SE2321000131-L1',
    userName: 'Anna Nyström',
    commission: 'SE2321000131-C1',
    unit: WARD,
    provider: HERE,
    purpose: 'care',
    role: 'doctor',
    statedReason: undefined,
  },
  patient: NUMBER,
  stated: { relation: true, openings: [{ provider: THERE, ground: 'emergency' }] },
}
const pinned = () => ({
  issuer: 'karna.vgr.example',
  audience: 'karna.vasterbotten.example',
  key: ourKey,
})
const sign = (more: Partial<ReturnType<typeof pinned>> = {}, now = Date.now(), statement = said) =>
  signStatement(
    statement,
    { ...pinned(), ...more },
    digestOf('vasterbotten', 'search', question),
    now,
  )

async function refused(statement: string, why: RegExp): Promise<void> {
  const { status, text } = await send('search', statement, question)
  assert.equal(status, 403, text)
  assert.match(text, why)
}

/** As another Kärna would send it. */
function send(kind: string, statement: string, question: string) {
  const body = JSON.stringify({ statement, question })
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  return new Promise<{ status: number; text: string; json: any }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${door.url}/peer/vasterbotten/${kind}`
    const request = httpsRequest(url, { method: 'POST', headers, ca }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const text = Buffer.concat(chunks).toString()
      resolve({ status: response.statusCode ?? 0, text, json: JSON.parse(text) })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Waits, at most ten seconds, for what comes by itself. */
async function soon<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const began = Date.now(); Date.now() - began < 10_000; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('it did not come')
}

const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const coded = (code: string) => ({ coding: [{ system: LABEL, code }] })
const outerBlock = {
  resourceType: 'Consent',
  id: 'b1',
  meta: source(CENTRE),
  status: 'active',
  scope: { text: 'Spärr' },
  category: [coded('outer-block')],
  patient: { reference: 'Patient/q1' },
  dateTime: '2026-10-01',
  policyRule: { text: 'SVOD' },
  provision: {
    type: 'deny',
    actor: [
      {
        role: coded('provider'),
        reference: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: THERE } },
      },
    ],
  },
}
