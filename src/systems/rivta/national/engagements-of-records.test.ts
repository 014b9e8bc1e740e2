import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredResource } from '../../../fhir/record-system.ts'
import { engagementsOf } from './engagements-of-records.ts'

const note = (labels: StoredResource['origin']['labels']): StoredResource => ({
  key: { type: 'Composition', id: 'n' },
  version: '1',
  lastUpdated: '2026-11-01T08:00:00.000Z',
  origin: {
    ...{ type: 'Composition', patient: 'p', unit: 'SE1-U', provider: 'SE1-P', labels },
    ...{ process: undefined, from: undefined, to: undefined },
  },
  bytes: Buffer.from('{"resourceType":"Composition","id":"n"}'),
  method: 'create',
})

test('the index isn’t told of insurance medicine investigations, which stay in their unit (PDL 4:2)', () => {
  const region = {
    system: 'SE1-S',
    organizationNumber: () => '1234567890',
    numberOf: () => '191212121212',
  }
  assert.equal(engagementsOf([note([])], region).length, 1)
  assert.deepEqual(engagementsOf([note(['insurance-medicine'])], region), [])
})
