import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { operation, PROVIDERS } from '../attack/attacked.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import type { KarnaUnderTest } from './karna-under-test.ts'

let karna: KarnaUnderTest
before(async () => {
  karna = await openWorld()
})

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object, login = 'anna.nystrom') =>
  karna.ask(login, method, `vgr/${path}`, body)
const handOut = (given: Record<string, string | readonly string[]>, login?: string) =>
  ask('POST', 'Patient/p1/$hand-out', operation(given), login)

describe('copies that are handed out (PDL 3:11)', () => {
  const said = { recipient: 'Försäkringskassan, Göteborg', reason: 'Begärd av patienten' }

  test('are documented in the record: who got what, and when', async () => {
    const answer = await handOut({ ...said, resource: ['Observation/v1', 'Condition/c1'] })
    assert.equal(answer.status, 200, answer.text)
    const [documented] = answer.json.parameter
    const { json } = await ask('GET', documented.valueString)
    assert.equal(json.resourceType, 'Communication')
    assert.equal(json.recipient[0].display, said.recipient)
    assert.ok(Math.abs(Date.parse(json.sent) - Date.now()) < 60_000)
    assert.deepEqual(
      json.payload.map(
        (each: { contentReference: { reference: string } }) => each.contentReference.reference,
      ),
      ['Observation/v1/_history/1', 'Condition/c1/_history/1'],
    )
    const found = await ask('GET', 'Communication?patient=p1&category=copy-handed-out')
    assert.equal(found.json.entry.length, 1)
  })

  test('are in the log, with what and why', async () => {
    const { rows } = await karna.db.query<{ resources: string; reason: string; basis: string }>({
      text: "select resources, reason, basis from law.access_log where action = 'export'",
    })
    assert.deepEqual(
      rows.map(({ resources, reason }) => [resources, reason]),
      [['Observation/v1/1 Condition/c1/1', said.reason]],
    )
    assert.match(rows[0]?.basis ?? '', /^relation/)
  })

  test('are never of what the user doesn’t see, nor without a recipient or a reason', async () => {
    for (const resource of [
      'Observation/h-psychiatry0',
      'Observation/v-centre',
      'Observation/h-own-other0',
      'Observation/nowhere',
      'Patient/p2',
    ]) {
      const { status } = await handOut({ ...said, resource: ['Observation/v1', resource] })
      assert.equal(status, 404, resource)
    }
    assert.equal(
      (await handOut({ ...said, resource: 'Observation/v1', recipient: ' ' })).status,
      400,
    )
    assert.equal((await handOut({ ...said, resource: 'Observation/v1', reason: '' })).status, 400)
    assert.equal((await handOut(said)).status, 400)
    assert.equal((await handOut({ ...said, resource: 'Observation/v1' }, 'goran.ek')).status, 403)
    const { json } = await ask('GET', 'Communication?patient=p1&_summary=count')
    assert.equal(json.total, 1)
  })
})

describe('copies of another provider’s records (PDL 3:11, 2:6)', () => {
  test('are that provider’s to hand out, also when they are open here', async () => {
    const open = (given: Record<string, string | readonly string[]>) =>
      ask(
        'POST',
        'Patient/p1/$open-emergency',
        operation({ reason: 'Medvetslös efter fall', ...given }),
      )
    const affirm = ['danger', 'no-consent-possible']
    assert.equal((await open({ affirm })).status, 200)
    const provider = PROVIDERS.private
    assert.equal((await open({ affirm: [...affirm, 'indispensable'], provider })).status, 200)
    assert.equal((await ask('GET', 'Observation/v-private')).status, 200)
    const said = { recipient: 'Försäkringskassan', reason: 'Begärd av patienten' }
    const answer = await handOut({ ...said, resource: ['Observation/v1', 'Observation/v-private'] })
    assert.equal(answer.status, 403)
    assert.match(answer.text, /PDL 2:6/)
  })
})

const note = (more: object = {}) => ({
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'Daganteckning' },
  date: '2026-11-24',
  author: [{ display: 'Anna Nyström' }],
  title: 'Daganteckning',
  subject: { reference: 'Patient/p1' },
  ...more,
})
const attested = (hsaId: string) => ({
  attester: [
    {
      mode: 'professional',
      time: '2026-11-24T10:00:00+01:00',
      party: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: hsaId } },
    },
  ],
})

describe('notes (PDL 3:9, 3:10)', () => {
  test('are signed by who writes, whichever way they are written', async () => {
    const me = await hsaIdOf('anna.nystrom')
    const mine = await ask('POST', 'Composition', note(attested(me)))
    assert.equal(mine.status, 201, mine.text)
    const another = await ask('POST', 'Composition', note(attested('SE2321000131-P9999')))
    assert.equal(another.status, 403)
    assert.match(another.text, /PDL 3:10/)
    const { id } = mine.json
    const changed = note({ id, title: 'Rättad', ...attested(me) })
    assert.equal((await ask('PUT', `Composition/${id}`, changed)).status, 403)
    assert.equal((await ask('PUT', `Composition?_id=${id}`, changed)).status, 403)
    const patch = (value: unknown, path: string) =>
      karna.ask(
        'anna.nystrom',
        'PATCH',
        `vgr/Composition/${id}`,
        JSON.stringify([{ op: 'replace', path, value }]),
        {
          'content-type': 'application/json-patch+json',
        },
      )
    assert.equal((await patch('Rättad', '/title')).status, 403)
    assert.equal(
      (await patch('SE2321000131-P9999', '/attester/0/party/identifier/value')).status,
      403,
    )
    assert.equal((await ask('PUT', `Composition/${id}`, note({ id, title: 'Rättad' }))).status, 200)
    const bundle = (entry: object) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry],
    })
    const resource = note(attested('SE2321000131-P9999'))
    const sent = await ask(
      'POST',
      '',
      bundle({ resource, request: { method: 'POST', url: 'Composition' } }),
    )
    assert.equal(sent.status, 403)
  })

  test('were made when the server says, so that it shows whether that was soon (PDL 3:9)', async () => {
    const meta = { lastUpdated: '2001-01-01T00:00:00Z', versionId: '7' }
    const { json } = await ask('POST', 'Composition', note({ date: '2026-11-01', meta }))
    assert.ok(Math.abs(Date.parse(json.meta.lastUpdated) - Date.now()) < 60_000)
    assert.equal(json.meta.versionId, '1')
    const late = await ask(
      'GET',
      'Composition?patient=p1&date=2026-11-01&_lastUpdated=gt2026-11-02',
    )
    assert.equal(late.json.entry.length, 1)
  })

  test('that wait for a signature are found', async () => {
    await ask('POST', 'Composition', note({ status: 'preliminary', title: 'Väntar' }))
    const { json } = await ask('GET', 'Composition?patient=p1&status=preliminary')
    assert.deepEqual(
      json.entry.map((each: { resource: { title: string } }) => each.resource.title),
      ['Väntar'],
    )
  })
})

async function hsaIdOf(login: string): Promise<string> {
  const { token } = await karna.karna.identity.issueToken(login)
  return (await karna.karna.identity.accessOf(`Bearer ${token}`)).user
}
