import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../json/parse.ts'
import { Problem } from '../problem.ts'
import { issuesOf, validResource } from './validate.ts'

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'
const patient = (more: object) => ({ resourceType: 'Patient', ...more })
const observation = (more: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
})

/** Asserts that the one thing wrong is of this kind and at this place. */
function refused(resource: unknown, code: string, expression: string | undefined): void {
  const issues = issuesOf(resource).map((issue) => [issue.code, issue.expression])
  assert.deepEqual(issues, [[code, expression]], JSON.stringify(resource))
}

function accepted(resource: unknown): void {
  assert.deepEqual(issuesOf(resource), [], JSON.stringify(resource))
}

test('a valid resource keeps its bytes, type and id', () => {
  const bytes = Buffer.from('{ "resourceType": "Patient", "id": "a", "active": true }')
  const valid = validResource(parseJson(bytes))
  assert.equal(valid.bytes, bytes)
  assert.deepEqual([valid.type, valid.id], ['Patient', 'a'])
})

test('what is wrong is thrown whole, and no message repeats what was sent', () => {
  const secret = patient({
    secret: 1,
    gender: 'secret',
    name: [{ family: ['secret'] }],
    birthDate: 'secret',
  })
  assert.throws(
    () => validResource(parseJson(Buffer.from(JSON.stringify(secret)))),
    (problem) => {
      assert.ok(problem instanceof Problem)
      assert.equal(problem.issues.length, 4)
      assert.doesNotMatch(JSON.stringify(problem.issues), /secret/)
      return true
    },
  )
})

test('a type that R4 does not have, or that is abstract, is refused', () => {
  for (const resourceType of [
    undefined,
    'Nothing',
    'DomainResource',
    'HumanName',
    'toString',
    1,
    null,
  ]) {
    refused({ resourceType }, 'structure', undefined)
  }
  for (const value of [null, [], 'Patient', 1]) refused(value, 'structure', undefined)
})

test('an element that R4 does not have is refused, at any depth', () => {
  refused(patient({ nickname: 'x' }), 'structure', 'Patient')
  refused(patient({ name: [{ family: 'x' }, { nickname: 'x' }] }), 'structure', 'Patient.name[1]')
  refused(
    patient({ name: [{ resourceType: 'Patient', text: 'x' }] }),
    'structure',
    'Patient.name[0]',
  )
  refused(patient({ _name: [{ id: 'x' }] }), 'structure', 'Patient')
})

test('cardinality is kept', () => {
  refused({ resourceType: 'Observation', code: { text: 'x' } }, 'required', 'Observation')
  refused(patient({ link: [{ type: 'refer' }] }), 'required', 'Patient.link[0]')
  refused(patient({ name: { family: 'x' } }), 'structure', 'Patient.name')
  refused(patient({ name: [] }), 'structure', 'Patient.name')
  refused(patient({ gender: ['male'] }), 'value', 'Patient.gender')
})

test('nothing is empty', () => {
  refused(patient({ name: [{}] }), 'structure', 'Patient.name[0]')
  refused(patient({ name: [{ id: 'x' }] }), 'structure', 'Patient.name[0]')
  refused(patient({ name: [{ family: '' }] }), 'value', 'Patient.name[0].family')
  refused(patient({ name: [null] }), 'structure', 'Patient.name[0]')
  refused(patient({ birthDate: null }), 'structure', 'Patient.birthDate')
  refused(patient({ language: ' ' }), 'value', 'Patient.language')
  accepted({ resourceType: 'Parameters' })
})

test('an extension may stand beside a primitive, or in its place', () => {
  const extension = [{ url: 'http://x', valueCode: 'unknown' }]
  accepted(patient({ birthDate: '1970', _birthDate: { id: 'a', extension } }))
  accepted(patient({ _birthDate: { extension } }))
  accepted({ resourceType: 'Observation', _status: { extension }, code: { text: 'x' } })
  accepted(patient({ name: [{ given: ['a', null], _given: [null, { extension }] }] }))
  accepted(patient({ name: [{ _given: [{ extension }] }] }))
  refused(patient({ _birthDate: { id: 'a' } }), 'structure', 'Patient.birthDate')
  refused(
    patient({ birthDate: '1970', _birthDate: { value: 1 } }),
    'structure',
    'Patient.birthDate',
  )
  refused(patient({ birthDate: '1970', _birthDate: null }), 'structure', 'Patient.birthDate')
  refused(patient({ name: [{ given: ['a', null] }] }), 'structure', 'Patient.name[0].given[1]')
  refused(patient({ name: [{ given: ['a'], _given: [] }] }), 'structure', 'Patient.name[0].given')
  const both = patient({ name: [{ given: [null], _given: [null] }] })
  assert.equal(issuesOf(both).length, 2)
})

test('a choice has one type, and is there if it must be', () => {
  accepted(observation({ valueInteger: 1 }))
  refused(observation({ valueInteger: 1, valueString: 'x' }), 'structure', 'Observation')
  refused(observation({ valueInteger: 'x' }), 'value', 'Observation.value.ofType(integer)')
  refused(observation({ valueDecimal: 1 }), 'structure', 'Observation')
  refused(
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: { display: 'x' },
    },
    'required',
    'MedicationRequest',
  )
})

test('a code that is bound is from its value set, and so is one of a concept’s', () => {
  refused(patient({ gender: 'm' }), 'code-invalid', 'Patient.gender')
  const condition = (system: string, code: string) => ({
    resourceType: 'Condition',
    subject: { reference: 'Patient/1' },
    clinicalStatus: {
      coding: [
        { system: 'http://local', code: '1' },
        { system, code },
      ],
    },
  })
  const system = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
  accepted(condition(system, 'active'))
  refused(condition(system, 'aktiv'), 'code-invalid', 'Condition.clinicalStatus')
  refused(condition('http://other', 'active'), 'code-invalid', 'Condition.clinicalStatus')
})

test('a reference points at a type that is allowed, where it tells its type', () => {
  const subject = (reference: string) => observation({ subject: { reference } })
  const fine = [
    'Patient/1',
    'http://x/fhir/Patient/1/_history/2',
    'urn:uuid:1',
    '#p',
    'http://x/y',
    'Patient?a=b',
  ]
  for (const reference of fine) accepted(subject(reference))
  for (const reference of [
    'Encounter/1',
    'http://x/fhir/Encounter/1',
    'Encounter/1/_history/1',
    'Encounter?a=b/Patient/',
    'patient/1',
    'Patient/',
    'Patient',
    'Patient/a_b',
    'Patient/1/_history/',
    'Person-of-ours/1',
    '/Patient/1',
  ]) {
    refused(subject(reference), 'value', 'Observation.subject')
  }
})

test('what a reference says of its type is one that is allowed, and the same twice', () => {
  const identifier = { value: '1' }
  const subject = (said: object) => observation({ subject: { identifier, ...said } })
  accepted(subject({ type: 'Patient' }))
  accepted(subject({ type: 'Patient', reference: 'http://x/fhir/Patient/1' }))
  accepted(subject({ type: 'http://x/StructureDefinition/Owner' }))
  for (const said of [
    { type: 'Medication' },
    { type: 'Foo' },
    { type: 'Device', reference: 'Patient/1' },
  ]) {
    refused(subject(said), 'value', 'Observation.subject')
  }
})

test('what is pointed at as contained is contained, where the reference stands', () => {
  const parse = (value: object) => parseJson(Buffer.from(JSON.stringify(value)))
  const to = (id: string, more = {}) => ({
    ...observation({ subject: { reference: id } }),
    ...more,
  })
  const contained = [{ resourceType: 'Patient', id: 'p', managingOrganization: { reference: '#' } }]
  const bundle = (...resources: object[]) => ({
    ...{ resourceType: 'Bundle', type: 'collection' },
    entry: resources.map((resource) => ({ resource })),
  })
  assert.ok(validResource(parse(to('#p', { contained }))))
  assert.ok(validResource(parse(bundle(to('#p', { contained }), to('Patient/1')))))
  for (const [wrong, path] of [
    [to('#q', { contained }), 'Observation.subject'],
    [to('#p'), 'Observation.subject'],
    [bundle(to('#p', { contained }), to('#p')), 'Bundle.entry[1].resource.subject'],
  ] as const) {
    assert.throws(() => validResource(parse(wrong)), { code: 'invariant', expression: path })
  }
})

test('only what is mere display in a questionnaire needs no linkId', () => {
  const item = (type: string) => ({
    resourceType: 'Questionnaire',
    status: 'draft',
    item: [{ type }],
  })
  accepted(item('display'))
  refused(item('string'), 'invariant', 'Questionnaire.item[0]')
})

test('resources within resources are of their own type', () => {
  const contained = (resource: object) => patient({ contained: [resource] })
  accepted(contained({ resourceType: 'Organization', id: 'a', name: 'x' }))
  refused(
    contained({ resourceType: 'Organization', id: 'a', nome: 'x' }),
    'structure',
    'Patient.contained[0]',
  )
  refused(
    contained(contained({ resourceType: 'Organization', id: 'a', name: 'x' })),
    'invariant',
    'Patient.contained[0]',
  )
  const entry = [{ resource: patient({ active: true }) }, { resource: patient({ active: 'x' }) }]
  refused(
    { resourceType: 'Bundle', type: 'collection', entry },
    'value',
    'Bundle.entry[1].resource.active',
  )
  const parameter = [{ name: 'x', part: [{ name: 'y', resource: { resourceType: 'Nothing' } }] }]
  refused(
    { resourceType: 'Parameters', parameter },
    'structure',
    'Parameters.parameter[0].part[0].resource',
  )
})

test('narrative is checked as narrative', () => {
  accepted(patient({ text: { status: 'generated', div: DIV } }))
  refused(patient({ text: { status: 'generated', div: 'x' } }), 'value', 'Patient.text.div')
})

test('some invariants are kept', () => {
  const url = 'http://x'
  refused(patient({ extension: [{ url }] }), 'invariant', 'Patient.extension[0]')
  refused(
    patient({ extension: [{ url, valueCode: 'x', extension: [{ url, valueCode: 'x' }] }] }),
    'invariant',
    'Patient.extension[0]',
  )
  const period = (start: string, end: string) =>
    patient({ name: [{ text: 'x', period: { start, end } }] })
  refused(period('2026-02', '2026-01'), 'invariant', 'Patient.name[0].period')
  refused(
    period('2026-01-01T12:00:00+01:00', '2026-01-01T10:59:59Z'),
    'invariant',
    'Patient.name[0].period',
  )
  for (const [start = '', end = ''] of [
    ['2026', '2026'],
    ['2026-05-05', '2026'],
    ['2026-01-01', '2026-01-01T00:00:00+14:00'],
  ]) {
    accepted(period(start, end))
  }
  refused(
    observation({ valueQuantity: { value: 1, code: 'mg' } }),
    'invariant',
    'Observation.value.ofType(Quantity)',
  )
})

test('fifty things are told at most', () => {
  const name = Array.from({ length: 80 }, () => ({ family: 1 }))
  assert.equal(issuesOf(patient({ name })).length, 50)
})
