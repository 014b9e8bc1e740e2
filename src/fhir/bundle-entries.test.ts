import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sliceEntries } from './bundle-entries.ts'

const slices = (text: string) => sliceEntries(Buffer.from(text), JSON.parse(text).entry)

test('a resource is cut out as it was written, space and trailing zero included', () => {
  const text =
    '{ "type":"batch" , "entry" : [ {"fullUrl":"urn:uuid:1","resource" : { "resourceType":"Basic", "x": 1.0, "s":"}\\"]{" } , "request":{"method":"POST","url":"Basic"}}, {"request":{"method":"GET","url":"Basic/1"}} ] }'
  const [first, second] = slices(text)
  assert.equal(String(first?.resource), '{ "resourceType":"Basic", "x": 1.0, "s":"}\\"]{" }')
  assert.equal(first?.entry.fullUrl, 'urn:uuid:1')
  assert.equal(second?.resource, undefined)
  assert.equal(second?.entry.request?.method, 'GET')
})

test('whatever the resources hold and however it is spaced, each is found whole', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.json())), fc.nat(3), (resources, space) => {
      const entry = resources.map((resource) => ({ resource }))
      const text = JSON.stringify({ total: 1, link: [], entry }, undefined, space)
      const found = slices(text).map(({ resource }) => JSON.parse(String(resource)))
      assert.equal(JSON.stringify(found), JSON.stringify(resources))
    }),
    { seed: 1, numRuns: 300 },
  )
})
