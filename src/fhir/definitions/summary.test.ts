import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SummaryMode, summaryOf } from './summary.ts'

const TAG = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
}
const TEXT = `{ "resourceType":"Observation", "id":"1", "meta":{"versionId":"2","tag":[{"code":"x"}]},
  "text":{"status":"generated","div":"<div>x</div>"}, "status":"final", "_status":{"id":"s"},
  "code":{"text":"x"}, "valueQuantity":{"value":1.0}, "note":[{"text":"y"}],
  "component":[{"code":{"text":"z"},"valueInteger":2,"referenceRange":[{"text":"r"}]}] }`

const summary = (wanted: SummaryMode | readonly string[], text = TEXT) =>
  String(summaryOf(Buffer.from(text), wanted))
const namesIn = (text: string) => Object.keys(JSON.parse(text))

test('a summary has the elements that are marked so, and numbers keep their text', () => {
  const text = summary('true')
  assert.deepEqual(
    namesIn(text),
    'resourceType id meta status _status code valueQuantity component'.split(' '),
  )
  assert.match(text, /"value":1\.0/)
})

test('within a part of a resource only what is marked is kept', () => {
  assert.deepEqual(JSON.parse(summary('true')).component, [
    { code: { text: 'z' }, valueInteger: 2 },
  ])
})

test('text keeps narrative and what is mandatory; data leaves narrative out', () => {
  assert.deepEqual(
    namesIn(summary('text')),
    'resourceType id meta text status _status code'.split(' '),
  )
  assert.deepEqual(
    namesIn(summary('data')),
    'resourceType id meta status _status code valueQuantity note component'.split(' '),
  )
})

test('named elements come with what is mandatory, any form of a choice by its one name', () => {
  const names = 'resourceType id meta status _status code valueQuantity'.split(' ')
  assert.deepEqual(namesIn(summary(['value'])), names)
  assert.deepEqual(namesIn(summary(['valueQuantity', 'nothing'])), names)
})

test('what is left out is told by a tag, once', () => {
  assert.deepEqual(JSON.parse(summary('data')).meta, { versionId: '2', tag: [{ code: 'x' }, TAG] })
  assert.deepEqual(JSON.parse(summary('data', summary('data'))).meta.tag, [{ code: 'x' }, TAG])
  const bare = JSON.parse(summary('true', '{"resourceType":"Patient","active":true}'))
  assert.deepEqual(bare, { resourceType: 'Patient', meta: { tag: [TAG] }, active: true })
})
