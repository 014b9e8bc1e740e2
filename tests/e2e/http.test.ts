import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

let karna: KarnaUnderTest
before(async () => {
  karna = await startKarna()
})

type Headers = Record<string, string>
const at = (path: string) => `sandbox/${path}`
const get = (path: string, headers: Headers = {}) =>
  karna.ask('sandbox', 'GET', at(path), undefined, headers)
const post = (path: string, body: object | string, headers: Headers = {}) =>
  karna.ask('sandbox', 'POST', at(path), body, headers)
const put = (path: string, body: object | string, headers: Headers = {}) =>
  karna.ask('sandbox', 'PUT', at(path), body, headers)
const patch = (path: string, body: object | string, headers: Headers = {}) =>
  karna.ask('sandbox', 'PATCH', at(path), body, headers)

const patient = (more: object = {}) => ({ resourceType: 'Patient', ...more })
const identified = (value: string, more: object = {}) =>
  patient({ identifier: [{ system: 'urn:http', value }], ...more })

test('a record that the caller has already is not sent again', async () => {
  const { json, headers } = await post('Patient', patient())
  const [path, etag] = [`Patient/${json.id}`, String(headers.etag)]
  const modified = String(headers['last-modified'])
  assert.equal((await get(path, { 'if-none-match': etag })).status, 304)
  assert.equal((await get(path, { 'if-none-match': `"9", ${etag}` })).status, 304)
  assert.equal((await get(path, { 'if-none-match': 'W/"9"' })).status, 200)
  assert.equal((await get(path, { 'if-modified-since': modified })).status, 304)
  const earlier = new Date(Date.parse(modified) - 1000).toUTCString()
  assert.equal((await get(path, { 'if-modified-since': earlier })).status, 200)
  // If-None-Match decides where both are given.
  const both = { 'if-none-match': 'W/"9"', 'if-modified-since': modified }
  assert.equal((await get(path, both)).status, 200)
})

test('HEAD answers as GET, without the body', async () => {
  const { json } = await post('Patient', patient())
  const answer = await karna.ask('sandbox', 'HEAD', at(`Patient/${json.id}`))
  assert.deepEqual([answer.status, answer.text, answer.headers.etag], [200, '', 'W/"1"'])
})

test('a caller chooses what comes back from a write', async () => {
  const minimal = await post('Patient', patient(), { prefer: 'return=minimal' })
  assert.deepEqual([minimal.status, minimal.text], [201, ''])
  assert.match(String(minimal.headers.location), /\/Patient\/[^/]+\/_history\/1$/)
  const outcome = await post('Patient', patient(), { prefer: 'return=OperationOutcome' })
  assert.deepEqual([outcome.status, outcome.json.resourceType], [201, 'OperationOutcome'])
  const whole = await post('Patient', patient(), { prefer: 'return=representation' })
  assert.equal(whole.json.resourceType, 'Patient')
  const form = { 'content-type': 'application/x-www-form-urlencoded', prefer: 'return=minimal' }
  assert.equal((await post('Patient/_search', '_count=1', form)).json.type, 'searchset')
})

test('only JSON is read and answered', async () => {
  const { json } = await post('Patient', patient())
  const path = `Patient/${json.id}`
  for (const accept of ['application/fhir+xml', 'text/turtle', 'application/json;q=0']) {
    assert.equal((await get(path, { accept })).status, 406, accept)
  }
  for (const accept of ['*/*', 'text/xml, application/fhir+json;fhirVersion=4.0', 'text/json']) {
    assert.equal((await get(path, { accept })).status, 200, accept)
  }
  assert.equal((await get(`${path}?_format=json`, { accept: 'text/html' })).status, 200)
  assert.equal((await get(`${path}?_format=xml`)).status, 406)
  assert.equal((await get('Patient?_format=application/fhir%2Bjson')).status, 200)
  for (const type of ['application/fhir+xml', 'text/plain', 'application/json; charset=utf-16']) {
    assert.equal((await post('Patient', patient(), { 'content-type': type })).status, 415, type)
  }
})

test('a read shows what is asked for of the record, and is tagged so', async () => {
  const { json } = await post('Patient', patient({ gender: 'female', photo: [{ title: 'x' }] }))
  const path = `Patient/${json.id}`
  const elements = await get(`${path}?_elements=gender`)
  assert.equal(elements.json.gender, 'female')
  assert.equal('photo' in elements.json, false)
  assert.equal(elements.json.meta.tag[0].code, 'SUBSETTED')
  assert.equal('photo' in (await get(`${path}?_summary=true`)).json, false)
  assert.equal((await get(`${path}?_summary=count`)).status, 400)
  assert.match((await get(`${path}?colour=red`)).text, /colour is not supported for a read/)
})

test('a search is summed up in five ways', async () => {
  const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' }
  await post('Patient', identified('sum', { text, photo: [{ title: 'x' }], gender: 'male' }))
  const summary = async (how: string) =>
    (await get(`Patient?identifier=urn:http|sum&_summary=${how}`)).json
  const names = async (how: string) => Object.keys((await summary(how)).entry[0].resource)
  assert.deepEqual(await names('text'), ['resourceType', 'id', 'meta', 'text'])
  assert.equal((await names('true')).includes('photo'), false)
  assert.equal((await names('data')).includes('text'), false)
  assert.equal((await names('false')).includes('photo'), true)
  const count = await summary('count')
  assert.deepEqual([count.total, count.entry], [1, undefined])
  const none = await get('Patient?identifier=urn:http|sum&_count=0')
  assert.deepEqual([none.json.total, none.json.entry], [1, undefined])
})

test('a posted search is that of the address and that of the form together', async () => {
  await post('Patient', identified('form', { gender: 'male' }))
  await post('Patient', identified('form', { gender: 'female' }))
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const found = await post('Patient/_search?identifier=urn:http|form', 'gender=female', form)
  assert.equal(found.json.entry.length, 1)
  assert.equal((await post('Patient/_search', '{}')).status, 415)
  assert.equal((await put('Patient/_search', patient())).status, 400)
})

test('what is unknown in a search is refused by name, or left out if the caller prefers', async () => {
  const strict = await get('Patient?colour=red')
  assert.equal(strict.status, 400)
  assert.match(strict.json.issue[0].details.text, /colour/)
  const lenient = await get('Patient?colour=red&gender=female', { prefer: 'handling=lenient' })
  assert.equal(lenient.status, 200)
  assert.doesNotMatch(lenient.json.link[0].url, /colour/)
  const outcome = lenient.json.entry.at(-1)
  assert.equal(outcome.search.mode, 'outcome')
  assert.match(outcome.resource.issue[0].details.text, /colour/)
  // A condition is never loosened.
  const modified = await get('Patient?gender:in=x', { prefer: 'handling=lenient' })
  assert.equal(modified.status, 400)
  const condition = { 'if-none-exist': 'colour=red', prefer: 'handling=lenient' }
  assert.equal((await post('Patient', patient(), condition)).status, 400)
})

test('a deleted record is gone, a version of it is there, and it can be made again', async () => {
  const { json } = await put('Patient/gone', patient({ id: 'gone' }))
  assert.equal(json.id, 'gone')
  await karna.ask('sandbox', 'DELETE', at('Patient/gone'))
  assert.equal((await get('Patient/gone')).status, 410)
  assert.equal((await get('Patient/gone/_history/2')).status, 410)
  assert.equal((await get('Patient/gone/_history/1')).status, 200)
  assert.equal((await get('Patient/gone/_history/3')).status, 404)
  assert.equal((await get('Patient/never')).status, 404)
  const again = await put('Patient/gone', patient({ id: 'gone' }))
  assert.deepEqual([again.status, again.headers.etag], [201, 'W/"3"'])
  const { entry } = (await get('Patient/gone/_history')).json
  const methods = entry.map((each: { request: { method: string } }) => each.request.method)
  assert.deepEqual(methods, ['POST', 'DELETE', 'POST'])
})

test('a history is told from a time on, of a time, and page by page', async () => {
  const instants: string[] = []
  for (const gender of ['male', 'female', 'other']) {
    const { json } = await put('Patient/told', patient({ id: 'told', gender }))
    instants.push(json.meta.lastUpdated)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const versions = async (query: string) =>
    ((await get(`Patient/told/_history?${query}`)).json.entry ?? []).map(
      (each: { resource: { meta: { versionId: string } } }) => each.resource.meta.versionId,
    )
  assert.deepEqual(await versions(`_since=${instants[1]}`), ['3', '2'])
  assert.deepEqual(await versions(`_at=${instants[1]}`), ['2'])
  assert.deepEqual(await versions('_at=2001'), [])
  const first = (await get('Patient/told/_history?_count=2')).json
  assert.equal(first.entry.length, 2)
  const next = first.link.find((link: { relation: string }) => link.relation === 'next').url
  const second = (await get(next.slice(next.indexOf('Patient/told')))).json
  assert.equal(second.entry[0].resource.meta.versionId, '1')
  for (const query of [
    '_count=0',
    '_count=x',
    '_since=yesterday',
    '_colour=red',
    '_since=0000-13',
  ]) {
    assert.equal((await get(`Patient/told/_history?${query}`)).status, 400, query)
  }
})

test('a record is patched by FHIRPath, by its id or by a condition', async () => {
  const { json } = await post('Patient', identified('patch', { gender: 'male' }))
  const part = (value: string) => [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Patient.gender' },
    { name: 'value', valueCode: value },
  ]
  const operation = (value: string) => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'operation', part: part(value) }],
  })
  assert.equal((await patch(`Patient/${json.id}`, operation('female'))).json.gender, 'female')
  const by = 'Patient?identifier=urn:http|patch'
  assert.equal((await patch(by, operation('other'))).json.meta.versionId, '3')
  assert.equal((await patch(`Patient/${json.id}`, operation('blue'))).status, 400)
  assert.equal((await patch('Patient?identifier=urn:http|no', operation('male'))).status, 404)
  const jsonPatch = [{ op: 'replace', path: '/gender', value: 'male' }]
  const type = { 'content-type': 'application/json-patch+json' }
  assert.equal((await patch(by, JSON.stringify(jsonPatch), type)).json.gender, 'male')
  assert.equal(
    (await patch(by, JSON.stringify(jsonPatch), { ...type, 'if-match': 'W/"1"' })).status,
    412,
  )
})

test('a bundle patches too, and keeps its reads apart from its writes', async () => {
  const { json } = await post('Patient', patient({ gender: 'male' }))
  const url = `Patient/${json.id}`
  const operations = [{ op: 'replace', path: '/gender', value: 'female' }]
  const data = Buffer.from(JSON.stringify(operations)).toString('base64')
  const resource = { resourceType: 'Binary', contentType: 'application/json-patch+json', data }
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource, request: { method: 'PATCH', url } },
      { request: { method: 'GET', url } },
      { request: { method: 'GET', url: 'Patient/never' } },
    ],
  }
  const answer = await post('', bundle)
  const [patched, read, missing] = answer.json.entry
  assert.equal(patched.response.etag, 'W/"2"')
  assert.equal(read.resource.gender, 'female')
  assert.equal(missing.response.status, '404')
})
