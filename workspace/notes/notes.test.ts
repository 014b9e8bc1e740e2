import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Composition } from 'fhir/r4'
import { newestAssessment, noteRows } from './notes.ts'

const aNote = (keywords: string[], more: Partial<Composition> = {}): Composition => ({
  resourceType: 'Composition',
  status: 'final',
  type: {},
  date: '2026-11-24T10:00:00+01:00',
  title: 'Daganteckning',
  author: [{ display: 'Erik Sand, överläkare' }],
  section: keywords.map((title) => ({
    title,
    text: { status: 'additional', div: `<div>${title} inte 0,5 &lt; x</div>` },
  })),
  ...more,
})

const now = new Date('2026-11-24T21:00:00')

test('a note is unsigned until somebody has signed it', () => {
  const attester = [{ mode: 'professional' as const, time: '2026-11-24T11:20:00+01:00' }]
  assert.equal(noteRows([aNote([])], now)[0]?.signed, 'osignerad')
  assert.equal(noteRows([aNote([], { attester })], now)[0]?.signed, 'signerad i dag 11:20')
})

test('the text of a section is handed on untouched', () => {
  assert.equal(
    noteRows([aNote(['Bedömning'])])[0]?.sections[0]?.div,
    '<div>Bedömning inte 0,5 &lt; x</div>',
  )
})

test('the newest note that judges is found, with its plan under either name', () => {
  for (const keyword of ['Plan', 'Planering', 'Åtgärd']) {
    const found = newestAssessment(
      noteRows([aNote(['Nutrition']), aNote(['Bedömning', keyword]), aNote(['Bedömning'])]),
    )
    assert.equal(found?.plan?.keyword, keyword)
  }
  assert.equal(newestAssessment(noteRows([aNote(['Status'])])), undefined)
})
