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

for (const wrong of ['{}', '[{"op":"drop","path":"/a"}]', '[{"op":"add","path":"/a"}]', '[1]']) {
  test(`${wrong} is not a patch`, () => {
    assert.throws(() => parseJsonPatch(Buffer.from(wrong)), { code: 'invalid' })
  })
}

test('a patch without operations changes nothing', () => {
  assert.equal(apply([], '{"a":1.0}'), '{"a":1.0}')
})

test('a patch does not reach the prototype', () => {
  assert.throws(() => apply([{ op: 'add', path: '/__proto__/x', value: 1 }], '{}'))
})

const tested = (value: string, of = '1.00') =>
  String(
    parseJsonPatch(Buffer.from(`[{"op":"test","path":"/a","value":${value}}]`))(
      Buffer.from(`{"a":${of}}`),
    ),
  )

test('numbers are tested by value, and keep how they were written', () => {
  for (const same of ['1', '1.0', '100e-2', '0.1E+1']) assert.equal(tested(same), '{"a":1.00}')
  assert.equal(tested('-0', '0.0'), '{"a":0.0}')
  assert.equal(tested('[{"b":2.0,"c":[]}]', '[{"c":[],"b":2}]'), '{"a":[{"c":[],"b":2}]}')
  for (const other of ['1.01', '-1', '10', '"1.00"', 'null', '[1]', '{}']) {
    assert.throws(() => tested(other), { code: 'business-rule' }, other)
  }
  assert.throws(() => tested('10000000000000000001', '10000000000000000002'))
})

test('an index has no zero before it', () => {
  for (const path of ['/a/00', '/a/01']) {
    assert.throws(() => apply([{ op: 'add', path, value: 1 }], '{"a":[1,2]}'), { code: 'invalid' })
  }
  assert.equal(apply([{ op: 'add', path: '/a/0', value: 'x' }], '{"a":["y"]}'), '{"a":["x","y"]}')
})
