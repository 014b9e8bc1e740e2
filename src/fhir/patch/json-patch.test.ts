import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonPatch } from './json-patch.ts'

const apply = (patch: object[], current: string) =>
  String(parseJsonPatch(Buffer.from(JSON.stringify(patch)))(Buffer.from(current)))

test('what is replaced is replaced, and a number beside it keeps its zero', () => {
  const patched = apply([{ op: 'replace', path: '/a', value: 'y' }], '{"a":"x","b":1.0}')
  assert.equal(patched, '{"a":"y","b":1.0}')
})

test('a test that fails stops the whole patch', () => {
  const patch = [
    { op: 'replace', path: '/a', value: 'y' },
    { op: 'test', path: '/b', value: 'z' },
  ]
  assert.throws(() => apply(patch, '{"a":"x","b":"1"}'), { code: 'business-rule' })
})

for (const wrong of [
  '{}',
  '[]',
  '[{"op":"drop","path":"/a"}]',
  '[{"op":"add","path":"/a"}]',
  '[1]',
]) {
  test(`${wrong} is not a patch`, () => {
    assert.throws(() => parseJsonPatch(Buffer.from(wrong)), { code: 'invalid' })
  })
}

test('a patch does not reach the prototype', () => {
  assert.throws(() => apply([{ op: 'add', path: '/__proto__/x', value: 1 }], '{}'))
})
