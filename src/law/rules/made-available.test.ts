import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, asKind, nurse, owner, patient, stranger } from '../../../tests/law-builders.ts'
import type { Access } from '../access.ts'
import { blocksFor } from '../blocks.ts'
import { madeAvailable } from './made-available.ts'
import { objection, type Request } from './rules.ts'

const reading: Request = { action: 'read', types: ['Observation'] }
const service = { ...asKind('system'), makesAvailable: true } as Access
const ofProvider = aDecision('outer-block', { provider: nurse.provider })
const ofUnit = aDecision('outer-block', { provider: nurse.provider, unit: 'SE1-psychiatry' })
const ofAnother = aDecision('outer-block', { provider: 'SE2' })
const inner = aDecision('block', { unit: nurse.unit })

describe('making records available (2022:913 2:3)', () => {
  test('a service that does so asks for whoever reads there, whose relation is judged there', () => {
    assert.equal(objection(service, stranger, reading), undefined)
    assert.equal(objection(asKind('system'), stranger, reading)?.paragraph, 'PDL 4:1')
  })

  test('a provider that is closed gives it nothing, and its own systems as before', () => {
    const closed = { ...patient, decisions: [ofProvider] }
    assert.equal(objection(service, closed, reading)?.paragraph, '2022:913 2:3')
    for (const other of [nurse, owner, asKind('system')]) {
      assert.equal(madeAvailable(other, closed, reading), undefined)
    }
    for (const decisions of [[ofUnit], [ofAnother], [inner]]) {
      assert.equal(madeAvailable(service, { ...patient, decisions }, reading), undefined)
    }
  })

  test('what is blocked in any unit stays there, though it be the service’s own', () => {
    const known = { ...patient, decisions: [ofUnit, inner] }
    assert.deepEqual(
      blocksFor(service, known).map(({ unit }) => unit),
      ['SE1-psychiatry', nurse.unit],
    )
    assert.deepEqual(blocksFor(asKind('system'), known), [])
  })
})
