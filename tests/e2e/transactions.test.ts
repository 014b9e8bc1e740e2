import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

let karna: KarnaUnderTest
before(async () => {
  karna = await startKarna()
})

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  karna.ask('sandbox', method, `sandbox${path && `/${path}`}`, body)

const send = (type: 'batch' | 'transaction', ...entry: object[]) =>
  ask('POST', '', { resourceType: 'Bundle', type, entry })

const patient = (value: string) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:transactions', value }],
})

const seen = async (value: string): Promise<number> =>
  (await ask('GET', `Patient?identifier=urn:transactions|${value}&_summary=count`)).json.total

test('two entries of one name are refused, since what points at it could mean either', async () => {
  const fullUrl = 'urn:uuid:0c3f4f0e-1b0a-4a53-8a4c-7f6f5a0f1c11'
  const request = { method: 'POST', url: 'Patient' }
  const answer = await send(
    'transaction',
    { fullUrl, resource: patient('twin'), request },
    { fullUrl, resource: patient('twin'), request },
  )
  assert.equal(answer.status, 400)
  assert.deepEqual(answer.json.issue[0].expression, ['Bundle.entry.fullUrl'])
  assert.equal(await seen('twin'), 0)
})

test('what a transaction deletes it does not also find there', async () => {
  await ask('POST', 'Patient', patient('deleted'))
  const condition = 'identifier=urn:transactions|deleted'
  const answer = await send(
    'transaction',
    {
      resource: patient('deleted'),
      request: { method: 'POST', url: 'Patient', ifNoneExist: condition },
    },
    { request: { method: 'DELETE', url: `Patient?${condition}` } },
  )
  assert.equal(answer.status, 400)
  assert.equal(await seen('deleted'), 1)
})

test('an entry that reads what the caller has already is answered 304', async () => {
  const { json } = await ask('POST', 'Patient', patient('known'))
  const read = (more: object) => ({
    request: { method: 'GET', url: `Patient/${json.id}`, ...more },
  })
  const tomorrow = new Date(Date.now() + 86_400_000).toUTCString()
  const { json: answers } = await send(
    'batch',
    read({ ifNoneMatch: 'W/"1"' }),
    read({ ifModifiedSince: tomorrow }),
    read({ ifNoneMatch: 'W/"2"' }),
  )
  const statuses = answers.entry.map((each: { response: { status: string } }) => [
    each.response.status,
    'resource' in each,
  ])
  assert.deepEqual(statuses, [
    ['304', false],
    ['304', false],
    ['200', true],
  ])
})

test('a write under If-None-Match is refused and not done all the same', async () => {
  const { json } = await ask('POST', 'Patient', patient('kept'))
  const body = { ...patient('overwritten'), id: json.id }
  const put = await karna.ask('sandbox', 'PUT', `sandbox/Patient/${json.id}`, body, {
    'if-none-match': '*',
  })
  assert.equal(put.status, 400)
  const inBatch = await send('batch', {
    resource: body,
    request: { method: 'PUT', url: `Patient/${json.id}`, ifNoneMatch: '*' },
  })
  assert.equal(inBatch.json.entry[0].response.status, '400')
  assert.equal(await seen('kept'), 1)
})

test('a relative reference leads to the entry beside it, and to nobody who has that id here', async () => {
  await ask('PUT', 'Patient/tx-1', { ...patient('somebody else'), id: 'tx-1' })
  const entry = (fullUrl: string, resource: Readonly<Record<string, unknown>>) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: String(resource.resourceType) },
  })
  const observation = (reference: string) => ({
    ...{ resourceType: 'Observation', status: 'final', code: { text: 'x' } },
    subject: { reference },
  })
  const { json } = await send(
    'transaction',
    entry('http://x.example/fhir/Patient/tx-1', { ...patient('beside'), id: 'tx-1' }),
    entry('http://x.example/fhir/Observation/1', observation('Patient/tx-1')),
    entry('urn:uuid:0c3f4f0e-1b0a-4a53-8a4c-7f6f5a0f1c12', observation('Patient/tx-1')),
  )
  const [made, beside, elsewhere] = json.entry.map(
    ({ response }: { response: { location: string } }) =>
      /sandbox\/(\w+\/[^/]+)/.exec(response.location)?.[1] ?? '',
  )
  const subjectOf = async (path: string) => (await ask('GET', path)).json.subject.reference
  assert.equal(await subjectOf(beside), made)
  assert.equal(await subjectOf(elsewhere), 'Patient/tx-1')
})
