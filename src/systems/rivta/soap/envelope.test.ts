import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFault, readEnvelope, SOAP, writeEnvelope, writeFault } from './envelope.ts'
import { escapeXml, pieces, tag } from './write-xml.ts'
import { textOf } from './xml-element.ts'

const body = pieces(tag('a', '<5 "µ"\r\n & \'mg\'', ' xmlns="urn:x"'))

test('a message is read back as it was written, its address with it', () => {
  const read = readEnvelope(writeEnvelope(body, 'SE2321000016-1A&2B'))
  assert.ok(!isFault(read))
  assert.equal(read.logicalAddress, 'SE2321000016-1A&2B')
  assert.equal(read.body.namespace, 'urn:x')
  assert.equal(textOf(read.body), '<5 "µ"\r\n & \'mg\'')
})

test('an answer has no address', () => {
  const read = readEnvelope(writeEnvelope(body, undefined))
  assert.ok(!isFault(read) && read.logicalAddress === undefined)
})

test('of a fault only its code and log id are taken, never its text', () => {
  const id = '3f2504e0-4f89-11d3-9a0c-0305e82c3301'
  const fault = readEnvelope(writeFault('Server', `191212121212 saknas ${id}`))
  assert.deepEqual(fault, { code: 'Server', logId: id })
  const bare = `<Envelope xmlns="${SOAP}"><Body><Fault><faultcode>server</faultcode></Fault></Body></Envelope>`
  assert.deepEqual(readEnvelope(bare), { code: 'Server', logId: undefined })
})

test('what is no SOAP 1.1 message is refused', () => {
  const messages = [
    '<html><body>502</body></html>',
    '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><x/></Body></Envelope>',
    `<Envelope xmlns="${SOAP}"><Body/></Envelope>`,
    `<Envelope xmlns="${SOAP}"/>`,
  ]
  for (const message of messages) assert.throws(() => readEnvelope(message), { code: 'structure' })
})

test('a header that must be understood and is not is refused', () => {
  const message = (must: string) =>
    `<s:Envelope xmlns:s="${SOAP}"><s:Header><x s:mustUnderstand="${must}"/></s:Header><s:Body><y/></s:Body></s:Envelope>`
  assert.throws(() => readEnvelope(message('1')), { code: 'not-supported' })
  assert.ok(readEnvelope(message('0')))
})

test('what has nothing in it is left out', () => {
  assert.equal(tag('a', undefined), undefined)
  assert.equal(tag('a', []), undefined)
  assert.equal(pieces(tag('a', ['', tag('b', undefined)])).text, '<a></a>')
  assert.equal(escapeXml(''), '')
})
