import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationOutcome } from 'fhir/r4'
import { regionOfId, silencesIn, silenceWords } from './sources.ts'

const incomplete = (source: string, kind: string, text = ''): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'warning',
      code: 'incomplete',
      diagnostics: `${source}: ${kind}`,
      details: { text },
    },
  ],
})
const names = new Map([['skane', 'Region Skåne']])

test('what a Bundle says is missing is told in words, each source once', () => {
  const silences = [
    incomplete('skane', 'timeout'),
    incomplete('skane', 'timeout'),
    incomplete('Cosmic', 'partial'),
  ].flatMap(silencesIn)
  assert.deepEqual(silenceWords(silences, names), [
    'Region Skåne svarade inte i tid',
    'Cosmic svarade inte med allt',
  ])
})

test('what is only the last known is told with its age, and not as silence too', () => {
  const text = 'Region Skåne svarar inte. Uppgifterna därifrån hämtades 2026-11-24 13:05'
  const silences = [incomplete('skane', 'timeout'), incomplete('skane', 'stale', text)]
  assert.deepEqual(silenceWords(silences.flatMap(silencesIn), names), [text])
})

test('an outcome of another kind is no silence', () => {
  const outcome: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'warning', code: 'not-supported' }],
  }
  assert.deepEqual(silencesIn(outcome), [])
})

test('an id of all regions begins with its region', () => {
  assert.equal(regionOfId('skane.a.b'), 'skane')
  assert.equal(regionOfId(undefined), '')
})
