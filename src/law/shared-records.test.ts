import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, nurse, owner, patient, stranger } from '../../tests/law-builders.ts'
import type { Decision } from './decision.ts'
import {
  type Availability,
  consents,
  type Judgement,
  otherProviders,
  type Reach,
  type SharedGround,
  sharedRecords,
} from './shared-records.ts'

/** ground, availability, judgement → reach, where there are records and a relation. */
const TABLE: readonly (readonly [SharedGround, Availability, Judgement, Reach])[] = [
  ['none', 'unblocked', 'asked', 'existence'],
  ['none', 'unblocked', 'judged', 'existence'],
  ['none', 'blocked', 'asked', 'existence'],
  ['none', 'blocked', 'judged', 'existence'],
  ['consent', 'unblocked', 'asked', 'sources'],
  ['consent', 'unblocked', 'judged', 'content'],
  ['consent', 'blocked', 'asked', 'existence'],
  ['consent', 'blocked', 'judged', 'existence'],
  ['incapacity', 'unblocked', 'asked', 'sources'],
  ['incapacity', 'unblocked', 'judged', 'content'],
  ['incapacity', 'blocked', 'asked', 'existence'],
  ['incapacity', 'blocked', 'judged', 'existence'],
  ['emergency', 'unblocked', 'asked', 'sources'],
  ['emergency', 'unblocked', 'judged', 'content'],
  ['emergency', 'blocked', 'asked', 'sources'],
  ['emergency', 'blocked', 'judged', 'sources'],
]

describe('shared records (2022:913 2:4, 2:5, 3:1, 3:3, 3:5, 3:6)', () => {
  for (const [ground, availability, judgement, reach] of TABLE) {
    const question = { ground, availability, judgement }
    test(`${ground}, ${availability}, ${judgement}: ${reach}`, () => {
      assert.equal(sharedRecords({ ...question, indexHit: true, relation: true }), reach)
    })
    test(`${ground}, ${availability}, ${judgement} without a relation: existence`, () => {
      assert.equal(sharedRecords({ ...question, indexHit: true, relation: false }), 'existence')
    })
    test(`${ground}, ${availability}, ${judgement} where nobody has records: nothing`, () => {
      for (const relation of [true, false]) {
        assert.equal(sharedRecords({ ...question, indexHit: false, relation }), 'nothing')
      }
    })
  }

  test('nothing but the act’s grounds opens content (2022:913 3:7)', () => {
    const opening = TABLE.filter(([, , , reach]) => reach === 'content')
    assert.deepEqual(
      opening.map(([ground, availability]) => `${ground} ${availability}`),
      ['consent unblocked', 'incapacity unblocked', 'emergency unblocked'],
    )
  })
})

const holdings = [
  { unit: 'SE1-emergency', provider: 'SE1' },
  { unit: 'SE2-a', provider: 'SE2' },
]
const agreed = aDecision('consent', { recipient: 'SE1' })
const opened = aDecision('opening', {
  person: nurse.user,
  unit: nurse.unit,
  provider: 'SE2',
  ground: 'consent',
  step: 2,
})
const reach = (...decisions: Decision[]) =>
  otherProviders(nurse, { ...patient, holdings, decisions }).map((each) => each.reach)

describe('consent to shared records (2022:913 3:1)', () => {
  test('opens with the user’s own judgement, and closes when it is withdrawn', () => {
    assert.deepEqual(reach(agreed, opened), ['content'])
    assert.deepEqual(reach(agreed), ['existence'])
    assert.deepEqual(reach(opened), ['existence'])
  })

  test('is for whom it names', () => {
    const facts = (said: Partial<Decision>) => ({
      ...patient,
      decisions: [aDecision('consent', said)],
    })
    const cases: readonly (readonly [Partial<Decision>, boolean])[] = [
      [{ recipient: 'SE1' }, true],
      [{ recipient: nurse.unit }, true],
      [{ recipient: nurse.user }, true],
      [{ recipient: 'SE2' }, false],
      [{}, false],
      [{ recipient: 'SE1', provider: 'SE2' }, true],
      [{ recipient: 'SE1', provider: 'SE3' }, false],
    ]
    for (const [said, holds] of cases) {
      assert.equal(consents(nurse, facts(said), 'SE2'), holds, JSON.stringify(said))
    }
  })

  test('is not needed of a child who can’t give it (2022:913 3:1 third paragraph)', () => {
    assert.equal(consents(nurse, { ...patient, birthDate: '2020-01-01' }, 'SE2'), true)
    assert.equal(consents(nurse, { ...patient, birthDate: '2010-01-01' }, 'SE2'), false)
  })

  test('is asked where another provider is controller, and never inside one’s own (PDL 2:6)', () => {
    const own = { ...patient, holdings: [{ unit: 'SE1-b', provider: 'SE1' }] }
    assert.deepEqual(otherProviders(nurse, own), [])
  })

  test('opens nothing to a unit without a relation', () => {
    const facts = { ...stranger, holdings, decisions: [agreed, opened] }
    assert.deepEqual(
      otherProviders(nurse, facts).map((each) => each.reach),
      ['existence'],
    )
  })
})

describe('emergency (2022:913 3:5, 3:6)', () => {
  const danger = { ...opened, ground: 'emergency' as const }

  test('opens what is unblocked without consent', () => {
    assert.deepEqual(reach(danger), ['content'])
  })

  test('of what is blocked shows only who has blocked it', () => {
    assert.deepEqual(reach(danger, aDecision('outer-block', { provider: 'SE2' })), ['sources'])
  })

  test('is one user’s, in one commission, of one provider', () => {
    for (const wrong of [{ person: 'x' }, { unit: 'x' }, { provider: 'SE3' }]) {
      assert.deepEqual(reach({ ...danger, ...wrong }), ['existence'])
    }
  })
})

test('a patient has no other providers to ask: all the region’s records are their own (PDL 5:5)', () => {
  assert.deepEqual(otherProviders(owner, { ...patient, holdings }), [])
})
