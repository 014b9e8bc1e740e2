import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { COSMIC } from '../../../simulators/fhir-server/cosmic.ts'
import { MILLENNIUM } from '../../../simulators/fhir-server/millennium.ts'
import {
  everything,
  type FhirServerUnderTest,
  idsOf,
  recordsOf,
  searchIn,
  startFhirServer,
} from '../../../tests/fhir-server.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import { parseJsonPatch } from '../../fhir/patch/json-patch.ts'
import type { Author, Change } from '../../fhir/record-system.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import { validResource } from '../../fhir/validation/validate.ts'

let millennium: FhirServerUnderTest
let cosmic: FhirServerUnderTest
let patient: string
let author: Author

before(async () => {
  const resources = recordsOf('sormland')
  patient = resources.find(({ resourceType }) => resourceType === 'Patient')?.id ?? ''
  millennium = await startFhirServer(MILLENNIUM, 'sormland', resources)
  cosmic = await startFhirServer(COSMIC, 'sormland', resources)
  const [unit] = millennium.profile.units
  author = {
    sight: everything,
    unit: unit?.hsaId ?? '',
    provider: unit?.provider ?? '',
    process: undefined,
    mayUnlabel: false,
    mayChooseId: false,
    originOf: undefined,
    logEntry: undefined,
  }
})

const valid = (text: string) => validResource(parseJson(Buffer.from(text)))

function pulse(value: string, more = ''): Extract<Change, { kind: 'create' }> {
  const resource = valid(
    `{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}],"text":"Puls"},"subject":{"reference":"Patient/${patient}"},"valueQuantity":{"value":${value},"unit":"/min"}${more}}`,
  )
  return { kind: 'create', type: 'Observation', resource, id: undefined, ifNoneExist: undefined }
}

test('a measurement lands in the source, is read back, and belongs to the author’s unit', async () => {
  for (const { system } of [millennium, cosmic]) {
    const [result] = await system.transact([pulse('71.50')], author)
    assert.equal(result?.outcome, 'created')
    assert.equal(result?.resource?.origin.unit, author.unit)
    assert.match(String(result?.resource?.bytes), /"value":71\.50/)
    const found = await searchIn(
      system,
      'Observation',
      `patient=${patient}&value-quantity=71.50&_count=1000`,
    )
    assert.ok(idsOf(found).includes(result?.resource?.key.id ?? ''))
  }
})

test('a change holds from the version that it names alone', async () => {
  const [made] = await millennium.system.transact([pulse('60')], author)
  const key = made?.resource?.key ?? { type: 'Observation', id: '' }
  const update = (ifMatch: string): Change => ({
    kind: 'update',
    key: { type: 'Observation', id: key.id },
    resource: valid(String(pulse('61').resource.bytes).replace('{', `{"id":"${key.id}",`)),
    ifMatch,
  })
  await assert.rejects(millennium.system.transact([update('9')], author), { code: 'conflict' })
  const [changed] = await millennium.system.transact([update('1')], author)
  assert.equal(changed?.resource?.version, '2')
  assert.match(String(changed?.resource?.bytes), /"value":61/)
})

test('a patch is sent as JSON Patch, or put whole, as the product takes it', async () => {
  const page = await searchIn(millennium.system, 'MedicationRequest', `patient=${patient}`)
  const resource = page.hits[0]?.resource
  const apply = parseJsonPatch(Buffer.from('[{"op":"replace","path":"/status","value":"stopped"}]'))
  const [changed] = await millennium.system.transact(
    [
      {
        kind: 'patch',
        type: 'MedicationRequest',
        target: resource?.key.id ?? '',
        ifMatch: resource?.version,
        apply: ({ bytes }) => valid(String(apply(bytes))),
      },
    ],
    author,
  )
  assert.equal(JSON.parse(String(changed?.resource?.bytes)).status, 'stopped')
  assert.ok(millennium.simulator.asked.includes('PATCH MedicationRequest'))
})

test('what the source has no place for is objected to before it is sent', async () => {
  const { simulator, system } = millennium
  const change = pulse('70', ',"focus":[{"reference":"Patient/x"}]')
  const asked = simulator.asked.length
  assert.match(system.objection(change) ?? '', /Observation\.focus/)
  await assert.rejects(system.transact([change], author), { code: 'not-supported' })
  assert.equal(simulator.asked.length, asked)
})

test('what the source refuses in spite of its rules is said, with where and without its words', async () => {
  const text = `{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/${patient}"}}`
  const change: Change = {
    kind: 'create',
    type: 'ServiceRequest',
    resource: valid(text),
    id: undefined,
    ifNoneExist: undefined,
  }
  assert.equal(cosmic.system.objection(change), undefined)
  cosmic.simulator.setFault('fault', 'ServiceRequest')
  await assert.rejects(cosmic.system.transact([change], author), { code: 'transient' })
  cosmic.simulator.setFault('none')
  assert.match(millennium.system.objection(change) ?? '', /ServiceRequest/)
})

test('nothing is put in a record that the author may not see', async () => {
  const sight = mintSight({ ...EVERYTHING, patients: ['someone-else'] })
  for (const { system } of [millennium, cosmic]) {
    await assert.rejects(system.transact([pulse('70')], { ...author, sight }), {
      code: 'forbidden',
    })
  }
})
