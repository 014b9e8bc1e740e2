import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../fhir/problem.ts'
import type { RecordSystem, SearchPage } from '../fhir/record-system.ts'
import { holdersOfNumber } from './patients-with-number.ts'

const NUMBER = ['191212121212', '1.2.752.129.2.1.3.1'] as const

function answering(page: Partial<SearchPage>): RecordSystem {
  const types = new Map([
    ['Patient', { interactions: new Set(), searchParams: new Map([['identifier', 'native']]) }],
  ])
  const search = async () => ({ hits: [], total: undefined, next: undefined, issues: [], ...page })
  return { capability: () => ({ types, system: new Set() }), search } as unknown as RecordSystem
}

test('whose a number is isn’t told while a source is silent, as nobody’s would be blocked by nobody (PDL 4:4)', async () => {
  const message = 'svarar inte'
  for (const kind of ['timeout', 'unavailable'] as const) {
    const system = answering({ issues: [{ source: 'Melior', kind, message }] })
    await assert.rejects(
      holdersOfNumber(system, ...NUMBER),
      (thrown) => thrown instanceof Problem && thrown.code === 'transient',
    )
  }
})

test('a number that every source answers for, and nobody has, is nobody’s', async () => {
  assert.deepEqual(await holdersOfNumber(answering({}), ...NUMBER), [])
})
