import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Demographics } from '../log-reading/demographics.ts'
import type { LoggedAccess } from '../log-reading/logged-access.ts'
import { explanationsOf } from './explain.ts'
import { drawSample } from './sample.ts'
import { busyAmong, judgeVisit, rank, type SuspicionFacts } from './suspicion.ts'
import { type Visit, visitsIn } from './visit.ts'

const NOON = Date.parse('2026-11-20T12:00:00+01:00')

function anAccess(person: string, patient: string, more: Partial<LoggedAccess> = {}): LoggedAccess {
  const by = {
    kind: 'staff',
    session: 's',
    person,
    name: person,
    commission: 'c',
    unit: 'ward',
    provider: 'SE1',
    purpose: 'care',
    client: undefined,
    loa: undefined,
  }
  return {
    id: '1-1',
    at: NOON,
    patient,
    action: 'read',
    outcome: 'permit',
    paragraph: undefined,
    basis: undefined,
    reason: undefined,
    request: undefined,
    query: undefined,
    resources: ['Observation/o/1'],
    by,
    ...more,
  }
}

const aPatient = (family: string, more: Partial<Demographics> = {}): Demographics => ({
  name: `Åsa ${family}`,
  family,
  personalNumber: undefined,
  street: undefined,
  postalCode: undefined,
  isProtected: false,
  ...more,
})

const facts: SuspicionFacts = {
  staff: (person) => ({
    name: `Lina ${person}`,
    family: person,
    street: 'storgatan 1',
    postalCode: '12345',
    personalNumber: '1',
  }),
  patient: (patient) => aPatient(patient),
  isEmployed: (number) => number === '2',
  hasNote: () => false,
  busy: new Set(),
}
const visitOf = (...accesses: LoggedAccess[]): Visit => {
  const [visit] = visitsIn(accesses)
  assert.ok(visit)
  return visit
}
const signsOf = (visit: Visit, more: Partial<SuspicionFacts> = {}) =>
  judgeVisit(visit, [], { ...facts, ...more }).signs

test('a visit is one person’s access to one patient on one day', () => {
  const late = anAccess('Ek', 'Öst', { at: NOON + 20 * 3_600_000 })
  const visits = visitsIn([
    anAccess('Ek', 'Öst'),
    anAccess('Ek', 'Öst'),
    anAccess('Ek', 'Väst'),
    late,
  ])
  assert.deepEqual(
    visits.map(({ patient, day, accesses }) => [patient, day, accesses.length]),
    [
      ['Väst', '2026-11-20', 1],
      ['Öst', '2026-11-20', 2],
      ['Öst', '2026-11-21', 1],
    ],
  )
})

test('patients, systems and the review itself are not drawn into review', () => {
  const patient = { ...anAccess('x', 'p').by, kind: 'patient' }
  const accesses = [
    anAccess('x', 'p', { by: patient }),
    anAccess('x', 'p', { action: 'review-log' }),
  ]
  assert.deepEqual(visitsIn(accesses), [])
})

test('a sample is drawn by its seed alone', () => {
  const visits = visitsIn(Array.from({ length: 200 }, (_, index) => anAccess('Ek', `p${index}`)))
  const drawn = drawSample(visits, 'seed', 20)
  assert.deepEqual(drawSample([...visits].reverse(), 'seed', 20), drawn)
  assert.equal(new Set(drawn.map(({ patient }) => patient)).size, 20)
  const other = drawSample(visits, 'other', 20)
  assert.ok(other.filter((visit) => drawn.includes(visit)).length < 10)
})

test('a relation, a note and a consent explain a visit; a stated reason does not', () => {
  const none = { hasRelation: () => false }
  const explain = (more: Partial<LoggedAccess>) =>
    explanationsOf(visitOf(anAccess('Ek', 'Öst', more)), none)
  assert.deepEqual(explain({ basis: 'relation:e1' }), ['relation'])
  assert.deepEqual(explanationsOf(visitOf(anAccess('Ek', 'Öst')), { hasRelation: () => true }), [
    'relation',
  ])
  assert.deepEqual(explain({ action: 'write' }), ['documented'])
  assert.deepEqual(explain({ action: 'write', outcome: 'deny' }), [])
  assert.deepEqual(explain({ basis: 'consent:c1' }), ['consent'])
  assert.deepEqual(explain({ basis: 'stated-reason', reason: 'Konsult' }), [])
})

test('kinship, home and work are signs', () => {
  const visit = visitOf(anAccess('Ek', 'Ek'))
  const about = (more: Partial<Demographics>) =>
    signsOf(visit, { patient: () => aPatient('Sand', more) })
  assert.deepEqual(signsOf(visit), ['same-family-name'])
  assert.deepEqual(signsOf(visit, { patient: () => aPatient('ek', { name: 'Lina Ek' }) }), [
    'same-name',
  ])
  assert.deepEqual(about({ personalNumber: '1' }), ['own-record'])
  assert.deepEqual(about({ personalNumber: '2' }), ['colleague'])
  assert.deepEqual(about({ street: 'storgatan 1', postalCode: '12345' }), ['same-address'])
  assert.deepEqual(about({ street: 'storgatan 7', postalCode: '12345' }), ['neighbour'])
  assert.deepEqual(about({ street: 'storgatan 7', postalCode: '54321' }), [])
  assert.deepEqual(about({ isProtected: true }), ['protected'])
})

test('an emergency without a note after it, a denial, a stated reason and the night are signs', () => {
  const about = (more: Partial<LoggedAccess>) => visitOf(anAccess('Ek', 'Sand', more))
  const emergency = about({ basis: 'emergency:1' })
  assert.deepEqual(signsOf(emergency), ['emergency-without-note'])
  assert.deepEqual(signsOf(emergency, { hasNote: () => true }), [])
  assert.deepEqual(signsOf(about({ outcome: 'deny' })), ['denied'])
  assert.deepEqual(signsOf(about({ reason: 'Konsult' })), ['stated-reason'])
  assert.deepEqual(signsOf(about({ at: NOON + 12 * 3_600_000 })), ['night'])
})

test('who opens many records without explanation stands out from the others', () => {
  const few = ['a', 'b', 'c'].flatMap((person) => [anAccess(person, `${person}1`)])
  const many = Array.from({ length: 9 }, (_, index) => anAccess('snoop', `p${index}`))
  assert.deepEqual([...busyAmong(visitsIn([...few, ...many]))], ['snoop'])
  assert.deepEqual([...busyAmong(visitsIn(few))], [])
})

test('what is explained is not looked at, but for the own record, the own home and the own name', () => {
  const judge = (patient: Demographics, isExplained: boolean) =>
    judgeVisit(visitOf(anAccess('Ek', 'x')), isExplained ? ['relation'] : [], {
      ...facts,
      patient: () => patient,
    }).score
  assert.equal(judge(aPatient('Ek'), true), 0)
  assert.ok(judge(aPatient('Ek'), false) > 0)
  assert.ok(judge(aPatient('Sand', { personalNumber: '1' }), true) > 0)
  assert.ok(
    judge(aPatient('Sand', { personalNumber: '1' }), true) <
      judge(aPatient('Sand', { personalNumber: '1' }), false),
  )
})

test('of a month’s seeded visits, the ten that a reviewer has time for are those that were wrong', () => {
  const ordinary = Array.from({ length: 2_000 }, (_, index) =>
    anAccess(`Staff${index % 40}`, `Patient${index % 300}`, {
      basis: 'relation:e',
      id: `1-${index}`,
    }),
  )
  const unexplained = Array.from({ length: 60 }, (_, index) =>
    anAccess(`Staff${index % 40}`, `Patient${index}`, { reason: 'Konsult', at: NOON + 86_400_000 }),
  )
  const wrong = Array.from({ length: 10 }, (_, index) =>
    anAccess(`Staff${index}`, `Staff${index}`, { at: NOON + 2 * 86_400_000 }),
  )
  const judged = visitsIn([...ordinary, ...unexplained, ...wrong]).map((visit) =>
    judgeVisit(visit, explanationsOf(visit, { hasRelation: () => false }), facts),
  )
  const top = rank(judged, 10)
  const right = top.filter(({ visit }) => visit.patient === visit.person).length
  assert.ok(right >= 9, `precision at 10: ${right / 10}`)
})
