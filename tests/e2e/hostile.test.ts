import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { before, test } from 'node:test'
import { type Answer, type KarnaUnderTest, startKarna } from './karna-under-test.ts'

let karna: KarnaUnderTest
let port: number
before(async () => {
  karna = await startKarna()
  port = Number(new URL(await karna.karna.api.listen({ port: 0, host: '127.0.0.1' })).port)
})

const get = (path: string, headers = {}) =>
  karna.ask('sandbox', 'GET', `sandbox/${path}`, undefined, headers)
const post = (body: string, path = 'Patient', headers = {}) =>
  karna.ask('sandbox', 'POST', `sandbox/${path}`, body, headers)

/** Refused for what it is, at once, and not by breaking. */
function refused(answer: Answer, what: string): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`)
  assert.equal(answer.json?.resourceType, 'OperationOutcome', what)
}

const patient = (more: string) => `{"resourceType":"Patient",${more}}`

test('a hostile body is refused', async () => {
  const deep = `${'{"extension":['.repeat(5_000)}${']}'.repeat(5_000)}`
  const bodies = {
    depth: patient(`"extension":[${deep}]`),
    arrays: '['.repeat(100_000),
    'a huge number': `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}`,
    'an endless number': `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${'9'.repeat(5_000)}}}`,
    'a name twice': patient('"gender":"male","gender":"female"'),
    'a lone surrogate': patient('"name":[{"family":"\\ud800"}]'),
    'a NUL': patient('"name":[{"family":"\\u0000"}]'),
    __proto__: patient('"__proto__":{"active":true}'),
    constructor: patient('"constructor":{"prototype":{"active":true}}'),
    'a byte order mark': `\ufeff${patient('"active":true')}`,
    'an odd id': patient('"id":"../../etc"'),
    'a date that is none': patient('"birthDate":"2023-02-30"'),
    'no object': '"Patient"',
    nothing: '',
  }
  for (const [what, body] of Object.entries(bodies)) refused(await post(body), what)
  assert.equal(({} as { active?: boolean }).active, undefined)
})

test('bytes that are not UTF-8 are refused', async () => {
  const head = `POST /fhir/sandbox/Patient HTTP/1.1\r\nhost: x\r\n${await authorization()}content-type: application/fhir+json\r\n`
  const body = Buffer.concat([
    Buffer.from('{"resourceType":"Patient","name":[{"family":"'),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from('"}]}'),
  ])
  const answer = await raw(
    Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`), body]),
  )
  assert.match(answer, /^HTTP\/1\.1 400 /)
})

test('a long text or identifier is stored whole and found', async () => {
  const long = 'å'.repeat(6_000)
  const body = patient(
    `"identifier":[{"system":"urn:long","value":"${long}"}],"name":[{"family":"${long}"}]`,
  )
  assert.equal((await post(body)).status, 201)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const found = await post(`identifier=urn:long|${long}&name=${long}`, 'Patient/_search', form)
  assert.equal(found.json.entry?.length, 1)
  const other = await post(`name=${long.slice(1)}b`, 'Patient/_search', form)
  assert.equal(other.json.entry, undefined)
})

test('a hostile search is refused', async () => {
  const many = (text: string, count: number) => Array.from({ length: count }, () => text).join(',')
  const queries = [
    '_count=-1',
    '_count=1e3',
    '_count=99999999999999999999',
    '_sort=',
    '_sort=-',
    `_sort=${many('birthdate', 50)}`,
    'birthdate=2023-13',
    'birthdate=xx2023',
    'birthdate=ge',
    'birthdate=-2023',
    '_lastUpdated=294277',
    '_id=a%00b',
    'name=a%00b',
    'name=%ED%A0%80',
    'name=%ff',
    'name=%',
    '__proto__=1',
    'constructor=1',
    'toString:exact=1',
    'name:constructor=1',
    "gender=x' or '1'='1&_sort=name';drop table store.res",
    '_elements=__proto__,$',
    '_include=Patient:__proto__',
    '_include=*:*:*',
    '_revinclude=Observation',
    '_cursor=x',
    '_cursor=x.y',
    `_has:Observation:patient:code=x`,
    `organization.name=x`,
    '_filter=name eq x',
    'identifier=|',
    'identifier=a|b|c',
  ]
  for (const query of queries) refused(await get(`Patient?${query}`), query)
  for (const query of [
    'probability=1e400',
    'probability=1e',
    'probability=0x10',
    'probability=ge',
  ]) {
    refused(await get(`RiskAssessment?${query}`), query)
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  refused(await post(`_id=${many('a', 70_000)}`, 'Patient/_search', form), '70,000 ids')
  refused(await post('name=a&'.repeat(5_000), 'Patient/_search', form), '5,000 clauses')
})

test('what looks like a pattern is only text', async () => {
  await post(patient('"name":[{"family":"100%"}]'))
  const found = async (query: string) => (await get(`Patient?${query}`)).json.entry?.length ?? 0
  assert.equal(await found('family=100%25'), 1)
  assert.equal(await found('family=1_0'), 0)
  assert.equal(await found('family:exact=100%25'), 1)
  assert.equal(await found('family:contains=%25'), 0)
  assert.equal(await found('family:contains=.*'), 0)
  assert.equal(await found('family=abc%5C'), 0)
  assert.equal(await found("family='%3B--"), 0)
})

test('times at the ends of the calendar are answered', async () => {
  for (const date of ['0000', '0001-01-01', '9999-12-31', '9999-12-31T23:59:59.999Z']) {
    for (const prefix of ['', 'ge', 'le', 'ne', 'sa', 'eb', 'ap']) {
      for (const param of ['birthdate', '_lastUpdated']) {
        const query = `${param}=${prefix}${date}`
        assert.equal((await get(`Patient?${query}`)).status, 200, query)
      }
    }
    assert.ok((await get(`Patient/_history?_since=${date}`)).status < 500, date)
    assert.ok((await get(`Patient/_history?_at=${date}`)).status < 500, date)
  }
  const born = await post(patient('"birthDate":"0000"'))
  assert.ok(born.status < 500)
})

test('a hostile address or header is refused', async () => {
  for (const path of [
    'Patient/%2e%2e%2f%2e%2e%2fetc',
    'Patient/a%00b',
    'Patient/a%20b',
    `Patient/${'a'.repeat(65)}`,
    'Patient/x/_history/0',
    'Patient/x/_history/99999999999999999999',
    "Patient/x/_history/1'",
    'Patient/x/_history/1/2',
    'Patient/x/$everything;drop',
    '__proto__/1',
    'constructor',
    'Patient/%',
  ]) {
    refused(await get(path), path)
  }
  const { json } = await post(patient('"active":true'))
  const one = `sandbox/Patient/${json.id}`
  for (const [name, value] of [
    ['if-match', '"'],
    ['if-match', 'W/"99999999999999999999"'],
    ['if-none-exist', ''],
    ['if-none-exist', 'x'.repeat(4_000)],
    ['accept', ','.repeat(4_000)],
  ] as const) {
    const path = name === 'if-none-exist' ? 'sandbox/Patient' : one
    const method = name === 'if-none-exist' ? 'POST' : name === 'accept' ? 'GET' : 'PUT'
    const body = method === 'GET' ? undefined : { ...json, meta: undefined }
    refused(await karna.ask('sandbox', method, path, body, { [name]: value }), `${name}: ${value}`)
  }
  for (const value of ['W/"', '*', ','.repeat(4_000), '\\"']) {
    assert.ok((await get(`Patient/${json.id}`, { 'if-none-match': value })).status < 500, value)
  }
  assert.equal((await get(`Patient/${json.id}`, { 'if-modified-since': 'now' })).status, 200)
})

test('a hostile bundle or patch is refused', async () => {
  const bundle = (entry: string, type = 'transaction') =>
    `{"resourceType":"Bundle","type":"${type}","entry":${entry}}`
  for (const body of [
    bundle('{}'),
    bundle('[null]'),
    bundle('[{"request":{"method":"POST","url":1}}]'),
    bundle('[{"request":{"method":"TRACE","url":"Patient"}}]'),
    bundle('[{"request":{"method":"POST","url":"Patient"}}]'),
    bundle(
      '[{"request":{"method":"PUT","url":"Patient/../x"},"resource":{"resourceType":"Patient"}}]',
    ),
    bundle(
      '[{"fullUrl":1,"request":{"method":"POST","url":"Patient","ifNoneExist":1},"resource":{"resourceType":"Patient"}}]',
    ),
    bundle('[]', 'nothing'),
  ]) {
    refused(await post(body, ''), body)
  }
  const { json } = await post(patient('"active":true'))
  const type = { 'content-type': 'application/json-patch+json' }
  for (const body of [
    '{}',
    '[{"op":"add","path":"/__proto__/polluted","value":true}]',
    '[{"op":"add","path":"/constructor/prototype/polluted","value":true}]',
    '[{"op":"replace","path":"/id","value":"x"}]',
    '[{"op":"add","path":"x","value":1}]',
    '[{"op":"move","from":"/active","path":"/active/x"}]',
    `[{"op":"test","path":"${'/a'.repeat(20_000)}","value":1}]`,
  ]) {
    refused(await karna.ask('sandbox', 'PATCH', `sandbox/Patient/${json.id}`, body, type), body)
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('a request that two servers could read differently is refused', async () => {
  const head = `POST /fhir/sandbox/Patient HTTP/1.1\r\n${await authorization()}content-type: application/fhir+json\r\n`
  const body = patient('"active":true')
  for (const lines of [
    `host: x\r\ncontent-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`,
    `host: x\r\ncontent-length: ${body.length}\r\ncontent-length: 5\r\n`,
    `host: x\r\ntransfer-encoding: xchunked\r\ncontent-length: ${body.length}\r\n`,
    `host: x\r\nhost: y\r\ncontent-length: ${body.length}\r\n`,
    `content-length: ${body.length}\r\n`,
    `host: x\r\ncontent-length: -1\r\n`,
    `host: x\r\nx: ${'a'.repeat(20_000)}\r\ncontent-length: ${body.length}\r\n`,
    `host: x\r\nx: a\0b\r\ncontent-length: ${body.length}\r\n`,
  ]) {
    const answer = await raw(Buffer.from(`${head}${lines}\r\n${body}`))
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, lines.slice(0, 80))
  }
})

test('what is too long, or no HTTP at all, is refused as FHIR says', async () => {
  const head = `host: x\r\n${await authorization()}\r\n`
  for (const [line, status] of [
    [`GET /fhir/sandbox/Patient?name=${'x'.repeat(20_000)} HTTP/1.1`, 431],
    ['GET /fhir/sandbox/Patient?name=å\0 HTTP/1.1', 400],
    ['nonsense', 400],
  ] as const) {
    const answer = await raw(Buffer.from(`${line}\r\n${head}`))
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), line.slice(0, 40))
    assert.match(answer, /\r\n\r\n\{"resourceType":"OperationOutcome"/, line.slice(0, 40))
  }
})

test('a body that is packed, or a new id of odd characters, is refused for that', async () => {
  const packed = await post(patient('"active":true'), 'Patient', { 'content-encoding': 'gzip' })
  assert.equal(packed.status, 415)
  const named = await karna.ask('sandbox', 'PUT', 'sandbox/Patient/a_b', patient('"id":"a_b"'))
  assert.equal(named.status, 400)
  assert.deepEqual(named.json.issue[0].expression, ['Patient.id'])
})

async function authorization(): Promise<string> {
  return `authorization: Bearer ${(await karna.karna.identity.issueToken('sandbox')).token}\r\n`
}

/** Sends bytes as they are and gives what comes until the connection rests. */
function raw(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
      socket.end()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (cause) => (answer ? resolve(answer) : reject(cause)))
  })
}
