import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { Problem } from '../../../fhir/problem.ts'
import { SOAP } from './envelope.ts'
import { createSoapClient, type SoapCall } from './soap-client.ts'
import { startSoapServer } from './soap-server.ts'
import { pieces, tag } from './write-xml.ts'
import { textOf } from './xml-element.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing) await close()
})

const client = createSoapClient({ maxConnections: 4, consumer: 'SE1-X' })
closing.push(() => client.close())

const call = (url: string, more: Partial<SoapCall> = {}) =>
  client.call({
    url,
    action: 'urn:x:Ask',
    logicalAddress: 'SE1-ÅÄÖ',
    body: pieces(tag('Ask', 'vad?', ' xmlns="urn:x"')),
    deadline: 2000,
    maxBytes: 100_000,
    ...more,
  })

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function provider(handle: Parameters<typeof startSoapServer>[0]['handle']): Promise<string> {
  const server = await startSoapServer({ handle, maxBytes: 10_000 })
  closing.push(() => server.close())
  return server.url
}

const ENVELOPE = `<e:Envelope xmlns:e="${SOAP}"><e:Body><Answer xmlns="urn:x">svar</Answer></e:Body></e:Envelope>`

test('a question reaches the provider with its address, and its answer comes back exactly', async () => {
  const url = await provider(async ({ logicalAddress, body }) =>
    pieces(tag('Answer', `${logicalAddress}|${textOf(body)}|\r\n <5 µg`, ' xmlns="urn:x"')),
  )
  const answer = await call(url)
  assert.ok(answer.kind === 'answer')
  assert.equal(textOf(answer.body), 'SE1-ÅÄÖ|vad?|\r\n <5 µg')
})

test('the action, the encoding and the first consumer stand in the headers', async () => {
  let seen: Record<string, unknown> = {}
  const url = await serve((request, response) => {
    seen = request.headers
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(ENVELOPE)
  })
  assert.equal((await call(url)).kind, 'answer')
  assert.equal(seen.soapaction, '"urn:x:Ask"')
  assert.equal(seen['content-type'], 'text/xml; charset=utf-8')
  assert.equal(seen['x-rivta-original-serviceconsumer-hsaid'], 'SE1-X')
})

test('a fault is a failure that tells its code and nothing else', async () => {
  const url = await provider(async () => {
    throw new Problem('transient', 'Fel för 191212121212')
  })
  const answer = await call(url)
  assert.ok(answer.kind === 'fault')
  assert.equal(answer.problem.code, 'transient')
  assert.equal(answer.problem.message, 'The source answered with a SOAP fault, Server')
})

test('silence ends at the deadline, before the first byte and in the middle of an answer', async () => {
  const silent = await serve(() => {})
  const halting = await serve((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml' }).write('<e:Envelope')
  })
  for (const url of [silent, halting]) {
    const begun = performance.now()
    assert.equal((await call(url, { deadline: 100 })).kind, 'timeout')
    assert.ok(performance.now() - begun < 1500)
  }
})

test('who asked can stop waiting', async () => {
  const silent = await serve(() => {})
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 30)
  assert.equal((await call(silent, { signal: stop.signal })).kind, 'timeout')
})

test('a source that is down, breaks off or answers by its gateway is unavailable', async () => {
  const broken = await serve((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml', 'Content-Length': 1000 })
    response.write('<e:Envelope', () => response.destroy())
  })
  const gateway = await serve((_, response) => {
    response.writeHead(502).end('<html>Bad gateway</html>')
  })
  const closed = await startSoapServer({ handle: async () => pieces(undefined), maxBytes: 10 })
  await closed.close()
  for (const url of [broken, gateway, closed.url]) {
    assert.equal((await call(url)).kind, 'unavailable', url)
  }
})

test('an answer that is cut off, too long, hostile or no SOAP cannot be read', async () => {
  const answers = [
    ENVELOPE.slice(0, -20),
    ENVELOPE.replace('svar', 'x'.repeat(200_000)),
    `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${ENVELOPE.replace('svar', '&e;')}`,
    '<html>Logga in</html>',
    '',
  ]
  for (const xml of answers) {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end(xml)
    })
    assert.equal((await call(url)).kind, 'unreadable', xml.slice(0, 40))
  }
})

test('a provider answers what it cannot read with a fault', async () => {
  const url = await provider(async () => pieces(tag('Answer', 'ja')))
  const post = (body: string) => fetch(url, { method: 'POST', body })
  for (const body of ['<x>', '<x/>', 'x'.repeat(20_000)]) {
    const response = await post(body)
    assert.equal(response.status, 500)
    assert.match(await response.text(), /<faultcode>soapenv:Client</)
  }
  assert.equal((await fetch(url)).status, 405)
})

test('a defect is a fault with an id, which alone is told to both sides', async () => {
  const told: string[] = []
  const server = await startSoapServer({
    handle: async () => {
      throw new TypeError('191212121212')
    },
    maxBytes: 1_000,
    onDefect: (id) => void told.push(id),
  })
  closing.push(() => server.close())
  const response = await fetch(server.url, { method: 'POST', body: ENVELOPE })
  const text = await response.text()
  assert.equal(response.status, 500)
  assert.match(text, /<faultcode>soapenv:Server<.*Logg-id/)
  assert.ok(told[0] && text.includes(told[0]))
  assert.ok(!text.includes('1912'))
})
