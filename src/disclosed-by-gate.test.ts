import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answering, disclosedByGate } from './disclosed-by-gate.ts'
import type { StoredResource } from './fhir/record-system.ts'
import type { SearchQuery } from './fhir/search/query.ts'
import { searchParametersOf } from './fhir/search/search-parameter.ts'

const resource = (type: 'Patient' | 'Condition', id: string): StoredResource => ({
  key: { type, id },
  version: '1',
  lastUpdated: '2026-11-01T08:00:00.000Z',
  origin: {
    ...{ type, patient: 'p1', unit: 'SE1-U', provider: 'SE1-P', process: undefined, labels: [] },
    ...{ from: undefined, to: undefined },
  },
  bytes: Buffer.from(JSON.stringify({ resourceType: type, id })),
  method: 'create',
})

/** A region on another system, whose gate shows a diagnosis of each part. */
function answering(): Answering {
  const types = new Map(
    (['Patient', 'Condition'] as const).map((type) => [
      type,
      { searchParams: searchParametersOf(type) },
    ]),
  )
  const found = {
    Patient: [resource('Patient', 'p1')],
    Condition: [resource('Condition', 'ours'), resource('Condition', 'theirs')],
  }
  const gate = {
    capability: () => ({ types }),
    search: async (_: unknown, { type }: SearchQuery) => ({
      hits: (found[type as 'Patient'] ?? []).map((each) => ({ resource: each, mode: 'match' })),
      issues: [],
    }),
  }
  const own = { locate: async ({ id }: { id: string }) => (id === 'ours' ? {} : undefined) }
  const live = { gateOf: () => gate, open: () => ({ own, legacy: {} }) }
  const callers = { 'SE1-NPO': { name: 'NPÖ', acts: 'shared-records' } } as const
  return { live, settings: { callers }, directory: { units: [] } } as unknown as Answering
}

test('what the region’s other system has is that system’s to publish', async () => {
  const own = { system: 'SE1-S', region: 'skane', provider: 'SE1-P', providers: ['SE1-P'] }
  const answer = await disclosedByGate(answering(), own, {
    contract: 'GetDiagnosis:2',
    patient: { root: '1.2.752.129.2.1.3.1', extension: '191212121212' },
    types: ['Condition'],
    caller: { certificate: 'SE1-NPO', originalConsumer: undefined },
  })
  assert.deepEqual(
    answer?.records.map(({ key }) => key.id),
    ['ours'],
  )
})
