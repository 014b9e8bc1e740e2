import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { spliceMeta } from './splice-meta.ts'

const NEW = { id: '17', versionId: '3', lastUpdated: '2026-11-24T08:00:00.000Z' }
const splice = (text: string) => String(spliceMeta(Buffer.from(text), NEW))
const STAMP = '"versionId":"3","lastUpdated":"2026-11-24T08:00:00.000Z"'

test('a resource without id and meta gets both after its type', () => {
  assert.equal(
    splice('{ "resourceType" : "Patient" , "active":true }'),
    `{ "resourceType" : "Patient","id":"17","meta":{${STAMP}} , "active":true }`,
  )
})

test('id and meta are changed where they stand and all else is left as it came', () => {
  assert.equal(
    splice(
      '{"meta" : {"profile":["http://x"], "versionId" : "9" }, "x":1.0,"_id":{"id":"a"}, "\\u0069d":"ö","resourceType":"Basic"}',
    ),
    '{"meta" : {"lastUpdated":"2026-11-24T08:00:00.000Z","profile":["http://x"], "versionId" : "3" }, "x":1.0,"_id":{"id":"a"}, "\\u0069d":"17","resourceType":"Basic"}',
  )
})

test('an object with nothing in it, or a meta with nothing in it, is filled', () => {
  assert.equal(splice(' { } '), ` {"id":"17","meta":{${STAMP}} } `)
  assert.equal(splice('{"id":"1","meta":{}}'), `{"id":"17","meta":{${STAMP}}}`)
  assert.equal(splice('{"id":"1","meta":null}'), `{"id":"17","meta":{${STAMP}}}`)
})

test('names and braces inside strings and nested objects are not mistaken for the resource’s own', () => {
  const inner = '"contained":[{"id":"1","meta":{"versionId":"1"}}],"s":"\\"id\\":{[\\\\"'
  assert.equal(splice(`{${inner},"id":"2"}`), `{"meta":{${STAMP}},${inner},"id":"17"}`)
})

/** Objects with members of id, meta and others in any order, written with any white space. */
const space = fc.constantFrom('', ' ', '\n  ', '\t\r\n')
const number = fc.constantFrom('1.0', '-0', '1e3', '120.50', '0')
const scalar = fc.oneof(
  number,
  fc.string().map((text) => JSON.stringify(text)),
  fc.json(),
)
const metaText = fc
  .record(
    {
      versionId: fc.string(),
      profile: fc.array(fc.string()),
      lastUpdated: fc.string(),
      x: fc.json(),
    },
    { requiredKeys: [] },
  )
  .map((meta) => JSON.stringify(meta))
const membersText = fc
  .record(
    {
      resourceType: fc.constant('"Basic"'),
      id: fc.string().map((id) => JSON.stringify(id)),
      meta: metaText,
      _id: fc.constant('{"id":"x"}'),
      a: scalar,
      b: scalar,
    },
    { requiredKeys: [] },
  )
  .chain((members) => fc.shuffledSubarray(Object.entries(members)))

test('whatever the order and the white space, only id, version and time change', () => {
  fc.assert(
    fc.property(membersText, space, (members, gap) => {
      const text = `${gap}{${members.map(([name, value]) => `${gap}"${name}"${gap}:${gap}${value}`).join(`${gap},`)}${gap}}${gap}`
      const result = splice(text)
      const was = JSON.parse(text)
      const { versionId: _, lastUpdated: __, ...keptMeta } = was.meta ?? {}
      const want = {
        ...was,
        id: '17',
        meta: { ...keptMeta, versionId: '3', lastUpdated: NEW.lastUpdated },
      }
      assert.deepEqual(JSON.parse(result), want)
      for (const [name, value] of members) {
        if (name !== 'id' && name !== 'meta')
          assert.ok(result.includes(`"${name}"${gap}:${gap}${value}`))
      }
      assert.equal(splice(result), result)
    }),
    { seed: 1, numRuns: 1000 },
  )
})
