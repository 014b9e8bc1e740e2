import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aDecision,
  asKind,
  guardian,
  nurse,
  owner,
  patient,
  stranger,
} from '../../../tests/law-builders.ts'
import { costOfList, isStranger } from './strangers.ts'

const stated = (said: object) => ({ ...stranger, decisions: [aDecision('relation', said)] })

test('in the user’s care is who has a relation at the unit, or one that the user has stated (PDL 4:1)', () => {
  assert.equal(isStranger(nurse, patient), false)
  assert.equal(isStranger(nurse, stranger), true)
  assert.equal(isStranger(nurse, stated({ person: nurse.user, unit: nurse.unit })), false)
  assert.equal(isStranger(nurse, stated({ person: 'SE1-other', unit: nurse.unit })), true)
  assert.equal(isStranger(nurse, stated({ person: nurse.user, unit: 'SE1-other' })), true)
})

test('a reason that comes with the request makes nobody less of a stranger', () => {
  assert.equal(isStranger({ ...nurse, statedReason: 'Akut jour' }, stranger), true)
})

test('to a patient, and who acts in their place, everybody else is a stranger (PDL 5:5)', () => {
  for (const access of [owner, guardian]) {
    assert.equal(isStranger(access, { ...stranger, patient: access.ownPatient }), false)
    assert.equal(isStranger(access, { ...patient, patient: '2' }), true)
  }
})

test('systems, imports and the sandbox look up nobody', () => {
  for (const kind of ['system', 'migration', 'sandbox'] as const) {
    assert.equal(isStranger(asKind(kind), stranger), false, kind)
  }
})

test('a list costs one for having asked in vain, nothing for own patients, and more the more strangers it shows', () => {
  const strangers = (count: number) => Array.from({ length: count }, () => stranger)
  assert.deepEqual(
    [[], [patient, patient], strangers(1), strangers(10), strangers(11), strangers(1_000)].map(
      (known) => costOfList(nurse, known, true),
    ),
    [1, 0, 1, 1, 2, 100],
  )
})

test('own patients cost as much as a look-up when it is told that there are others beyond them', () => {
  assert.equal(costOfList(nurse, [patient], false), 1)
})
