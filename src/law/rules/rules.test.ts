import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Access, Purpose, StaffAccess } from '../access.ts'
import type { PatientFacts } from '../facts.ts'
import { careRelation } from './care-relation.ts'
import { ownRecord } from './own-record.ts'
import { purpose } from './purpose.ts'

const nurse: StaffAccess = {
  kind: 'staff',
  region: 'vgr',
  user: 'SE1-nurse',
  userName: 'Nina Nurse',
  commission: 'SE1-c',
  unit: 'SE1-emergency',
  provider: 'SE1',
  purpose: 'care',
  statedReason: undefined,
  session: 's',
  role: 'nurse',
}
const patient: PatientFacts = { patient: '1', careRelations: ['SE1-emergency'], blocks: [] }
const stranger = { ...patient, careRelations: ['SE1-dermatology'] }

describe('care relation (PDL 4:1)', () => {
  test('the unit that cares for the patient may read', () => {
    assert.equal(careRelation(nurse, patient), undefined)
  })

  test('a unit without a care relation may not', () => {
    assert.equal(careRelation(nurse, stranger)?.paragraph, 'PDL 4:1')
  })

  test('a stated reason opens the record, for the log review to judge', () => {
    assert.equal(
      careRelation({ ...nurse, statedReason: 'Called by the ward' }, stranger),
      undefined,
    )
  })

  for (const kind of ['sandbox', 'migration'] as const) {
    test(`${kind} access rests on no care relation`, () => {
      assert.equal(careRelation({ ...nurse, kind } as Access, stranger), undefined)
    })
  }
})

describe('purpose (PDL 2:4, 4:2)', () => {
  test('care opens a record', () => {
    assert.equal(purpose(nurse, patient), undefined)
  })

  for (const other of ['quality', 'administration', 'statistics'] satisfies Purpose[]) {
    test(`${other} does not`, () => {
      assert.equal(purpose({ ...nurse, purpose: other }, patient)?.paragraph, 'PDL 4:2')
    })
  }
})

describe('own record (PDL 5:5)', () => {
  const owner: Access = { ...nurse, kind: 'patient', ownPatient: '1' }

  test('is open to its owner and to no other patient', () => {
    assert.equal(ownRecord(owner, stranger), undefined)
    assert.equal(ownRecord({ ...owner, ownPatient: '2' }, patient)?.paragraph, 'PDL 5:5')
  })

  test('is no rule for staff', () => {
    assert.equal(ownRecord(nurse, stranger), undefined)
  })
})
