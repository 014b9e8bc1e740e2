import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

let karna: KarnaUnderTest
before(async () => {
  karna = await startKarna()
})

const weight = (value: string) =>
  `{"resourceType":"Observation","status":"final","code":{"text":"Vikt"},"valueQuantity":{"value":${value},"unit":"kg"}}`

test('a record comes back byte for byte but for id and meta', async () => {
  const made = await karna.ask('sandbox', 'POST', 'sandbox/Observation', weight('71.40'))
  assert.equal(made.status, 201)
  const read = await karna.ask('sandbox', 'GET', `sandbox/Observation/${made.json.id}`)
  assert.match(read.text, /"value":71\.40,"unit":"kg"/)
  assert.equal(read.headers.etag, 'W/"1"')
})

test('a reference by the server’s own address is one of ours, found and followed, and stays as it was written', async () => {
  const patient = await karna.ask('sandbox', 'POST', 'sandbox/Patient', {
    resourceType: 'Patient',
  })
  const id: string = patient.json.id
  const [own = ''] = String(patient.headers.location).split('/_history')
  const of = (reference: string) =>
    weight('72').replace('{', `{"subject":{"reference":"${reference}"},`)
  const made = await karna.ask('sandbox', 'POST', 'sandbox/Observation', of(own))
  assert.match(made.text, new RegExp(`"reference":"${own}"`))
  const batch = { resourceType: 'Bundle', type: 'batch' }
  const request = { method: 'POST', url: 'Observation' }
  const entry = [{ resource: JSON.parse(of(own)), request }]
  await karna.ask('sandbox', 'POST', 'sandbox', { ...batch, entry })
  const elsewhere = own.replace('/fhir/', '/other/')
  await karna.ask('sandbox', 'POST', 'sandbox/Observation', of(elsewhere))
  for (const asked of [`subject=Patient/${id}`, `patient=${id}`, `subject=${own}`]) {
    const found = await karna.ask(
      'sandbox',
      'GET',
      `sandbox/Observation?${asked}&_include=Observation:subject`,
    )
    const ids = found.json.entry.map(({ resource }: { resource: { id: string } }) => resource.id)
    assert.equal(ids.length, 3, asked)
    assert.ok(ids.includes(made.json.id) && ids.includes(id))
  }
  const back = `sandbox/Patient?_id=${id}&_revinclude=Observation:subject`
  assert.equal((await karna.ask('sandbox', 'GET', back)).json.entry.length, 3)
})

test('a condition that matches nothing does not write over another by the id in the body', async () => {
  const other = await karna.ask('sandbox', 'POST', 'sandbox/Patient', {
    ...{ resourceType: 'Patient', birthDate: '1950-01-01' },
  })
  const body = { resourceType: 'Patient', id: other.json.id, birthDate: '1960-01-01' }
  const put = (id: string) =>
    karna.ask('sandbox', 'PUT', 'sandbox/Patient?identifier=urn:s|nobody-has', { ...body, id })
  assert.equal((await put(other.json.id)).status, 409)
  const { json } = await karna.ask('sandbox', 'GET', `sandbox/Patient/${other.json.id}`)
  assert.equal(json.birthDate, '1950-01-01')
  assert.equal((await put('made-by-condition')).status, 201)
})

test('a record is changed only from the version that If-Match names', async () => {
  const { json } = await karna.ask('sandbox', 'POST', 'sandbox/Observation', weight('70'))
  const body = { ...JSON.parse(weight('71')), id: json.id }
  const put = (version: string) =>
    karna.ask('sandbox', 'PUT', `sandbox/Observation/${json.id}`, body, { 'if-match': version })
  assert.equal((await put('W/"7"')).status, 412)
  assert.equal((await put('W/"1"')).status, 200)
  const history = await karna.ask('sandbox', 'GET', `sandbox/Observation/${json.id}/_history`)
  assert.deepEqual(
    history.json.entry.map((entry: { response: { etag: string } }) => entry.response.etag),
    ['W/"2"', 'W/"1"'],
  )
})

test('a record is gone when deleted, but its versions stay', async () => {
  const { json } = await karna.ask('sandbox', 'POST', 'sandbox/Observation', weight('69'))
  const at = `sandbox/Observation/${json.id}`
  assert.equal((await karna.ask('sandbox', 'DELETE', at)).status, 204)
  assert.equal((await karna.ask('sandbox', 'GET', at)).status, 410)
  assert.equal((await karna.ask('sandbox', 'GET', `${at}/_history/1`)).status, 200)
})

test('a record is refused with the place of what is wrong', async () => {
  const wrong = { resourceType: 'Patient', name: [{ familly: 'x' }] }
  const answer = await karna.ask('sandbox', 'POST', 'sandbox/Patient', wrong)
  assert.equal(answer.status, 400)
  assert.match(answer.json.issue[0].expression[0], /Patient\.name\[0\]/)
})

test('a record of which 200 are asked for at once under one condition becomes one', async () => {
  const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:s', value: 'one' }] }
  const answers = await Promise.all(
    Array.from({ length: 200 }, () =>
      karna.ask('sandbox', 'POST', 'sandbox/Patient', patient, {
        'if-none-exist': 'identifier=urn:s|one',
      }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  assert.equal(answers.filter(({ status }) => status === 200).length, 199)
  const found = await karna.ask('sandbox', 'GET', 'sandbox/Patient?identifier=urn:s|one')
  assert.equal(found.json.entry.length, 1)
})

test('a record is made with others in a transaction, or none is', async () => {
  const entry = (fullUrl: string, resource: object) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: 'X' },
  })
  const bundle = (status: string) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        ...entry('urn:uuid:9f7b2c9e-4c58-4b8e-9d1b-6a3f9c1d0001', {
          resourceType: 'Patient',
          gender: 'female',
        }),
        request: { method: 'POST', url: 'Patient' },
      },
      {
        ...entry('urn:uuid:9f7b2c9e-4c58-4b8e-9d1b-6a3f9c1d0002', {
          resourceType: 'Observation',
          status,
          code: { text: 'T' },
          subject: { reference: 'urn:uuid:9f7b2c9e-4c58-4b8e-9d1b-6a3f9c1d0001' },
        }),
        request: { method: 'POST', url: 'Observation' },
      },
    ],
  })
  const count = async () =>
    (await karna.ask('sandbox', 'GET', 'sandbox/Patient?gender=female&_summary=count')).json.total
  const earlier = await count()
  assert.equal(
    (await karna.ask('sandbox', 'POST', 'sandbox', bundle('no-such-status'))).status,
    400,
  )
  assert.equal(await count(), earlier)
  const made = await karna.ask('sandbox', 'POST', 'sandbox', bundle('final'))
  assert.equal(made.status, 200)
  const [patient = ''] = /Patient\/[^/]+/.exec(made.json.entry[0].response.location) ?? []
  const found = await karna.ask(
    'sandbox',
    'GET',
    `sandbox/Observation?subject=${patient}&_include=Observation:subject`,
  )
  assert.deepEqual(
    found.json.entry.map((each: { search: { mode: string } }) => each.search.mode),
    ['match', 'include'],
  )
})

test('a record is found page by page, each once', async () => {
  for (let n = 0; n < 7; n++) {
    await karna.ask('sandbox', 'POST', 'sandbox/Basic', {
      resourceType: 'Basic',
      code: { text: 'p' },
      created: `2026-01-0${1 + (n % 3)}`,
    })
  }
  const ids: string[] = []
  let next = 'sandbox/Basic?_sort=-created&_count=2'
  while (next) {
    const { json } = await karna.ask('sandbox', 'GET', next)
    for (const { resource } of json.entry) ids.push(resource.id)
    const link = json.link.find((each: { relation: string }) => each.relation === 'next')
    next = link ? link.url.replace(/^.*\/fhir\//, '') : ''
  }
  assert.equal(ids.length, 7)
  assert.equal(new Set(ids).size, 7)
})

test('a record is not searched by what is unknown', async () => {
  assert.equal((await karna.ask('sandbox', 'GET', 'sandbox/Patient?shoe-size=43')).status, 400)
})

test('a record is patched where the patch says, and the rest keeps its digits', async () => {
  const { json } = await karna.ask('sandbox', 'POST', 'sandbox/Observation', weight('71.40'))
  const patch = [{ op: 'replace', path: '/status', value: 'amended' }]
  const type = { 'content-type': 'application/json-patch+json' }
  const at = `sandbox/Observation/${json.id}`
  const answer = await karna.ask('sandbox', 'PATCH', at, JSON.stringify(patch), type)
  assert.equal(answer.status, 200)
  assert.match(answer.text, /"status":"amended".*71\.40/)
  const wrong = JSON.stringify([{ op: 'test', path: '/status', value: 'final' }])
  assert.equal((await karna.ask('sandbox', 'PATCH', at, wrong, type)).status, 422)
})
