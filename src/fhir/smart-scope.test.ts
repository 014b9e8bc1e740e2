import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isWithin, parseSmartScope, scopesFor, smartScopesIn } from './smart-scope.ts'

const LABORATORY =
  'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

function scope(text: string) {
  const parsed = parseSmartScope(text)
  assert.ok(parsed, text)
  return parsed
}

describe('a clinical scope of version 2', () => {
  const order = ['create', 'read', 'update', 'delete', 'search'] as const

  test('every choice of letters in order is read, and in no other order', () => {
    for (let bits = 1; bits < 32; bits++) {
      const chosen = order.filter((_, place) => bits & (1 << place))
      const letters = chosen.map((action) => (action === 'search' ? 's' : action[0])).join('')
      for (const level of ['patient', 'user', 'system']) {
        assert.deepEqual(scope(`${level}/Observation.${letters}`).actions, chosen)
      }
      const reversed = [...letters].reverse().join('')
      if (reversed !== letters) assert.equal(parseSmartScope(`user/Patient.${reversed}`), undefined)
    }
  })

  test('reads types by their exact names, and * for all', () => {
    assert.equal(scope('user/*.r').type, '*')
    assert.equal(scope('user/MedicationRequest.r').type, 'MedicationRequest')
    for (const type of ['observation', 'Observations', 'Resource', '**', '', 'Observation '])
      assert.equal(parseSmartScope(`user/${type}.r`), undefined)
  })

  test('reads a granular constraint as the clauses of a search', () => {
    const { where, actions, text } = scope(LABORATORY)
    assert.deepEqual(actions, ['read', 'search'])
    assert.equal(text, LABORATORY)
    const system = 'http://terminology.hl7.org/CodeSystem/observation-category'
    assert.deepEqual(where, [
      {
        param: 'category',
        kind: 'token',
        modifier: undefined,
        values: [{ kind: 'token', system, code: 'laboratory' }],
      },
    ])
    assert.equal(scope('user/Observation.rs?category=laboratory&status=final').where.length, 2)
    assert.deepEqual(
      scope('user/Observation.rs?category=http%3A%2F%2Fa%7Cb').where,
      scope('user/Observation.rs?category=http://a|b').where,
    )
  })

  test('grants nothing for a constraint that could not be kept', () => {
    for (const wrong of [
      'user/Observation.rs?',
      'user/Observation.rs?category=',
      'user/Observation.rs?category',
      'user/Observation.rs?nonsense=1',
      'user/Observation.rs?_count=1',
      'user/Observation.rs?_include=Observation:subject',
      'user/Observation.rs?category:in=http://a',
      'user/Observation.rs?patient.name=x',
      'user/Observation.rs?_has:Condition:subject:code=x',
      'user/Observation.rs?date=ap2026-01-01',
      'user/*.rs?category=laboratory',
      'user/Observation.read?category=laboratory',
      'user/Observation.*?category=laboratory',
      'user/Observation.?category=laboratory',
    ])
      assert.equal(parseSmartScope(wrong), undefined, wrong)
  })
})

describe('a clinical scope of version 1', () => {
  test('means the letters that version 2 gives it', () => {
    assert.deepEqual(scope('patient/Observation.read').actions, ['read', 'search'])
    assert.deepEqual(scope('patient/Observation.write').actions, ['create', 'update', 'delete'])
    assert.equal(scope('patient/*.*').actions.length, 5)
  })

  test('does not mix with version 2', () => {
    for (const wrong of ['user/Patient.readrs', 'user/Patient.r*', 'user/Patient.read.rs'])
      assert.equal(parseSmartScope(wrong), undefined, wrong)
  })
})

test('nothing else is a clinical scope', () => {
  for (const other of [
    '',
    'openid',
    'fhirUser',
    'launch',
    'launch/patient',
    'offline_access',
    'Patient/Observation.r',
    'patient/Observation',
    'patient/Observation.',
    'patient/Observation.rs extra',
    'patient/Observation.rs\n',
    'patient//.r',
    'agent/Observation.r',
  ])
    assert.equal(parseSmartScope(other), undefined, other)
})

test('no text at all makes the parser throw or grant an action twice', () => {
  const word = fc.oneof(
    fc.string(),
    fc
      .tuple(
        fc.constantFrom('patient/', 'user/', 'x/'),
        fc.constantFrom('Patient', '*', 'x'),
        fc.string(),
      )
      .map(([level, type, rest]) => `${level}${type}.${rest}`),
  )
  fc.assert(
    fc.property(word, (text) => {
      const parsed = parseSmartScope(text)
      return !parsed || new Set(parsed.actions).size === parsed.actions.length
    }),
  )
})

test('a list gives its clinical scopes and leaves out the rest', () => {
  const found = smartScopesIn('openid launch/patient patient/Patient.r nonsense user/*.rs')
  assert.deepEqual(
    found.map(({ text }) => text),
    ['patient/Patient.r', 'user/*.rs'],
  )
})

test('scopes let an app do what they name and nothing more', () => {
  const scopes = smartScopesIn(`${LABORATORY} user/Condition.s`)
  assert.equal(scopesFor(scopes, 'read', 'Observation').length, 1)
  assert.equal(scopesFor(scopes, 'create', 'Observation').length, 0)
  assert.equal(scopesFor(scopes, 'read', 'Condition').length, 0)
  assert.equal(scopesFor(scopes, 'search', 'Patient').length, 0)
  assert.equal(scopesFor(smartScopesIn('system/*.r'), 'read', 'Patient').length, 1)
})

test('a scope lies within a wider one, never within a narrower', () => {
  const within = (asked: string, allowed: string) => isWithin(scope(asked), scope(allowed))
  assert.ok(within('patient/Observation.rs', 'patient/Observation.rs'))
  assert.ok(within('patient/Observation.r', 'patient/*.cruds'))
  assert.ok(within('patient/Observation.read', 'patient/Observation.rs'))
  assert.ok(within(LABORATORY, 'patient/Observation.rs'))
  assert.ok(within(`${LABORATORY}&status=final`, LABORATORY))
  assert.ok(!within('patient/Observation.rs', LABORATORY))
  assert.ok(!within(LABORATORY, `${LABORATORY}&status=final`))
  assert.ok(!within('user/Observation.r', 'patient/Observation.r'))
  assert.ok(!within('patient/*.r', 'patient/Observation.r'))
  assert.ok(!within('patient/Observation.cr', 'patient/Observation.r'))
})
