import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, asKind, guardian, nurse, owner, patient } from '../../tests/law-builders.ts'
import type { Access } from './access.ts'
import { blocksFor, hasBlocks, liftableFor } from './blocks.ts'
import type { Decision } from './decision.ts'

const closed = aDecision('block', { unit: 'SE1-psychiatry' })
const lifted = aDecision('lift', {
  person: nurse.user,
  unit: 'SE1-psychiatry',
  recipient: nurse.unit,
  step: 2,
})
const facts = (...decisions: Decision[]) => ({ ...patient, decisions })
const units = (...decisions: Decision[]) =>
  blocksFor(nurse, facts(...decisions)).map(({ unit, process }) => unit ?? process)

describe('block (PDL 4:4)', () => {
  test('closes a unit to those at another, and not to its own', () => {
    assert.deepEqual(units(closed), ['SE1-psychiatry'])
    assert.deepEqual(blocksFor({ ...nurse, unit: 'SE1-psychiatry' }, facts(closed)), [])
  })

  test('closes a process to those in another, and not to those within', () => {
    const process = aDecision('block', { process: 'stroke' })
    assert.deepEqual(units(process), ['stroke'])
    assert.deepEqual(blocksFor({ ...nurse, process: 'stroke' }, facts(process)), [])
    assert.equal(blocksFor({ ...nurse, process: 'hip' }, facts(process)).length, 1)
  })

  test('of a process is of one provider’s: another’s of the same name is another', () => {
    const process = aDecision('block', { process: 'stroke', provider: 'SE1' })
    const known = {
      ...facts(process),
      holdings: [
        { unit: 'SE1-a', provider: 'SE1' },
        { unit: 'SE1-b', provider: 'SE1' },
        { unit: 'SE2-a', provider: 'SE2' },
      ],
    }
    const closedTo = (access: Access) =>
      blocksFor(access, known).map((each) => [each.unit, each.process])
    const ofProvider = [
      ['SE1-a', 'stroke'],
      ['SE1-b', 'stroke'],
    ]
    assert.deepEqual(closedTo(nurse), ofProvider)
    assert.deepEqual(closedTo({ ...nurse, process: 'stroke' }), [])
    assert.deepEqual(closedTo({ ...nurse, process: 'stroke', provider: 'SE2' }), ofProvider)
    assert.deepEqual(closedTo({ ...nurse, process: 'hip' }), ofProvider)
  })

  test('of a unit within a process is open only to who is in both', () => {
    const both = aDecision('block', { unit: nurse.unit, process: 'stroke' })
    assert.equal(blocksFor(nurse, facts(both)).length, 1)
    assert.deepEqual(blocksFor({ ...nurse, process: 'stroke' }, facts(both)), [])
  })

  test('shuts out systems, and neither the patient nor who reads in their place', () => {
    assert.equal(blocksFor(asKind('system'), facts(closed)).length, 1)
    assert.deepEqual(blocksFor(owner, facts(closed)), [])
    assert.deepEqual(blocksFor(guardian, facts(closed)), [])
  })

  test('keeps its period and exempt kinds', () => {
    const [block] = blocksFor(nurse, facts({ ...closed, from: 1, to: 2, exempt: ['drugs'] }))
    assert.deepEqual([block?.from, block?.to, block?.exempt], [1, 2, ['drugs']])
  })

  test('is known to exist though it is lifted', () => {
    assert.equal(hasBlocks(nurse, facts(closed, lifted)), true)
    assert.equal(hasBlocks(nurse, facts()), false)
  })
})

describe('lifting a block (PDL 4:5)', () => {
  test('opens it in its second step, to the one who lifted it, at the unit where', () => {
    assert.deepEqual(units(closed, lifted), [])
    for (const wrong of [
      { step: 1 },
      { person: 'SE1-other' },
      { recipient: 'SE1-other' },
      { unit: 'SE1-other' },
      { process: 'stroke' },
    ]) {
      assert.deepEqual(units(closed, { ...lifted, ...wrong }), ['SE1-psychiatry'])
    }
  })

  test('opens only the period that may matter', () => {
    const parts = blocksFor(nurse, facts(closed, { ...lifted, from: 10, to: 20 }))
    assert.deepEqual(
      parts.map(({ from, to }) => [from, to]),
      [
        [undefined, 10],
        [20, undefined],
      ],
    )
  })

  test('opens nothing that lies outside the block anyway', () => {
    const parts = blocksFor(
      nurse,
      facts({ ...closed, from: 0, to: 30 }, { ...lifted, from: 10, to: undefined }),
    )
    assert.deepEqual(
      parts.map(({ from, to }) => [from, to]),
      [[0, 10]],
    )
  })

  test('reaches no unit of another provider (2022:913 3:5)', () => {
    const elsewhere = {
      ...facts(closed, lifted),
      holdings: [{ unit: 'SE1-psychiatry', provider: 'SE2' }],
    }
    assert.equal(blocksFor(nurse, elsewhere).length, 1)
  })

  test('of a process opens it at all units of the own provider, and none but its own can', () => {
    const process = aDecision('block', { process: 'stroke', provider: 'SE1' })
    const opened = { ...lifted, unit: undefined, process: 'stroke' }
    const known = { ...facts(process, opened), holdings: [{ unit: 'SE1-a', provider: 'SE1' }] }
    const before = { ...known, decisions: [process] }
    assert.deepEqual(
      liftableFor(nurse, before).map((each) => [each.unit, each.process]),
      [[undefined, 'stroke']],
    )
    assert.deepEqual(blocksFor(nurse, known), [])
    assert.deepEqual(liftableFor(nurse, known), [])
    const elsewhere = { ...nurse, provider: 'SE2' }
    assert.deepEqual(liftableFor(elsewhere, before), [])
    assert.equal(blocksFor(elsewhere, known).length, 1)
  })

  test('of a process leaves that process closed at other providers', () => {
    const process = aDecision('block', { process: 'stroke' })
    const opened = { ...lifted, unit: undefined, process: 'stroke' }
    const both = {
      ...facts(process, opened),
      holdings: [
        { unit: 'SE1-a', provider: 'SE1' },
        { unit: 'SE2-a', provider: 'SE2' },
      ],
    }
    assert.deepEqual(
      blocksFor(nurse, both).map(({ unit, process }) => [unit, process]),
      [['SE2-a', 'stroke']],
    )
  })
})

describe('outer block (2022:913 2:3)', () => {
  const outer = aDecision('outer-block', { unit: 'SE2-a', provider: 'SE2' })

  test('of a unit closes it to other providers, and is not lifted from there', () => {
    const opened = { ...lifted, unit: 'SE2-a' }
    assert.deepEqual(units(outer, opened), ['SE2-a'])
  })

  test('is no matter inside the provider', () => {
    assert.deepEqual(blocksFor({ ...nurse, provider: 'SE2' }, facts(outer)), [])
  })

  test('is no matter inside the provider whose records the unit has, where the block doesn’t say', () => {
    const unsaid = aDecision('outer-block', { unit: 'SE2-a' })
    const known = { ...facts(unsaid), holdings: [{ unit: 'SE2-a', provider: 'SE2' }] }
    const inside = { ...nurse, provider: 'SE2', unit: 'SE2-b' }
    assert.deepEqual(blocksFor(inside, known), [])
    assert.deepEqual(blocksFor({ ...inside, unit: 'SE2-a' }, facts(unsaid)), [])
    assert.equal(blocksFor(nurse, known).length, 1)
    assert.equal(blocksFor(inside, facts(unsaid)).length, 1)
  })
})
