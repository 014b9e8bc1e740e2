import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { PROTECTED_IDENTITY } from '../../src/fhir/label.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const WARD = 'SE2321000131-E000000000030'
const PERIOD = { from: '2020-01-01', to: '2100-01-01' }
let karna: KarnaUnderTest
let auditor: string

before(async () => {
  karna = await startKarna()
  auditor = (await karna.karna.identity.issueToken('per.oberg')).token
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
  for (const [id, family] of [
    ['p1', 'Öberg'],
    ['p2', 'Ek'],
  ] as const) {
    const subject = { reference: `Patient/${id}` }
    for (const resource of [
      { resourceType: 'Patient', id, meta, name: [{ family, given: ['Ola'] }] },
      {
        resourceType: 'Encounter',
        id: `e-${id}`,
        meta,
        status: 'in-progress',
        class: { code: 'IMP' },
        subject,
      },
      {
        resourceType: 'Observation',
        id: `o-${id}`,
        meta,
        status: 'final',
        code: { text: 'Hb' },
        subject,
      },
    ]) {
      await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
    }
  }
  await loader.finish()
  await karna.ask('anna.nystrom', 'GET', 'vgr/Observation?patient=p1')
  await karna.ask('anna.nystrom', 'GET', 'vgr/Observation?patient=p2')
  const headers = { 'x-karna-reason': encodeURIComponent('Konsult') }
  await karna.ask('goran.ek', 'GET', 'vgr/Observation?patient=p2', undefined, headers) // a stranger of the same name
})

async function call(method: 'GET' | 'POST', path: string, body?: object, token = auditor) {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
  }
  const payload = body && JSON.stringify(body)
  const response = await karna.karna.api.inject({
    method,
    url: `/log/vgr/${path}`,
    headers,
    ...(payload && { payload }),
  })
  return { status: response.statusCode, json: response.json(), text: response.payload }
}

test('a review looks first at what is not explained and has signs', async () => {
  const made = await call('POST', 'reviews', { ...PERIOD, kind: 'suspicion', size: 10 })
  assert.equal(made.status, 201, made.text)
  const { json } = await call('GET', `reviews/${made.json.id}`)
  assert.equal(json.items.length, 1) // what the ward's doctor did is explained
  const [item] = json.items
  assert.deepEqual([item.name, item.patient], ['Göran Ek', 'p2'])
  assert.deepEqual(
    item.signs.filter((sign: string) => sign !== 'night'),
    ['same-family-name', 'stated-reason'],
  )
  const { entries } = (await call('GET', `reviews/${made.json.id}/items/1`)).json
  assert.deepEqual([entries[0].reason, entries[0].resources], ['Konsult', ['Observation/o-p2/1']])
})

test('a review’s sample is drawn by a recorded seed, and drawn again the same', async () => {
  const wanted = { ...PERIOD, kind: 'sample', size: 2, seed: 'abc' }
  const namesOf = async (id: string) =>
    (await call('GET', `reviews/${id}`)).json.items.map(
      (item: { name: string; patient: string }) => [item.name, item.patient],
    )
  const [one, two] = [await call('POST', 'reviews', wanted), await call('POST', 'reviews', wanted)]
  assert.deepEqual([one.json.seed, one.json.population, one.json.size], ['abc', 3, 2])
  assert.deepEqual(await namesOf(one.json.id), await namesOf(two.json.id))
})

test('a review’s decision is kept with who made it, and an earlier one is not lost', async () => {
  const { id } = (await call('POST', 'reviews', { ...PERIOD, kind: 'suspicion', size: 10 })).json
  const decide = (outcome: string, note: string) =>
    call('POST', `reviews/${id}/items/1/outcome`, { outcome, note })
  await decide('question', 'Frågar verksamhetschefen')
  const decided = await decide('unjustified', 'Släkting, inget vårdsamband')
  const [item] = decided.json.items
  assert.deepEqual([item.outcome, item.note], ['unjustified', 'Släkting, inget vårdsamband'])
  assert.equal((await decide('unjustified', '')).status, 400)
  const { rows } = await karna.db.query({
    text: 'select 1 from law.log_review_outcome where review = $1',
    values: [id],
  })
  assert.equal(rows.length, 2)
  const list = (await call('GET', 'reviews')).json.reviews
  assert.equal(list.find((each: { id: string }) => each.id === id).decided, 1)
})

test('a review is in the log of each patient it looked at', async () => {
  await call('POST', 'reviews', { ...PERIOD, kind: 'suspicion', size: 10 })
  const { rows } = await karna.db.query<{ action: string }>({
    text: "select action from law.access_log where patient = 'p2' order by at desc limit 1",
  })
  assert.equal(rows[0]?.action, 'review-log')
})

test('a review is for reviewers', async () => {
  for (const login of ['anna.nystrom', 'sofia.wallin']) {
    const { token } = await karna.karna.identity.issueToken(login)
    for (const path of ['reviews', 'reviews/00000000-0000-0000-0000-000000000000']) {
      assert.equal((await call('GET', path, undefined, token)).status, 403, login)
    }
    const made = await call('POST', 'reviews', { ...PERIOD, kind: 'sample', size: 1 }, token)
    assert.equal(made.status, 403)
  }
})

test('a review that makes no sense is refused', async () => {
  for (const wrong of [
    { kind: 'all' },
    { size: 0 },
    { size: 1e9 },
    { from: 'x' },
    { to: '2019-01-01' },
    { seed: 'a b' },
  ]) {
    const made = await call('POST', 'reviews', { ...PERIOD, kind: 'sample', size: 1, ...wrong })
    assert.equal(made.status, 400, JSON.stringify(wrong))
  }
  assert.equal((await call('GET', 'reviews/nonsense')).status, 404)
})

test('who the patients are is told to the reviewer alone, and is in their log', async () => {
  const whom = { ids: ['p1', 'no-such'] }
  assert.deepEqual((await call('POST', 'patients', whom)).json.patients, [
    { patient: 'p1', name: 'Ola Öberg', isProtected: false },
  ])
  const doctor = (await karna.karna.identity.issueToken('anna.nystrom')).token
  const refused = await call('POST', 'patients', whom, doctor)
  assert.deepEqual([refused.status, /PDL 4:3/.test(refused.text)], [403, true])
  assert.equal((await call('POST', 'patients', { numbers: ['1947'] })).status, 400)
  const { rows } = await karna.db.query<{ patient: string | null; outcome: string }>({
    text: "select patient, outcome from law.access_log where action = 'read-log' order by at desc limit 2",
    values: [],
  })
  assert.deepEqual(rows, [
    { patient: null, outcome: 'deny' },
    { patient: 'p1', outcome: 'permit' },
  ])
})

test('who is not in the provider’s own log is not told of, and who is protected without name and number', async () => {
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  const source = `urn:oid:1.2.752.29.4.19#${WARD}`
  const security = [{ system: PROTECTED_IDENTITY, code: 'sekretessmarkering' }]
  for (const [id, more] of [
    ['absent', {}],
    ['hidden', { security }],
  ] as const) {
    const resource = {
      resourceType: 'Patient',
      id,
      meta: { source, ...more },
      name: [{ family: 'Gömd' }],
      identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: '191212121212' }],
    }
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  const headers = { 'x-karna-reason': encodeURIComponent('Konsult') }
  await karna.ask('anna.nystrom', 'GET', 'vgr/Observation?patient=hidden', undefined, headers)
  for (const whom of [{ ids: ['absent', 'hidden'] }, { numbers: ['191212121212'] }]) {
    assert.deepEqual((await call('POST', 'patients', whom)).json.patients, [
      { patient: 'hidden', isProtected: true },
    ])
  }
})
