import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { actor, consent, operation, PROVIDERS, UNITS } from '../attack/attacked.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import type { KarnaUnderTest } from './karna-under-test.ts'

let karna: KarnaUnderTest
before(async () => {
  karna = await openWorld()
})

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object, headers = {}) =>
  karna.ask('anna.nystrom', method, `vgr/${path}`, body, headers)

/** The outcome of each row that a request left in the log, and what it rests on. */
async function basisOf(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
  headers = {},
): Promise<string[]> {
  const { rows: before } = await karna.db.query<{ at: string }>({
    text: 'select max(at)::text as at from law.access_log',
  })
  await ask(method, path, body, headers)
  const { rows } = await karna.db.query<{ basis: string | null; outcome: string }>({
    text: 'select basis, outcome from law.access_log where at > $1::timestamptz',
    values: [before[0]?.at],
  })
  return rows.map(({ basis, outcome }) => `${outcome} ${basis?.split(':')[0] ?? null}`)
}

const RELATION = ['permit relation']
const decide = async (word: string, given: Record<string, string | readonly string[]>) => {
  const { status, text } = await ask('POST', `Patient/p1/$${word}`, operation(given))
  assert.equal(status, 200, text)
}
const observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/p1' },
}

describe('what a row of the log rests on inside the provider (PDL 4:3)', () => {
  test('is the care relation for what is the unit’s own, in every kind of row', async () => {
    assert.deepEqual(await basisOf('GET', 'Observation/v1'), RELATION)
    assert.deepEqual(await basisOf('GET', 'Observation/v1/_history'), RELATION)
    assert.deepEqual(await basisOf('GET', 'Observation?patient=p1'), RELATION)
    assert.deepEqual(await basisOf('GET', 'Observation?patient=p1&code=none'), RELATION)
    assert.deepEqual(await basisOf('POST', 'Observation', observation), RELATION)
    assert.deepEqual(await basisOf('GET', 'Patient/p1/$blocked'), RELATION)
    assert.deepEqual(await basisOf('POST', 'Patient/p1/$choose-units'), RELATION)
    await karna.db.query({ text: "update law.decision set ended_at = now() where kind = 'choice'" })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
  })

  test('is the stated reason where that is what opened another unit’s records', async () => {
    const reason = { 'x-karna-reason': 'Konsult' }
    const STATED = ['permit stated-reason']
    assert.deepEqual(await basisOf('GET', 'Observation/v-centre', undefined, reason), STATED)
    assert.deepEqual(
      await basisOf('GET', 'Observation/v-centre/_history', undefined, reason),
      STATED,
    )
    assert.deepEqual(await basisOf('GET', 'Observation/v1', undefined, reason), RELATION)
  })

  test('is the active choice for what another unit noted, read, found or changed', async () => {
    await decide('choose-units', {})
    const CHOICE = ['permit active-choice']
    assert.deepEqual(await basisOf('GET', 'Observation/v-centre'), CHOICE)
    assert.deepEqual(await basisOf('GET', 'Observation/v-centre/_history'), CHOICE)
    assert.deepEqual(await basisOf('GET', 'Observation?patient=p1'), CHOICE)
    assert.deepEqual(await basisOf('GET', 'Observation/v1'), RELATION)
    const changed = { ...observation, id: 'v-centre' }
    assert.deepEqual(await basisOf('PUT', 'Observation/v-centre', changed), CHOICE)
  })

  test('is the lifting for what a block closed, and for nothing beside it', async () => {
    const said = { ground: 'indispensable', reason: 'Medvetslös, oklar medicinering' }
    await decide('lift-block', said)
    const target = { name: 'block', part: [{ name: 'unit', valueString: UNITS.psychiatry }] }
    const { parameter } = operation(said)
    const body = { resourceType: 'Parameters', parameter: [...parameter, target] }
    assert.equal((await ask('POST', 'Patient/p1/$lift-block', body)).status, 200)
    const LIFT = ['permit block-lift']
    assert.deepEqual(await basisOf('GET', 'Observation/h-psychiatry0'), LIFT)
    assert.deepEqual(await basisOf('GET', 'Observation/h-psychiatry0/_history'), LIFT)
    assert.deepEqual(await basisOf('GET', 'Observation/h-centre0'), ['permit active-choice'])
    assert.deepEqual(await basisOf('GET', 'Observation/v1'), RELATION)
  })
})

describe('what a row of the log rests on beyond the provider, and refused (PDL 4:3)', () => {
  test('is the ground of the opening that holds: not a consent that was withdrawn', async () => {
    const provision = { type: 'permit', actor: [actor(PROVIDERS.region, 'recipient')] }
    const agreed = await ask('POST', 'Consent', consent('shared-records', provision))
    const opening = { ground: 'consent', affirm: 'relevant' }
    await decide('open-shared', opening)
    await decide('open-shared', { ...opening, provider: PROVIDERS.private })
    assert.deepEqual(await basisOf('GET', 'Observation/v-private'), ['permit consent'])
    await karna.ask('anna.nystrom', 'DELETE', `vgr/Consent/${agreed.json.id}`)
    assert.deepEqual(await basisOf('GET', 'Observation/v-private'), ['deny null'])
    const danger = ['danger', 'no-consent-possible']
    const reason = 'Medvetslös efter fall'
    await decide('open-emergency', { reason, affirm: danger })
    const affirm = [...danger, 'indispensable']
    await decide('open-emergency', { reason, affirm, provider: PROVIDERS.private })
    assert.deepEqual(await basisOf('GET', 'Observation/v-private'), ['permit emergency'])
    assert.deepEqual(await basisOf('GET', 'Observation?patient=p1'), ['permit emergency'])
  })

  test('is nothing in a refusal, which a history logs as one', async () => {
    assert.deepEqual(await basisOf('GET', 'Observation/h-own-other0'), ['deny null'])
    assert.deepEqual(await basisOf('GET', 'Observation/h-own-other0/_history'), ['deny null'])
    assert.deepEqual(await basisOf('GET', 'Observation?patient=p2'), ['deny null'])
  })
})
