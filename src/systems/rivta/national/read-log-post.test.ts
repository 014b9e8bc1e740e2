import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../../fhir/problem.ts'
import { fieldsOf } from '../mapping/fields.ts'
import { readXml } from '../soap/read-xml.ts'
import { readLogPost } from './read-log-post.ts'

test('a post of more than a hundred resources is refused, and told how many there may be', () => {
  const resources = '<resource/>'.repeat(101)
  const xml = `<log xmlns="urn:riv:informationsecurity:auditing:log:2"><resources>${resources}</resources></log>`
  assert.throws(
    () => readLogPost(fieldsOf(readXml(xml))),
    (thrown) => thrown instanceof Problem && /100 resource/.test(thrown.message),
  )
})
