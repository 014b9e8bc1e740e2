import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import { createHttpBrowser } from './http-browser.ts'
import {
  ANNA,
  ask,
  fhir,
  goThrough,
  letIn,
  redeem,
  startSmart,
  TOLVAN,
} from './smart-under-test.ts'

const smart = await startSmart()
const { origin, issuer, under } = smart

describe('an app that staff open by itself', () => {
  it('is told the patient who was picked, who the user is, and what it may', async () => {
    const scope = 'openid fhirUser launch/patient patient/Observation.rs offline_access'
    const { status, json } = await letIn(smart, scope)
    assert.equal(status, 200)
    assert.equal(json.patient, 'p1')
    assert.equal(json.token_type, 'Bearer')
    assert.ok(json.expires_in <= 600)
    assert.deepEqual(new Set(json.scope.split(' ')), new Set(scope.split(' ')))
    const claims = decodeJwt(json.id_token)
    assert.equal(claims.iss, issuer)
    assert.equal(claims.aud, 'test-app')
    assert.equal(claims.fhirUser, `${origin}/fhir/vgr/Practitioner/P000000000001`)
  })

  it('knows the same person by the same name at the next login', async () => {
    const sub = async () =>
      decodeJwt((await letIn(smart, 'openid user/Patient.r')).json.id_token).sub
    assert.equal(await sub(), await sub())
  })

  it('reads under the law with its token', async () => {
    const { json } = await letIn(smart, 'launch/patient patient/Observation.rs')
    const token = json.access_token
    assert.equal((await fhir(smart, 'vgr/Observation?patient=p1', token)).json.entry.length, 2)
    assert.equal((await fhir(smart, 'vgr/Observation/lab1', token)).status, 200)
    assert.equal((await fhir(smart, 'skane/Observation/lab1', token)).status, 403)
  })

  it('leaves out what it may not ask for, and says so', async () => {
    const { json } = await letIn(smart, 'openid user/Observation.rs user/Observation.cud nonsense')
    assert.equal(json.scope, 'user/Observation.rs openid')
  })

  it('does not let in a patient whom the user has no business with', async () => {
    const { address } = ask(smart, 'launch/patient patient/Patient.r')
    const goran = 'goran.ek SE2321000131-U000000000021'
    const at = await goThrough(address, goran, { patient: 'p1' })
    assert.equal(at.status, 403)
    assert.match(at.text, /vårdrelation/)
  })

  it('is shown those in care at the unit, and others by name', async () => {
    const browser = createHttpBrowser()
    const { address } = ask(smart, 'launch/patient patient/Patient.r', { client_id: 'other-app' })
    const login = await browser.go(address, [])
    const picker = await browser.go(login.address.href, [], { choice: ANNA })
    assert.match(picker.text, /Tolvan Tolvansson.*191212121212/)
    const found = await browser.go(picker.address.href, [], { find: 'Nitton' })
    assert.match(found.text, /Nitton Nittonsson/)
    assert.doesNotMatch(found.text, /Tolvan/)
  })
})

describe('an app that a patient opens', () => {
  it('is let in to the own record after the patient has said yes', async () => {
    const { address, verifier } = ask(smart, 'openid fhirUser launch/patient patient/*.rs')
    const at = await goThrough(address, TOLVAN, { answer: 'yes' })
    const { json } = await redeem(smart, at.address.searchParams.get('code') ?? '', verifier)
    assert.equal(json.patient, 'p1')
    assert.equal(decodeJwt(json.id_token).fhirUser, `${origin}/fhir/vgr/Patient/p1`)
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 200)
    assert.equal((await fhir(smart, 'vgr/Patient/p2', json.access_token)).status, 404)
    assert.equal((await fhir(smart, 'vgr/Observation?patient=p2', json.access_token)).status, 403)
  })

  it('is told what the app wants in plain Swedish first', async () => {
    const { address } = ask(smart, 'launch/patient patient/Observation.rs offline_access')
    const browser = createHttpBrowser()
    await browser.go(address, [])
    const login = await browser.go(`${(await browser.go(address, [])).address.href}?as=patient`, [])
    const page = await browser.go(login.address.href, [], { choice: TOLVAN })
    assert.match(page.text, /läsa dina mätvärden och provsvar/)
    assert.match(page.text, /30 dagar/)
  })

  it('is not let in after a no', async () => {
    const { address } = ask(smart, 'launch/patient patient/*.rs')
    const at = await goThrough(address, TOLVAN, { answer: 'no' })
    assert.equal(at.address.searchParams.get('error'), 'access_denied')
    assert.equal(at.address.searchParams.get('code'), null)
  })
})

describe('a launch from the workspace', () => {
  const launch = async (patient = 'p1', client = 'test-app', login = 'anna.nystrom') => {
    const { token } = await under.karna.identity.issueToken(login)
    const access = await under.karna.identity.accessOf(`Bearer ${token}`)
    return under.karna.smart.launches.begin(access, client, { patient, encounter: 'e1' })
  }

  it('gives the app its patient and contact, without asking', async () => {
    const { address, verifier } = ask(smart, 'openid launch patient/Observation.rs', {
      launch: await launch(),
    })
    const at = await goThrough(address, ANNA, {})
    const { json } = await redeem(smart, at.address.searchParams.get('code') ?? '', verifier)
    assert.deepEqual([json.patient, json.encounter, json.need_patient_banner], ['p1', 'e1', false])
  })

  it('works once', async () => {
    const code = await launch()
    const go = async () =>
      goThrough(ask(smart, 'launch patient/*.rs', { launch: code }).address, ANNA, {})
    assert.ok((await go()).address.searchParams.get('code'))
    assert.equal((await go()).address.searchParams.get('error'), 'access_denied')
  })

  it('is of no use to another app, another user, or without its scope', async () => {
    const tries = [
      ask(smart, 'launch patient/*.rs', { launch: await launch('p1', 'other-app') }),
      ask(smart, 'launch patient/*.rs', { launch: await launch('p1', 'test-app', 'lina.ek') }),
      ask(smart, 'launch patient/*.rs', { launch: 'guessed' }),
      ask(smart, 'patient/*.rs', { launch: await launch() }),
      ask(smart, 'launch patient/*.rs'),
    ]
    for (const { address } of tries) {
      const at = await goThrough(address, ANNA, {})
      assert.ok(at.address.searchParams.get('error'), at.address.href)
      assert.equal(at.address.searchParams.get('code'), null)
    }
  })
})
