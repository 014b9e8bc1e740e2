import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Composition, CompositionAttester } from 'fhir/r4'
import { signing, signingState } from './signing.ts'

const signer = { user: 'SE1-anna', references: new Set(['Practitioner/anna']) }
const note: Composition = {
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'Daganteckning' },
  date: '2026-11-24',
  author: [{ display: 'Anna' }],
  title: 'Daganteckning',
}
const TIME = '2026-11-24T10:00:00+01:00'
const by = (party: CompositionAttester['party']): CompositionAttester => ({
  mode: 'professional',
  time: TIME,
  ...(party && { party }),
})
const anna = by({ reference: 'Practitioner/anna' })
const bo = by({ reference: 'Practitioner/bo' })
const signed = (...attester: CompositionAttester[]) => ({ ...note, attester })
const refuses = (before: Composition | undefined, after: Composition) =>
  signing(before, after, signer)?.paragraph === 'PDL 3:10'

describe('signing (PDL 3:10)', () => {
  test('a preliminary note is unsigned, and so is a final one that nobody has attested', () => {
    assert.equal(signingState({ ...signed(anna), status: 'preliminary' }), 'unsigned')
    assert.equal(signingState(note), 'unsigned')
    assert.equal(signingState(signed({ mode: 'professional' })), 'unsigned')
    assert.equal(signingState(signed(anna)), 'signed')
    assert.equal(signingState({ resourceType: 'Patient' }), 'unneeded')
  })

  test('nobody signs in another’s name', () => {
    assert.equal(refuses(undefined, note), false)
    assert.equal(refuses(undefined, signed(anna)), false)
    assert.equal(refuses(undefined, signed(by({ identifier: { value: 'SE1-anna' } }))), false)
    for (const other of [
      bo,
      by(undefined),
      by({ display: 'Anna' }),
      by({ identifier: { value: 'SE1-bo' } }),
    ]) {
      assert.equal(refuses(undefined, signed(other)), true)
      assert.equal(refuses(note, signed(other)), true)
      assert.equal(refuses(signed(anna), signed(anna, other)), true)
    }
  })

  test('another’s signature stays on what is not changed, beside one’s own', () => {
    assert.equal(refuses(signed(bo), signed(bo)), false)
    assert.equal(refuses(signed(bo), signed(bo, anna)), false)
    assert.equal(refuses(signed(bo), note), false)
  })

  test('what is changed after it was signed is signed anew, or is unsigned', () => {
    const changed = { ...note, title: 'Rättad' }
    assert.equal(refuses(signed(bo), { ...changed, attester: [bo] }), true)
    assert.equal(refuses(signed(anna), { ...changed, attester: [anna] }), true)
    assert.equal(refuses(signed(bo), changed), false)
    const anew = { ...anna, time: '2026-11-24T11:00:00+01:00' }
    assert.equal(refuses(signed(bo), { ...changed, attester: [anew] }), false)
  })

  test('what is signed is not preliminary', () => {
    assert.equal(refuses(undefined, { ...signed(anna), status: 'preliminary' }), true)
    assert.equal(
      refuses(undefined, { ...signed({ mode: 'professional' }), status: 'preliminary' }),
      false,
    )
  })

  test('other resources aren’t signed', () => {
    assert.equal(signing(undefined, { resourceType: 'Patient' }, signer), undefined)
  })
})
