import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../problem.ts'
import { parseJson, parseStrictly } from './parse.ts'

const parse = (text: string) => parseJson(Buffer.from(text)).value

/** The problem that a text meets; its message must not repeat what was sent. */
function refusal(text: string | Buffer): string {
  try {
    parseJson(Buffer.from(text as string))
  } catch (error) {
    assert.ok(error instanceof Problem)
    assert.doesNotMatch(error.message, /secret/)
    return error.code
  }
  return 'accepted'
}

test('an ordinary resource is read as JSON.parse reads it, and its bytes are kept', () => {
  const bytes = Buffer.from(
    '{"resourceType":"Patient","name":[{"family":"Åström \\ud83d\\ude00"}]}',
  )
  const parsed = parseJson(bytes)
  assert.deepEqual(parsed.value, JSON.parse(bytes.toString()))
  assert.equal(parsed.bytes, bytes)
})

test('any JSON that a program writes is read back the same', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.nat(2), (json, space) => {
      const text = JSON.stringify(JSON.parse(json), undefined, space)
      if (/\\[bfu]|__proto__|constructor|prototype|e[+-]/.test(text)) return
      assert.equal(
        JSON.stringify(parseStrictly(Buffer.from(text))),
        JSON.stringify(JSON.parse(text)),
      )
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a name that comes twice is refused, however it is written and wherever it stands', () => {
  assert.equal(refusal('{"secret":1,"secret":1}'), 'structure')
  assert.equal(refusal('{"a":{"b":[{"c":1,"d":{},"\\u0063":2}]}}'), 'structure')
  assert.deepEqual(parse('{"a":{"b":1},"b":[{"b":":"}]}'), { a: { b: 1 }, b: [{ b: ':' }] })
})

test('64 levels are read, and a deeper text is refused before it is parsed', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  assert.equal(refusal(nested(63)), 'accepted')
  assert.equal(refusal(nested(64)), 'structure')
  assert.equal(refusal(`{"a":${'['.repeat(1_000_000)}`), 'structure')
  assert.equal(refusal(`{"a":"${'['.repeat(1000)}"}`), 'accepted')
})

test('text that is not well-formed UTF-8 is refused', () => {
  assert.equal(refusal(Buffer.from('efbbbf7b7d', 'hex')), 'invalid') // byte order mark
  assert.equal(refusal(Buffer.from('7b2261223a22c328227d', 'hex')), 'invalid') // broken sequence
  assert.equal(refusal(Buffer.from('7b2261223a22eda080227d', 'hex')), 'invalid') // encoded surrogate
  assert.equal(refusal(Buffer.from('7b2261223a22c0af227d', 'hex')), 'invalid') // overlong
})

test('half a surrogate pair is refused and a whole one accepted', () => {
  for (const half of ['\\ud83d', '\\ude00', '\\ud83dx', '\\ud83d\\u0041', '\\ude00\\ud83d']) {
    assert.equal(refusal(`{"a":"${half}"}`), 'invalid', half)
  }
  assert.equal(refusal('{"a":"\\ud83d\\ude00"}'), 'accepted')
  assert.equal(refusal('{"a":"\\\\ud83d"}'), 'accepted')
})

test('control characters are refused but tab and line breaks', () => {
  for (const control of ['\\u0000', '\\u0007', '\\u001F', '\\b', '\\f', '\u0001']) {
    assert.equal(refusal(`{"a":"${control}"}`), 'invalid', JSON.stringify(control))
  }
  assert.deepEqual(parse('{"a":"\\t\\r\\n\\u0009\\u000a"}'), { a: '\t\r\n\t\n' })
})

test('a number that a double cannot hold is refused', () => {
  for (const number of [
    '1e400',
    '-1e400',
    '1e-400',
    '1e200000',
    `1${'0'.repeat(400)}`,
    '0.00001e-330',
  ]) {
    assert.equal(refusal(`{"a":${number}}`), 'invalid', number)
  }
  for (const number of [
    '1.0',
    '-0',
    '1e3',
    '0e-400',
    '6.02e23',
    '0.000',
    '12345678901234567.123',
  ]) {
    assert.equal(refusal(`{"a":${number}}`), 'accepted', number)
  }
})

test('names that reach a prototype are refused, and no prototype changes', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    assert.equal(refusal(`{"a":[{"${name}":{"polluted":1}}]}`), 'structure', name)
  }
  assert.equal('polluted' in {}, false)
})

test('what is not an object is refused, and so is what is not JSON', () => {
  for (const text of ['[]', '1', '"secret"', 'null', 'true'])
    assert.equal(refusal(text), 'structure')
  for (const text of [
    '',
    ' ',
    '{',
    '{"a":secret}',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1}{',
    '{"a":01}',
  ]) {
    assert.equal(refusal(text), 'invalid', text)
  }
})
