import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/* One person under three ids in our own store: the first was given up for the second, and the second for the third. */

const WARD = 'SE2321000131-E000000000030'
const CENTRE = 'SE2321000131-E000000000040'
const SOURCE = (unit: string) => ({ source: `urn:oid:1.2.752.29.4.19#${unit}` })
const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const PROTECTED = {
  system: 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel',
  code: 'sekretessmarkering',
}
const NUMBERS = { first: '191212121212', second: '191313131313', third: '194107079391' } as const

let karna: KarnaUnderTest

before(async () => {
  karna = await startKarna()
  for (const id of ['first', 'second', 'third'] as const) {
    const subject = { reference: `Patient/${id}` }
    await load(aPatient(id))
    await load({
      resourceType: 'Encounter',
      id: `e-${id}`,
      meta: SOURCE(WARD),
      status: 'finished',
      class: { code: 'AMB' },
      subject,
      period: { start: '2026-11-01', end: '2026-11-02' },
    })
  }
  await load({
    resourceType: 'Observation',
    id: 'o',
    meta: SOURCE(CENTRE),
    status: 'final',
    code: { text: 'B-Hb' },
    subject: { reference: 'Patient/third' },
  })
  await load(aPatient('first', givenUpFor('second')))
  await load(aPatient('second', givenUpFor('third')))
})

const givenUpFor = (survivor: string) => ({
  active: false,
  link: [{ other: { reference: `Patient/${survivor}` }, type: 'replaced-by' }],
})

const aPatient = (id: keyof typeof NUMBERS, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  meta: SOURCE(WARD),
  identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBERS[id] }],
  name: [{ family: `Östlund${id}`, given: ['Åsa'] }],
  ...more,
})

async function load(resource: object): Promise<void> {
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  await loader.add(contentOf({ name: 'given-up', bytes: Buffer.from(JSON.stringify(resource)) }))
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
}

const read = (path: string) =>
  karna.ask('anna.nystrom', 'GET', `vgr/${path}`, undefined, { 'x-karna-reason': 'Konsult' })

const coded = (code: string) => ({ coding: [{ system: LABEL, code }] })

const blockOf = (patient: string, status: string) => ({
  resourceType: 'Consent',
  id: 'late-block',
  meta: SOURCE(CENTRE),
  status,
  scope: { text: 'Spärr' },
  category: [coded('inner-block')],
  patient: { reference: `Patient/${patient}` },
  policyRule: { text: 'PDL 4:4' },
  provision: {
    type: 'deny',
    actor: [
      {
        role: coded('unit'),
        reference: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: CENTRE } },
      },
    ],
  },
})

test('a block that is written for an id that was given up closes the record that remains (PDL 4:4)', async () => {
  assert.equal((await read('Observation/o')).status, 200)
  await load(blockOf('first', 'active'))
  assert.equal((await read('Observation/o')).status, 404)
  assert.doesNotMatch((await read('Observation?patient=third')).text, /Observation\/o"/)
  await load(blockOf('first', 'inactive'))
  assert.equal((await read('Observation/o')).status, 200)
})

test('an identity that is protected is so under each id that was given up for it (OSL 22:1)', async () => {
  assert.match((await read('Patient/first')).text, /Östlundfirst/)
  await load(aPatient('third', { meta: { ...SOURCE(WARD), security: [PROTECTED] } }))
  for (const id of ['first', 'second', 'third']) {
    assert.doesNotMatch((await read(`Patient/${id}`)).text, /Östlund/, id)
  }
  const found = await read(`Patient?identifier=${NUMBERS.first}`)
  assert.equal(found.json.entry.length, 1)
  assert.doesNotMatch(found.text, /Östlund/)
  const byName = `Patient?family=Östlundfirst&identifier=${NUMBERS.first}`
  assert.equal((await read(byName)).json.entry?.length ?? 0, 0)
  assert.equal((await read(`${byName}&_summary=count`)).json.total, 0)
  const inAll = await karna.ask('anna.nystrom', 'GET', `all/Patient?identifier=${NUMBERS.first}`)
  assert.equal(inAll.status, 200)
  assert.doesNotMatch(inAll.text, /Östlund/)
})

test('a log reviewer isn’t told who is behind an id that was given up for a protected one (OSL 22:1)', async () => {
  const { token } = await karna.karna.identity.issueToken('per.oberg')
  const people = async (ids: readonly string[]) => {
    const response = await karna.karna.api.inject({
      method: 'POST',
      url: '/log/vgr/patients',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ ids }),
    })
    assert.equal(response.statusCode, 200, response.payload)
    return response.payload
  }
  const told = await people(['first', 'second', 'third'])
  assert.equal(JSON.parse(told).patients.length, 3)
  assert.doesNotMatch(told, /Östlund|1912|1913|1941/)
})

test('who is given up for whom is said by who may open both records (PDL 4:1)', async () => {
  const ask = (method: 'PUT' | 'PATCH', body: object | string, headers = {}) =>
    karna.ask('anna.nystrom', method, 'vgr/Patient/alone', body, headers)
  const alone = { ...aPatient('first'), id: 'alone', identifier: undefined }
  await load({ ...alone, active: true })
  await load({ ...alone, id: 'stranger' })
  await load({
    resourceType: 'Encounter',
    id: 'e-alone',
    meta: SOURCE(WARD),
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/alone' },
  })
  assert.equal((await ask('PUT', { ...alone, active: true })).status, 200)
  const { meta: _, ...merged } = { ...alone, ...givenUpFor('stranger') }
  assert.equal((await ask('PUT', merged)).status, 403)
  const { active, link } = givenUpFor('third')
  const patch = [
    { op: 'replace', path: '/active', value: active },
    { op: 'add', path: '/link', value: link },
  ]
  const asPatch = { 'content-type': 'application/json-patch+json' }
  assert.equal((await ask('PATCH', JSON.stringify(patch), asPatch)).status, 403)
})
