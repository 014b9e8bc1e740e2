import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const VGR = 'SE2321000131-'
const WARD = `${VGR}E000000000030`
const CENTRE = `${VGR}E000000000040`
const PSYCHIATRY = `${VGR}E000000000053`
const PRIVATE = `${VGR}E000000000042`
const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const HSA = 'urn:oid:1.2.752.29.4.19'

const at = (unit: string, security?: object[]) => ({
  meta: { source: `${HSA}#${unit}`, ...(security && { security }) },
})
const subject = { reference: 'Patient/p1' }
const observation = (id: string, unit: string) => ({
  resourceType: 'Observation',
  id,
  ...at(unit),
  status: 'final',
  code: { text: id },
  subject,
})

const RECORDS = [
  { resourceType: 'Patient', id: 'p1', ...at(WARD), birthDate: '1970-01-01' },
  { resourceType: 'Patient', id: 'child', ...at(WARD), birthDate: '2020-01-01' },
  {
    resourceType: 'Patient',
    id: 'hidden',
    ...at(CENTRE, [
      { system: 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel', code: 'sekretessmarkering' },
    ]),
    name: [{ family: 'Hemlig', given: ['Helga'] }],
    address: [{ city: 'Gömstad' }],
    birthDate: '1970-01-01',
  },
  ...['p1', 'child', 'hidden'].map((id) => ({
    resourceType: 'Encounter',
    id: `e-${id}`,
    ...at(WARD),
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}`, display: id === 'hidden' ? 'Helga Hemlig' : id },
  })),
  observation('own', WARD),
  observation('centre', CENTRE),
  observation('psychiatry', PSYCHIATRY),
  observation('private', PRIVATE),
]

let karna: KarnaUnderTest
before(async () => {
  karna = await startKarna()
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  for (const resource of RECORDS) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
})

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  karna.ask('anna.nystrom', method, `vgr/${path}`, body)

/** The ids of the observations that the ward's doctor sees of p1. */
async function seen(): Promise<string[]> {
  const { json } = await ask('GET', 'Observation?patient=p1')
  return (json.entry ?? []).map((entry: { resource: FhirResource }) => entry.resource.id).sort()
}

interface Out {
  readonly name: string
  readonly valueBoolean?: boolean
  readonly valueString?: string
  readonly part?: readonly Out[]
}

function operate(
  word: string,
  given: Record<string, string | readonly string[]> = {},
  extra: object[] = [],
) {
  const parameter = Object.entries(given).flatMap(([name, values]) =>
    [values].flat().map((valueString) => ({ name, valueString })),
  )
  return ask('POST', `Patient/p1/$${word}`, {
    resourceType: 'Parameters',
    parameter: [...parameter, ...extra],
  })
}

const parts = (json: { parameter?: readonly Out[] }, name: string) =>
  (json.parameter ?? []).filter((each) => each.name === name)
const flag = (json: { parameter?: readonly Out[] }, name: string) =>
  parts(json, name)[0]?.valueBoolean

const actor = (value: string, code?: string) => ({
  role: { coding: [{ system: LABEL, code: code ?? 'unit' }] },
  reference: { identifier: { system: HSA, value } },
})

function consent(category: string, patient: string, provision: object, said: object = {}) {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { text: category },
    category: [{ coding: [{ system: LABEL, code: category }] }],
    policyRule: { text: 'PDL' },
    patient: { reference: `Patient/${patient}` },
    provision,
    ...said,
  }
}

describe('active choice (PDL 4:1, HSLF-FS 2016:40)', () => {
  test('other units are shown after it, and it is told that there is more before', async () => {
    assert.deepEqual(await seen(), ['own'])
    assert.equal(flag((await ask('GET', 'Patient/p1/$blocked')).json, 'otherUnits'), true)
    assert.equal((await ask('POST', 'Patient/p1/$choose-units')).status, 200)
    assert.deepEqual(await seen(), ['centre', 'own', 'psychiatry'])
    assert.equal(flag((await ask('GET', 'Patient/p1/$blocked')).json, 'otherUnits'), false)
  })

  test('why something is shown is told with what it rests on', async () => {
    const { json } = await ask('GET', 'Patient/p1/$explain?resource=Observation/centre')
    const [because] = parts(json, 'because')
    const said = Object.fromEntries(
      (because?.part ?? []).map((each) => [each.name, each.valueString]),
    )
    assert.equal(said.rule, 'active-choice')
    assert.ok(said.basis)
    const absent = await ask('GET', 'Patient/p1/$explain?resource=Observation/no-such')
    const other = await ask('GET', 'Patient/p1/$explain?resource=Observation/private')
    assert.equal(absent.text, other.text)
  })
})

/** The id of the Consent that the first of these makes. */
let made: string

describe('blocks (PDL 4:4, 4:5)', () => {
  test('a Consent closes a unit on the next request, and tells nobody elsewhere whose it is', async () => {
    const block = consent('inner-block', 'p1', { type: 'deny', actor: [actor(PSYCHIATRY)] })
    const { status, json } = await karna.ask('leila.amini', 'POST', 'vgr/Consent', block, {
      'x-karna-reason': 'Patienten%20ber%20om%20sp%C3%A4rr',
    })
    assert.equal(status, 201)
    made = json.id
    assert.deepEqual(await seen(), ['centre', 'own'])
    assert.equal(flag((await ask('GET', 'Patient/p1/$blocked')).json, 'blocked'), true)
    assert.equal((await ask('GET', `Consent/${made}`)).status, 404)
    assert.equal((await ask('GET', 'Observation/psychiatry')).status, 404)
  })

  test('lifting takes two steps, and opens to the one who lifts', async () => {
    const target = { name: 'block', part: [{ name: 'unit', valueString: PSYCHIATRY }] }
    const said = { ground: 'indispensable', reason: 'Medvetslös, oklar medicinering' }
    assert.equal((await operate('lift-block', said, [target])).status, 422)
    const first = await operate('lift-block', said)
    assert.deepEqual(
      parts(first.json, 'block').map(({ part }) => part?.[0]?.valueString),
      [PSYCHIATRY],
    )
    assert.deepEqual(await seen(), ['centre', 'own'])
    const second = await operate('lift-block', said, [target])
    assert.equal(second.status, 200)
    assert.deepEqual(await seen(), ['centre', 'own', 'psychiatry'])
    const decision = parts(second.json, 'decision')[0]?.valueString ?? ''
    assert.equal((await operate('end-decision', { decision })).status, 200)
    assert.deepEqual(await seen(), ['centre', 'own'])
  })

  test('who is no authorised holder lifts nothing', async () => {
    const answer = await karna.ask('eva.lind', 'POST', 'vgr/Patient/p1/$lift-block', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'ground', valueString: 'consent' },
        { name: 'reason', valueString: 'Patienten samtycker' },
      ],
    })
    assert.equal(answer.status, 403)
    assert.match(answer.text, /PDL 4:5/)
  })
})

describe('what a Consent says (PDL 4:4)', () => {
  test('what the Consent says is what is enforced: changed, it is changed; deleted, it is gone', async () => {
    const headers = { 'x-karna-reason': 'Patienten%20ber' }
    const only = consent(
      'inner-block',
      'p1',
      { type: 'deny', actor: [actor(CENTRE)] },
      { id: made },
    )
    assert.equal(
      (await karna.ask('leila.amini', 'PUT', `vgr/Consent/${made}`, only, headers)).status,
      200,
    )
    assert.deepEqual(await seen(), ['own', 'psychiatry'])
    await karna.ask('leila.amini', 'DELETE', `vgr/Consent/${made}`, undefined, headers)
    assert.deepEqual(await seen(), ['centre', 'own', 'psychiatry'])
  })

  test('a guardian may not close a child’s record; a child may ask for it (PDL 4:4)', async () => {
    const provision = { type: 'deny', actor: [actor(PSYCHIATRY)] }
    const refused = await ask('POST', 'Consent', consent('inner-block', 'child', provision))
    assert.equal(refused.status, 403)
    assert.match(refused.text, /PDL 4:4/)
    const performer = [{ reference: 'Patient/child' }]
    const taken = await ask(
      'POST',
      'Consent',
      consent('inner-block', 'child', provision, { performer }),
    )
    assert.equal(taken.status, 201)
  })

  test('a Consent that could not be enforced is refused', async () => {
    const answer = await ask('POST', 'Consent', consent('inner-block', 'p1', { type: 'deny' }))
    assert.equal(answer.status, 422)
  })
})

describe('shared records (2022:913)', () => {
  const PROVIDER = `${VGR}E000000000002`

  test('another provider’s records are there, and neither whose nor what', async () => {
    const { json, text } = await ask('GET', 'Patient/p1/$blocked')
    assert.equal(flag(json, 'otherProviders'), true)
    assert.doesNotMatch(text, /E000000000002/)
    assert.equal((await ask('GET', 'Observation/private')).status, 404)
  })

  test('an emergency shows first who has records, then what they say (3:6)', async () => {
    const danger = ['danger', 'no-consent-possible']
    const reason = 'Medvetslös efter fall'
    assert.equal((await operate('open-emergency', { reason })).status, 400)
    const first = await operate('open-emergency', { reason, affirm: danger })
    assert.equal(parts(first.json, 'source').length, 1)
    assert.equal((await ask('GET', 'Observation/private')).status, 404)
    const second = await operate('open-emergency', {
      reason,
      affirm: [...danger, 'indispensable'],
      provider: PROVIDER,
    })
    assert.equal(second.status, 200)
    assert.equal((await ask('GET', 'Observation/private')).status, 200)
    const decision = parts(second.json, 'decision')[0]?.valueString ?? ''
    await operate('end-decision', { decision })
    assert.equal((await ask('GET', 'Observation/private')).status, 404)
  })

  test('consent is asked of the register, and its withdrawal closes at once (3:1)', async () => {
    const said = { ground: 'consent', reason: '', affirm: 'relevant' }
    assert.equal((await operate('open-shared', said)).status, 403)
    const agreed = await ask(
      'POST',
      'Consent',
      consent('shared-records', 'p1', {
        type: 'permit',
        actor: [actor(`${VGR}E000000000001`, 'recipient')],
      }),
    )
    assert.equal(agreed.status, 201)
    assert.equal((await operate('open-shared', said)).status, 200)
    assert.equal((await operate('open-shared', { ...said, provider: PROVIDER })).status, 200)
    assert.equal((await ask('GET', 'Observation/private')).status, 200)
    assert.equal((await ask('DELETE', `Consent/${agreed.json.id}`)).status, 204)
    assert.equal((await ask('GET', 'Observation/private')).status, 404)
  })
})

describe('outer block of one unit (2022:913 2:3)', () => {
  test('is stored with its provider, to whose own staff it is no matter', async () => {
    const before = await seen()
    assert.ok(before.includes('centre'))
    const provision = { type: 'deny', actor: [actor(CENTRE, 'unit')] }
    const made = await ask('POST', 'Consent', consent('outer-block', 'p1', provision))
    assert.equal(made.status, 201)
    assert.deepEqual(await seen(), before)
    const { rows } = await karna.db.query<{ provider: string }>({
      text: "select provider from law.decision where kind = 'outer-block' and ended_at is null",
      values: [],
    })
    assert.deepEqual(rows, [{ provider: `${VGR}E000000000001` }])
  })
})

describe('protected identity (OSL 22:1)', () => {
  test('is masked in every projection, and not found by what is masked', async () => {
    const paths = [
      'Patient/hidden',
      'Patient?_id=hidden',
      'Patient?birthdate=1970-01-01',
      'Patient/hidden/_history',
      'Patient/hidden?_elements=name,address',
      'Encounter?patient=hidden&_include=Encounter:patient',
      'Encounter/e-hidden',
    ]
    for (const path of paths) {
      const { status, text } = await ask('GET', path)
      assert.equal(status, 200, path)
      assert.doesNotMatch(text, /Helga|Hemlig|Gömstad/, path)
    }
    for (const path of [
      'Patient?name=hemlig',
      'Patient?address-city=Gömstad',
      'Patient?family:missing=false',
    ]) {
      assert.doesNotMatch((await ask('GET', path)).text, /"hidden"/, path)
    }
  })

  test('is not written over by who doesn’t see it', async () => {
    const body = { resourceType: 'Patient', id: 'hidden', birthDate: '1970-01-01' }
    assert.equal((await ask('PUT', 'Patient/hidden', body)).status, 403)
  })

  test('is revealed deliberately, for an hour', async () => {
    const answer = await ask('POST', 'Patient/hidden/$reveal', {
      resourceType: 'Parameters',
      parameter: [{ name: 'reason', valueString: 'Kallelse ska skickas' }],
    })
    assert.equal(answer.status, 200)
    assert.match((await ask('GET', 'Patient/hidden')).text, /Gömstad/)
    assert.doesNotMatch((await ask('GET', 'Patient?birthdate=1970-01-01')).text, /Gömstad/)
  })
})

test('that a record is printed is logged, and refused to who may not open it', async () => {
  const print = (patient: string) => ask('POST', `Patient/${patient}/$print`)
  assert.equal((await print('p1')).status, 200)
  const { rows } = await karna.db.query<{ patient: string }>({
    text: "select patient from law.access_log where action = 'print' and outcome = 'permit'",
    values: [],
  })
  assert.deepEqual(
    rows.map(({ patient }) => patient),
    ['p1'],
  )
  assert.equal((await print('somebody-else')).status, 403)
})

test('every operation is in the log, with what was opened resting on it', async () => {
  const { rows } = await karna.db.query<{ action: string }>({
    text: "select distinct action from law.access_log where patient = 'p1' and outcome = 'permit'",
    values: [],
  })
  const actions = new Set(rows.map(({ action }) => action))
  for (const action of [
    'see-blocked',
    'choose-units',
    'lift-block',
    'open-emergency',
    'open-shared',
    'explain',
  ]) {
    assert.ok(actions.has(action), action)
  }
})
