import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { withNotedPeople } from './noted-people.ts'
import { createPersons } from './persons.ts'

let db: Database
before(async () => {
  db = createDatabase(await freshDatabaseUrl(), 1)
})
after(() => db.end())

const [SAMORDNING, PERSONAL] = ['197010632391', '197010032391']

test('a patient whose number is corrected is another person from then on', async () => {
  const persons = createPersons(db, Date.now)
  const first = await persons.note({ number: SAMORDNING, region: 'vgr', patient: 'p1' })
  assert.equal(await persons.byPatient('vgr', 'p1'), first)
  const second = await persons.note({ number: PERSONAL, region: 'vgr', patient: 'p1' })
  assert.notEqual(second, first)
  assert.equal(await persons.byPatient('vgr', 'p1'), second)
  assert.deepEqual(await persons.whereIs(second), [{ region: 'vgr', patient: 'p1' }])
  assert.deepEqual(await persons.whereIs(first), [])
})

test('whoever is written about is known before the write is answered, and a write stands without', async () => {
  const persons = createPersons(db, Date.now)
  const resource = {
    key: { type: 'Patient', id: 'p2' },
    bytes: Buffer.from(
      JSON.stringify({
        resourceType: 'Patient',
        identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: '191212121212' }],
      }),
    ),
  }
  const results = [{ outcome: 'created', resource }]
  const store = { transact: async () => results } as unknown as RecordSystem
  const author = {} as Parameters<RecordSystem['transact']>[1]
  await withNotedPeople(store, 'vgr', persons).transact([], author)
  const person = await persons.byNumber('191212121212')
  assert.deepEqual(await persons.whereIs(person ?? ''), [{ region: 'vgr', patient: 'p2' }])
})
