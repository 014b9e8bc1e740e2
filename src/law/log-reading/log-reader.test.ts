import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Access, Purpose, Role } from '../access.ts'
import { logReader } from './log-reader.ts'

const anybody = {
  region: 'vgr',
  user: 'SE1-x',
  userName: 'X',
  commission: 'SE1-c',
  unit: 'SE1-u',
  provider: 'SE1',
  purpose: 'administration',
  statedReason: undefined,
  session: 's',
} as const
const staff = (role: Role, purpose: Purpose): Access => ({
  ...anybody,
  kind: 'staff',
  role,
  purpose,
})

describe('who may read the log (PDL 4:3, 8:5)', () => {
  test('an auditor in a commission for administration may', () => {
    assert.equal(logReader(staff('auditor', 'administration'), 'p1'), undefined)
  })

  test('an auditor in another commission may not', () => {
    assert.equal(logReader(staff('auditor', 'care'), 'p1')?.paragraph, 'PDL 4:3')
  })

  for (const role of [
    'doctor',
    'nurse',
    'assistant-nurse',
    'secretary',
    'administrator',
  ] as const) {
    test(`a ${role} may not, in any commission`, () => {
      for (const purpose of ['care', 'administration', 'quality'] as const) {
        assert.equal(logReader(staff(role, purpose), 'p1')?.paragraph, 'PDL 4:3')
      }
    })
  }

  test('a patient may, of the own record', () => {
    const patient: Access = { ...anybody, kind: 'patient', ownPatient: 'p1' }
    assert.equal(logReader(patient, 'p1'), undefined)
    assert.equal(logReader(patient, 'p2')?.paragraph, 'PDL 8:5')
    assert.equal(logReader(patient, undefined)?.paragraph, 'PDL 8:5')
  })

  test('who acts in the patient’s place may, of that record alone', () => {
    const proxy: Access = { ...anybody, kind: 'proxy', ownPatient: 'p1', basis: 'guardian' }
    assert.equal(logReader(proxy, 'p1'), undefined)
    assert.equal(logReader(proxy, 'p2')?.paragraph, 'PDL 8:5')
  })

  for (const kind of ['system', 'migration'] as const) {
    test(`a ${kind} may not`, () => {
      assert.equal(logReader({ ...anybody, kind }, 'p1')?.paragraph, 'PDL 4:3')
    })
  }
})
