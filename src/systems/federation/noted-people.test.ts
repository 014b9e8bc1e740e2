import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { withNotedPeople } from './noted-people.ts'

test('what is written is answered as written, also where the index could not be told', async () => {
  const identifier = [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: '191212121212' }]
  const bytes = Buffer.from(JSON.stringify({ resourceType: 'Patient', id: '1', identifier }))
  const results = [{ outcome: 'created', resource: { key: { type: 'Patient', id: '1' }, bytes } }]
  const store = { transact: async () => results } as unknown as RecordSystem
  let times = 0
  const noteAll = async () => {
    times++
    throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
  }
  const { transact } = withNotedPeople(store, 'vgr', { noteAll })
  const author = {} as Parameters<RecordSystem['transact']>[1]
  assert.equal(await transact([], author), results)
  assert.equal(await transact([], author), results)
  assert.equal(times, 2, 'and it is tried again')
})
