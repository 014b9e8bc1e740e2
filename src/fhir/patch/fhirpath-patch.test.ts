import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFhirPathPatch } from './fhirpath-patch.ts'

const PATIENT = `{"resourceType":"Patient","active":true,
  "name":[{"family":"Ek","given":["Åsa","Maria"]},{"use":"maiden","family":"Berg"}],
  "telecom":[{"system":"phone","value":"1","rank":1}],"deceasedBoolean":false,
  "extension":[{"url":"urn:vikt","valueDecimal":1.0}]}`

type Part = Record<string, unknown>

type Operation = readonly [type: string, path: string, ...parts: Part[]]

function patched(...operations: readonly Operation[]) {
  const parameters = {
    resourceType: 'Parameters',
    parameter: operations.map(([type, path, ...parts]) => ({
      name: 'operation',
      part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...parts],
    })),
  }
  return String(parseFhirPathPatch(Buffer.from(JSON.stringify(parameters)))(Buffer.from(PATIENT)))
}

const name = (text: string) => ({ name: 'name', valueString: text })
const at = (part: string, index: number) => ({ name: part, valueInteger: index })
const value = (type: string, given: unknown) => ({ name: 'value', [`value${type}`]: given })
const refused = (...operation: Operation) =>
  assert.throws(() => patched(operation), { name: 'Problem' }, JSON.stringify(operation))

test('an element is added where there is none, or at the end of its list', () => {
  const result = patched(
    ['add', 'Patient', name('birthDate'), value('Date', '1930-01-01')],
    ['add', 'Patient.name[1]', name('given'), value('String', 'Eva')],
    ['add', 'Patient', name('maritalStatus'), value('CodeableConcept', { text: 'gift' })],
  )
  const patient = JSON.parse(result)
  assert.equal(patient.birthDate, '1930-01-01')
  assert.deepEqual(patient.name[1].given, ['Eva'])
  assert.deepEqual(patient.maritalStatus, { text: 'gift' })
  refused('add', 'Patient', name('active'), value('Boolean', false))
  refused('add', 'Patient', name('deceased'), value('DateTime', '2020'))
  refused('add', 'Patient', name('unheardOf'), value('Boolean', false))
})

test('what has no data type of its own is put together of parts', () => {
  const contact = {
    name: 'value',
    part: [
      { name: 'name', valueHumanName: { text: 'Bo' } },
      { name: 'telecom', valueContactPoint: { system: 'phone', value: '2' } },
    ],
  }
  const patient = JSON.parse(patched(['add', 'Patient', name('contact'), contact]))
  const telecom = [{ system: 'phone', value: '2' }]
  assert.deepEqual(patient.contact, [{ name: { text: 'Bo' }, telecom }])
})

test('an element is put in its place in a list, and moved in it', () => {
  const inserted = patched([
    'insert',
    'Patient.name[0].given',
    at('index', 1),
    value('String', 'X'),
  ])
  assert.deepEqual(JSON.parse(inserted).name[0].given, ['Åsa', 'X', 'Maria'])
  const moved = patched(['move', 'Patient.name', at('source', 1), at('destination', 0)])
  assert.equal(JSON.parse(moved).name[0].family, 'Berg')
  refused('insert', 'Patient.name', at('index', 3), value('HumanName', { text: 'X' }))
  refused('move', 'Patient.name', at('source', 2), at('destination', 0))
})

test('an element is replaced, and a choice may change its type', () => {
  const result = patched(
    ['replace', "Patient.name.where(use = 'maiden').family", value('String', 'Lund')],
    ['replace', 'Patient.deceased', value('DateTime', '2020-01-02')],
  )
  const patient = JSON.parse(result)
  assert.equal(patient.name[1].family, 'Lund')
  assert.equal(patient.deceasedDateTime, '2020-01-02')
  assert.equal('deceasedBoolean' in patient, false)
  refused('replace', 'Patient.name', value('HumanName', { text: 'which?' }))
  refused('replace', 'Patient.photo', value('Attachment', { title: 'x' }))
})

test('an element is deleted if it is there', () => {
  const patient = JSON.parse(patched(['delete', 'Patient.telecom'], ['delete', 'Patient.photo']))
  assert.equal('telecom' in patient, false)
  refused('delete', 'Patient.name')
})

test('numbers keep their text', () => {
  assert.match(patched(['delete', 'Patient.telecom']), /"valueDecimal":1\.0[},]/)
})

test('a path that could take for ever is refused', () => {
  refused('delete', "Patient.name.where(family.matches('(a+)+$'))")
  refused('delete', 'Patient.repeat(children())')
  refused('delete', 'Patient.name.where(')
  refused('delete', "'x'")
  refused('delete', `Patient.${'name.'.repeat(200)}given`)
})
