import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewriteReferences } from './rewrite-references.ts'

const MAP = new Map([
  ['urn:uuid:1', 'Patient/17'],
  ['Patient?identifier=x|1', 'Patient/18'],
])
const rewrite = (text: string) => String(rewriteReferences(Buffer.from(text), MAP))

test('a reference gets its new address and every other byte stays', () => {
  assert.equal(
    rewrite(
      '{ "subject" : { "reference" :  "urn:uuid:1", "display":"urn:uuid:1" }, "valueQuantity":{"value":1.0}, "resourceType":"Observation"}',
    ),
    '{ "subject" : { "reference" :  "Patient/17", "display":"urn:uuid:1" }, "valueQuantity":{"value":1.0}, "resourceType":"Observation"}',
  )
})

test('a reference by search gets its new address, and so does one written with escapes', () => {
  const text = (reference: string) =>
    `{"resourceType":"Basic","subject":{"reference":"${reference}"}}`
  assert.equal(rewrite(text('Patient?identifier=x|1')), text('Patient/18'))
  assert.equal(rewrite(text('urn:uuid\\u003a1')), text('Patient/17'))
  assert.equal(rewrite(text('urn:uuid:12')), text('urn:uuid:12'))
})

test('lists, extensions, contained resources and what is beside primitives are reached', () => {
  const text = (link: string) =>
    `{"resourceType":"Patient","generalPractitioner":[{"reference":"#a"},{"reference":"${link}"}],` +
    `"extension":[{"url":"http://x","valueReference":{"reference":"${link}"}},{"url":"http://x","valueUri":"${link}"}],` +
    `"_birthDate":{"extension":[{"url":"http://x","valueReference":{"reference":"${link}"}}]},` +
    `"contained":[{"resourceType":"Observation","subject":{"reference":"${link}"}}]}`
  assert.equal(rewrite(text('urn:uuid:1')), text('Patient/17'))
})

test('identifiers, texts and canonicals that look like the link are left alone', () => {
  const text =
    '{"resourceType":"QuestionnaireResponse","identifier":{"system":"http://x","value":"urn:uuid:1"},"questionnaire":"urn:uuid:1","status":"completed"}'
  assert.equal(rewrite(text), text)
})

test('links in narrative are replaced, words are not', () => {
  const text = (link: string) =>
    `{"resourceType":"Patient","text":{"div":"<div å=\\"å\\">\\u00e5 urn:uuid:1 <a href=\\"${link}\\">x</a><img src = '${link}'/><a name=\\"urn:uuid:1\\">y</a></div>"}}`
  assert.equal(rewrite(text('urn:uuid:1')), text('Patient/17'))
})

test('what nothing changes in is given back as it is', () => {
  const bytes = Buffer.from('{"resourceType":"Patient"}')
  assert.equal(rewriteReferences(bytes, MAP), bytes)
  assert.equal(rewriteReferences(bytes, new Map()), bytes)
})
