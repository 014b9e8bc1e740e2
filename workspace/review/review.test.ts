import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from 'fhir/r4'
import {
  type CheckItem,
  dayBegins,
  explanationWords,
  kindWords,
  logRows,
  nextUndecided,
  signWords,
} from './review.ts'

const anItem = (number: number, outcome: CheckItem['outcome'] = null): CheckItem => ({
  number,
  outcome,
  person: 'SE1-P1',
  name: 'Göran Ek',
  title: 'läkare',
  unit: 'SE1-E1',
  unitName: 'Avd 30E',
  patient: 'p1',
  first: '2026-11-24T10:00:00Z',
  last: '2026-11-24T10:05:00Z',
  entries: 2,
  score: 4,
  explanations: ['relation', 'of a later version'],
  signs: ['same-family-name', 'night'],
  note: null,
  decidedAt: null,
})

const anEvent: AuditEvent = {
  resourceType: 'AuditEvent',
  id: '1-2',
  recorded: '2026-11-24T10:00:00Z',
  outcome: '4',
  outcomeDesc: 'PDL 4:1',
  type: {},
  subtype: [
    { system: 'http://hl7.org/fhir/restful-interaction', code: 'read' },
    { system: 'https://karna.se/fhir/CodeSystem/log-action', code: 'read' },
  ],
  purposeOfEvent: [{ text: 'Konsult' }],
  agent: [
    {
      requestor: true,
      name: 'Göran Ek',
      role: [{ text: 'läkare' }],
      who: { identifier: { value: 'SE1-P1' } },
    },
    { requestor: false, type: { coding: [{ code: 'LOC' }] }, who: { display: 'Avd 30E' } },
  ],
  source: { observer: {} },
  entity: [
    { what: { reference: 'Patient/p1' } },
    { what: { reference: 'Observation/o1/_history/1' } },
    { what: { reference: 'Patient/p1/_history/2' } },
  ],
}

test('signs and explanations are said in Swedish, and one that is not known as it is written', () => {
  assert.deepEqual(signWords(anItem(1)), ['samma efternamn', 'nattetid'])
  assert.deepEqual(explanationWords(anItem(1)), ['vårdrelation', 'of a later version'])
})

test('after a decision comes the next that is open, from the top when none is left below', () => {
  const items = [anItem(1), anItem(2), anItem(3, 'justified'), anItem(4)]
  assert.equal(nextUndecided(items, 2)?.number, 4)
  assert.equal(nextUndecided(items, 4)?.number, 1)
  assert.equal(nextUndecided([anItem(1, 'question')], 1), undefined)
})

test('an AuditEvent is a row: who, where, whose, what, and why not', () => {
  const [row] = logRows({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: [{ resource: anEvent }],
  })
  assert.deepEqual(
    [row?.who, row?.unit, row?.patient, row?.did, row?.kinds, row?.isDenied, row?.reason],
    [
      'Göran Ek',
      'Avd 30E',
      'p1',
      'Läste',
      'personuppgifter, provsvar och mätvärden',
      true,
      'Konsult',
    ],
  )
})

test('kinds of information are told once each', () => {
  assert.equal(
    kindWords(['Observation/1/1', 'Observation/2/1', 'Basic/3/1']),
    'Basic, provsvar och mätvärden',
  )
})

test('a day begins at midnight where the user is, and days are counted by the calendar', () => {
  assert.equal(dayBegins('2026-12-31', 1), new Date(2027, 0, 1).toISOString())
})
