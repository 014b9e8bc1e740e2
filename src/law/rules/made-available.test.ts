import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aDecision, asKind, nurse, owner, patient, stranger } from '../../../tests/law-builders.ts'
import { covers } from '../../fhir/sight.ts'
import type { Access } from '../access.ts'
import { blocksFor } from '../blocks.ts'
import { sightOf } from '../sight-of.ts'
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

  test('insurance medicine investigations stay in their unit, though the service is let in as it (PDL 4:2)', () => {
    const investigation = {
      ...({
        type: 'Composition',
        patient: '1',
        unit: nurse.unit,
        provider: nurse.provider,
      } as const),
      ...({
        process: undefined,
        labels: ['insurance-medicine'],
        from: undefined,
        to: undefined,
      } as const),
    }
    assert.equal(covers(sightOf(service, [patient]), investigation), false)
    assert.equal(covers(sightOf(nurse, [patient]), investigation), true)
    assert.equal(covers(sightOf(service, [patient]), { ...investigation, labels: [] }), true)
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
