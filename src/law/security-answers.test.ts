import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, asKind, nurse, patient } from '../../tests/law-builders.ts'
import type { Decision } from './decision.ts'
import type { Facts } from './facts.ts'
import type { LogEntry } from './log-entry.ts'
import type { Piece } from './national-services.ts'
import { createSecurityAnswers } from './security-answers.ts'

const other = { ...nurse, user: 'SE2-doctor', unit: 'SE2-ward', provider: 'SE2' }

function answersOf(...decisions: Decision[]) {
  const logged: LogEntry[] = []
  const facts = { of: async () => ({ ...patient, decisions }) } as unknown as Facts
  const log = {
    contextOf: async () => ({ number: 1, digest: '' }),
    append: async (entries: readonly LogEntry[]) => void logged.push(...entries),
  }
  return { answers: createSecurityAnswers(facts, log), logged }
}

const asked = (reader = other) => ({ asker: asKind('system'), reader, patient: '1' })
const piece = (more: Partial<Piece> = {}): Piece => ({
  patient: '1',
  unit: 'SE1-emergency',
  provider: 'SE1',
  from: 1_000,
  to: 2_000,
  kind: undefined,
  ...more,
})

describe('blocks as others ask about them (2022:913 2:3)', () => {
  test('a provider that is closed is closed to others in full, and not to its own', async () => {
    const { answers, logged } = answersOf(aDecision('outer-block', { provider: 'SE1' }))
    const pieces = [piece(), piece({ kind: 'alerts' }), piece({ provider: 'SE3' })]
    assert.deepEqual(await answers.areBlocked(asked(), pieces), [true, true, false])
    assert.deepEqual(await answers.areBlocked(asked(nurse), [piece()]), [false])
    assert.deepEqual(
      logged.map(({ action, patient: whose }) => [action, whose]),
      [
        ['see-blocked', '1'],
        ['see-blocked', '1'],
      ],
    )
  })

  test('a unit is closed for its period, but for the kinds that the patient leaves open (PDL 4:4)', async () => {
    const block = aDecision('block', {
      unit: 'SE1-psychiatry',
      from: 1_500,
      to: 3_000,
      exempt: ['drugs'],
    })
    const { answers } = answersOf(block)
    const at = (more: Partial<Piece>) => piece({ unit: 'SE1-psychiatry', ...more })
    const pieces = [
      at({}),
      at({ to: 1_400 }),
      at({ kind: 'drugs' }),
      at({ kind: 'alerts' }),
      piece(),
    ]
    assert.deepEqual(await answers.areBlocked(asked(), pieces), [true, false, false, true, false])
  })
})

describe('blocks on care processes as others ask about them (PDL 4:4)', () => {
  const block = (more: Partial<Decision> = {}) =>
    aDecision('block', { process: 'Stroke', provider: 'SE1', ...more })

  test('what is asked about without its process is closed by any process block at its provider', async () => {
    const { answers } = answersOf(block({ exempt: ['drugs'] }))
    const pieces = [piece(), piece({ kind: 'drugs' }), piece({ unit: 'SE3-x', provider: 'SE3' })]
    assert.deepEqual(await answers.areBlocked(asked(), pieces), [true, false, false])
    assert.deepEqual(await answers.areBlocked(asked(nurse), [piece()]), [true])
  })

  test('of a process at one unit it is that unit, and for the period alone', async () => {
    const { answers } = answersOf(block({ unit: 'SE1-psychiatry', from: 1_500 }))
    const at = (more: Partial<Piece>) => piece({ unit: 'SE1-psychiatry', ...more })
    const pieces = [at({}), at({ to: 1_400 }), piece()]
    assert.deepEqual(await answers.areBlocked(asked(), pieces), [true, false, false])
  })

  test('whose process it is isn’t known: it is everybody’s', async () => {
    const { answers } = answersOf(block({ provider: undefined }))
    const pieces = [piece(), piece({ unit: 'SE3-x', provider: 'SE3' })]
    assert.deepEqual(await answers.areBlocked(asked(), pieces), [true, true])
  })
})

describe('consent as others ask about it (2022:913 3:1)', () => {
  const consent = aDecision('consent', { recipient: 'SE2', provider: 'SE1' })
  const opening = aDecision('opening', {
    person: 'SE2-doctor',
    unit: 'SE2-ward',
    ground: 'emergency',
    step: 2,
  })

  test('is told of the one it was given to, for the provider it is about', async () => {
    const { answers } = answersOf(consent)
    assert.equal(await answers.consentFor(asked(), 'SE1'), 'Consent')
    assert.equal(await answers.consentFor(asked(), 'SE3'), 'none')
    assert.equal(
      await answers.consentFor(asked({ ...other, unit: 'x', provider: 'x' }), 'SE1'),
      'none',
    )
  })

  test('an emergency is that of the one who opened it', async () => {
    const { answers } = answersOf(opening)
    assert.equal(await answers.consentFor(asked(), 'SE1'), 'Emergency')
    assert.equal(await answers.consentFor(asked({ ...other, user: 'SE2-x' }), 'SE1'), 'none')
  })
})
