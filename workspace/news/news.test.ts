import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Composition, MedicationRequest, Observation } from 'fhir/r4'
import { type NewsSources, newsOf, newsSince } from './news.ts'

const nothing: NewsSources = { laboratory: [], reports: [], notes: [], medications: [] }
const now = Date.parse('2026-11-24T20:00:00Z')

function aResult(text: string, value: number, issued: string, code = 'H'): Observation {
  return {
    resourceType: 'Observation',
    id: `${text} ${issued}`,
    status: 'final',
    code: { text },
    issued,
    valueQuantity: { value, unit: 'mg/L' },
    interpretation: [{ coding: [{ code }] }],
  }
}

const aNote = (date: string, author: string): Composition => ({
  resourceType: 'Composition',
  id: date,
  status: 'final',
  type: {},
  date,
  title: 'Daganteckning',
  author: [{ display: author }],
})

test('one who has never marked the record sees the last week', () => {
  const since = newsSince(undefined, 'Anna Nyström', now)
  assert.deepEqual([since.from, since.isRead], ['2026-11-17T20:00:00.000Z', false])
})

test('answers that came together are one item: abnormal values with what they were before', () => {
  const since = newsSince('2026-11-24T00:00:00Z', 'x', now)
  const [item, ...rest] = newsOf(since, {
    ...nothing,
    laboratory: [
      aResult('B-Hb', 112, '2026-11-24T06:00:00Z', 'L'),
      aResult('P-CRP', 96, '2026-11-24T06:00:00Z'),
      aResult('P-Natrium', 139, '2026-11-24T06:00:00Z', 'N'),
      aResult('P-CRP', 148, '2026-11-23T06:00:00Z'),
    ],
  })
  assert.deepEqual(rest, [])
  assert.deepEqual(
    item?.values.map(({ name, value, mark, before }) => [name, value, mark, before]),
    [
      ['P-CRP', '96', 'high', '148'],
      ['B-Hb', '112', 'low', ''],
    ],
  )
})

test('one’s own notes are no news', () => {
  const since = newsSince('2026-11-24T00:00:00Z', 'Anna Nyström', now)
  const notes = [
    aNote('2026-11-24T12:00:00Z', 'Anna Nyström, ST-läkare'),
    aNote('2026-11-24T13:00:00Z', 'Lina Ek, sjuksköterska'),
  ]
  assert.deepEqual(
    newsOf(since, { ...nothing, notes }).map(({ by }) => by),
    ['L. Ek'],
  )
})

test('what came to the record after the mark is new, however old it is', () => {
  const late = {
    ...aResult('P-CRP', 96, '2026-11-01T06:00:00Z'),
    meta: { lastUpdated: '2026-11-24T19:00:00Z' },
  }
  const laboratory = [late]
  const read = newsSince('2026-11-24T18:00:00Z', 'x', now)
  assert.equal(newsOf(read, { ...nothing, laboratory }).length, 1)
  assert.equal(newsOf(newsSince(undefined, 'x', now), { ...nothing, laboratory }).length, 0)
})

test('a drug that was paused says why', () => {
  const request: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: 'm',
    status: 'on-hold',
    statusReason: { text: 'eGFR 35' },
    intent: 'order',
    subject: {},
    medicationCodeableConcept: { text: 'Metformin' },
    authoredOn: '2026-11-24T09:00:00Z',
  }
  const [item] = newsOf(newsSince('2026-11-24T00:00:00Z', 'x', now), {
    ...nothing,
    medications: [request],
  })
  assert.deepEqual([item?.title, item?.rest], ['Metformin pausad', 'eGFR 35'])
})
