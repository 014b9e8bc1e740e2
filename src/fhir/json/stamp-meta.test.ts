import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replaceId, stampMeta, tagMeta } from './stamp-meta.ts'

const stamped = (text: string) => String(stampMeta(Buffer.from(text), { source: 'urn:x#1' }))

test('a stamp goes into meta and leaves the rest as it is written', () => {
  assert.equal(
    stamped('{ "resourceType":"Basic","meta":{ "versionId" : "1"},"v":1.0}'),
    '{ "resourceType":"Basic","meta":{"source":"urn:x#1", "versionId" : "1"},"v":1.0}',
  )
})

test('a stamp replaces the one that is there', () => {
  assert.equal(
    stamped('{"meta":{"source":"old"},"x":"µ"}'),
    '{"meta":{"source":"urn:x#1"},"x":"µ"}',
  )
})

test('a stamp makes meta where there is none, and fills an empty one', () => {
  assert.equal(
    stamped('{"resourceType":"Basic","v":"<5"}'),
    '{"resourceType":"Basic","meta":{"source":"urn:x#1"},"v":"<5"}',
  )
  assert.equal(stamped('{"meta":{},"v":1e2}'), '{"meta":{"source":"urn:x#1"},"v":1e2}')
})

test('another id leaves contained ids alone', () => {
  assert.equal(
    String(replaceId(Buffer.from('{"contained":[{"id":"a"}],"id" : "b"}'), 'r.b')),
    '{"contained":[{"id":"a"}],"id" : "r.b"}',
  )
})

test('a tag takes the place of one of its system and leaves the others', () => {
  const tagged = (text: string) =>
    String(tagMeta(Buffer.from(text), { system: 's', code: 'c', display: 'd' }))
  const tag = '{"system":"s","code":"c","display":"d"}'
  assert.equal(
    tagged('{"resourceType":"Basic"}'),
    `{"resourceType":"Basic","meta":{"tag":[${tag}]}}`,
  )
  assert.equal(
    tagged('{"meta":{"tag":[{"system":"s","code":"old"}, {"system":"x" }],"versionId":"1"}}'),
    `{"meta":{"tag":[${tag},{"system":"x" }],"versionId":"1"}}`,
  )
})
