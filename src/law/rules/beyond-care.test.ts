import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, nurse, owner, patient } from '../../../tests/law-builders.ts'
import { destruction } from '../destruction.ts'
import { feasibilityCount, toInterval } from './feasibility-count.ts'
import { register } from './register.ts'

describe('counts before research (PDL 5:7)', () => {
  test('are told as an interval in which one person more or less can’t be seen', () => {
    assert.deepEqual(toInterval(0), { from: 0, to: 9 })
    assert.deepEqual(toInterval(9), toInterval(1))
    assert.deepEqual(toInterval(10), { from: 10, to: 19 })
    assert.deepEqual(toInterval(1234), { from: 1230, to: 1239 })
  })

  test('are a purpose of their own', () => {
    assert.equal(feasibilityCount({ ...nurse, purpose: 'feasibility-count' }), undefined)
    assert.equal(feasibilityCount(nurse)?.paragraph, 'PDL 5:7')
    assert.equal(feasibilityCount({ ...owner, purpose: 'feasibility-count' })?.paragraph, 'PDL 5:7')
  })
})

describe('quality registers (PDL 7:2)', () => {
  test('get nothing about who objects', () => {
    const against = { ...patient, decisions: [aDecision('register-opt-out')] }
    assert.equal(register(against)?.paragraph, 'PDL 7:2')
    assert.equal(register(patient), undefined)
  })
})

describe('destruction (PDL 8:4, 3:14)', () => {
  const order = { authority: 'IVO', number: '8.2-1/2026', patient: '1' }

  test('is done only by the inspectorate’s order about that patient', () => {
    assert.equal(destruction('1', order), undefined)
    for (const wrong of [
      undefined,
      { ...order, authority: 'the board' },
      { ...order, number: '' },
      { ...order, patient: '2' },
    ]) {
      assert.equal(destruction('1', wrong)?.paragraph, 'PDL 8:4')
    }
  })
})
