import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  answerFromWire,
  fromWire,
  pageFromWire,
  parseAnswer,
  type WireResource,
} from './peer-wire.ts'

const SILENCE = { code: 'transient' }
const resource = (more: object = {}, value: unknown = { resourceType: 'Condition', id: 'd1' }) => ({
  key: { type: 'Condition', id: 'd1' },
  version: '1',
  lastUpdated: '2026-11-24T08:00:00.000Z',
  method: 'create',
  origin: { type: 'Condition', unit: 'SE1', provider: 'SE2' },
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
  ...more,
})
const OUTCOME = { resourceType: 'OperationOutcome', issue: [] }

describe('another Kärna’s answer', () => {
  test('that is what it should be is taken as it is', () => {
    const said = { hits: [{ mode: 'match', resource: resource() }], issues: [] }
    const { hits } = pageFromWire(answerFromWire('search', said))
    assert.equal(String(hits[0]?.resource.bytes), '{"resourceType":"Condition","id":"d1"}')
    assert.deepEqual(answerFromWire('person', { notFound: true }), { notFound: true })
    assert.deepEqual(answerFromWire('read', { whose: '1912' }), { whose: '1912' })
  })

  test('that is something else is a silence, whatever was asked', () => {
    for (const kind of ['search', 'read', 'history', 'person', 'ping'] as const) {
      for (const said of [undefined, null, 'x', 7, [], {}, OUTCOME, { resourceType: 'Bundle' }]) {
        assert.throws(() => answerFromWire(kind, said), SILENCE, `${kind} ${JSON.stringify(said)}`)
      }
    }
    for (const text of ['<html>502</html>', '{"hits":[{"mo', '']) {
      assert.throws(() => parseAnswer(Buffer.from(text)), SILENCE)
    }
  })

  test('with an entry that has no resource, or not the whole of one, is a silence', () => {
    const entries = [
      { mode: 'match' },
      { mode: 'match', resource: {} },
      { resource: resource() },
      null,
    ]
    for (const entry of entries) {
      assert.throws(() => answerFromWire('search', { hits: [entry], issues: [] }), SILENCE)
    }
    const other = { resourceType: 'Condition', id: 'another' }
    for (const value of ['{"resourceType":"Cond', '', other]) {
      assert.throws(() => fromWire(resource({}, value) as unknown as WireResource), SILENCE)
    }
  })

  test('about who has records says who, or is a silence', () => {
    const known = { patient: 'q1', isProtected: false, holdings: [], closed: [] }
    assert.deepEqual(answerFromWire('person', known), known)
    for (const lacking of ['patient', 'isProtected', 'holdings', 'closed'] as const) {
      assert.throws(() => answerFromWire('person', { ...known, [lacking]: undefined }), SILENCE)
    }
  })
})
