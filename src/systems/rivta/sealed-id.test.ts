import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COORDINATION_NUMBER_OID, PERSONAL_NUMBER_OID } from './mapping/code-systems.ts'
import { createSealedIds } from './sealed-id.ts'

const RESERVE = '1.2.752.97.3.1.3'
const secret = Buffer.alloc(32, 7)
const ids = createSealedIds({ secret, system: 'skane', reserveNumbers: [RESERVE] })
const patients = [
  { root: PERSONAL_NUMBER_OID, extension: '191212121212' },
  { root: PERSONAL_NUMBER_OID, extension: '200001010101' },
  { root: COORDINATION_NUMBER_OID, extension: '196812732391' },
  { root: RESERVE, extension: '98240301AA06' },
  { root: RESERVE, extension: '99' },
]

test('an id leads back to its patient and kind, and is the same every time', () => {
  const again = createSealedIds({ secret, system: 'skane', reserveNumbers: [RESERVE] })
  for (const patient of patients) {
    const own = ids.ofPatient(patient) ?? ''
    assert.deepEqual(ids.open(own), { patient, kind: undefined })
    assert.equal(again.ofPatient(patient), own)
    const record = ids.ofRecord(patient, 200, ['SE1', 'doc', '0'])
    assert.deepEqual(again.open(record), { patient, kind: 200 })
    assert.match(record, /^[A-Za-z0-9.-]{20,48}$/)
  }
})

test('different records have different ids', () => {
  const [one, other] = patients
  assert.ok(one && other)
  const keys = [['a', 'bc'], ['ab', 'c'], ['abc'], ['a', 'b', 'c']]
  const all = [one, other].flatMap((patient) =>
    [1, 2].flatMap((kind) => keys.map((key) => ids.ofRecord(patient, kind, key))),
  )
  assert.equal(new Set(all).size, 16)
})

test('an id tells nothing of the number to who lacks the key', () => {
  for (const patient of patients) {
    const id = ids.ofPatient(patient) ?? ''
    const bytes = Buffer.from(id.replaceAll('.', '_'), 'base64url')
    assert.ok(!id.includes(patient.extension))
    assert.ok(!bytes.toString('latin1').includes(patient.extension.slice(0, 6)))
  }
  const other = createSealedIds({
    secret: Buffer.alloc(32, 8),
    system: 'skane',
    reserveNumbers: [],
  })
  const elsewhere = createSealedIds({ secret, system: 'stockholm', reserveNumbers: [] })
  const [patient] = patients
  assert.ok(patient)
  assert.equal(other.open(ids.ofPatient(patient) ?? ''), undefined)
  assert.equal(elsewhere.open(ids.ofPatient(patient) ?? ''), undefined)
})

test('what was changed or made up is not an id of ours', () => {
  const [patient] = patients
  assert.ok(patient)
  const id = ids.ofRecord(patient, 3, ['x'])
  for (let at = 0; at < id.length; at++) {
    const letter = id[at] === 'A' ? 'B' : 'A'
    assert.equal(ids.open(id.slice(0, at) + letter + id.slice(at + 1)), undefined)
  }
  for (const made of [
    '',
    'x',
    'A'.repeat(30),
    `${id}A`,
    id.slice(0, -1),
    '191212121212',
    '../..',
  ]) {
    assert.equal(ids.open(made), undefined, made)
  }
})

test('a number of a kind that is not agreed cannot be sealed', () => {
  assert.equal(ids.ofPatient({ root: '1.2.3', extension: '1' }), undefined)
  assert.equal(ids.ofPatient({ root: RESERVE, extension: 'A'.repeat(13) }), undefined)
  assert.equal(ids.ofPatient({ root: RESERVE, extension: 'å' }), undefined)
})
