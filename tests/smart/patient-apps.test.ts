import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { createHttpBrowser } from './http-browser.ts'
import {
  ask,
  fhir,
  goThrough,
  letIn,
  redeem,
  startSmart,
  TOLVAN,
  tokenFor,
  WARD,
} from './smart-under-test.ts'

const smart = await startSmart()
const { issuer, origin } = smart
/** An official test number, of patient p3. */
const ANOTHER = '198112189876'
const SCOPE = 'openid launch/patient patient/Observation.rs offline_access'

before(async () => {
  const loader = createLoader(smart.under.karna.loadTarget('vgr'))
  const identifier = [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: ANOTHER }]
  const subject = { reference: 'Patient/p3' }
  for (const resource of [
    { resourceType: 'Patient', id: 'p3', identifier },
    { resourceType: 'Observation', id: 'lab3', status: 'final', code: { text: 'Hb' }, subject },
  ]) {
    const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
    const bytes = Buffer.from(JSON.stringify({ ...resource, meta }))
    await loader.add(contentOf({ name: 'test', bytes }))
  }
  await loader.finish()
})

/** The whole way: a patient lets the test's app in. */
async function letInBy(patient: string, scope = SCOPE) {
  const { address, verifier } = ask(smart, scope)
  const at = await goThrough(address, patient, { answer: 'yes' })
  return (await redeem(smart, at.address.searchParams.get('code') ?? '', verifier)).json
}

/** A token of our own page, for a patient who has logged in there. */
async function citizenToken(patient: string): Promise<string> {
  const back = `${origin}/my/login`
  const own = { client_id: 'karna-citizen', redirect_uri: back, aud: `${origin}/fhir/all` }
  const { address, verifier } = ask(smart, 'openid', own)
  const browser = createHttpBrowser()
  let at = await browser.go(address, [back])
  if (at.status === 200) at = await browser.go(at.address.href, [back], { choice: patient })
  const { json } = await tokenFor(smart, {
    ...{ grant_type: 'authorization_code', client_id: 'karna-citizen', redirect_uri: back },
    ...{ code: at.address.searchParams.get('code') ?? '', code_verifier: verifier },
  })
  return json.access_token
}

async function my(token: string, path: string, body?: object) {
  const response = await fetch(`${origin}/identity/my/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text ? JSON.parse(text) : undefined }
}

const APP = { client: 'test-app', region: 'vgr' }
const reads = async (token: string) => (await fhir(smart, 'vgr/Observation/lab1', token)).status

describe('a patient who has let apps in', () => {
  let token: string
  before(async () => {
    token = await citizenToken(TOLVAN)
  })

  it('sees which, to what, where and for how long, and nobody else’s', async () => {
    assert.deepEqual((await my(token, 'apps')).json.apps, [])
    await letInBy(TOLVAN)
    await letIn(smart, 'launch/patient patient/Observation.rs online_access') // by staff, about the same patient
    const { status, json } = await my(token, 'apps')
    assert.equal(status, 200)
    const [{ since, until, ...app }, ...more] = json.apps
    assert.deepEqual(more, [])
    assert.deepEqual(app, {
      ...APP,
      ...{ name: 'Provappen', regionName: 'Västra Götalandsregionen', latest: since },
      wishes: [
        'veta vem du är',
        'läsa dina mätvärden och provsvar',
        'fortsätta i upp till 30 dagar, också när du inte använder appen',
      ],
    })
    const days = (Date.parse(until) - Date.parse(since)) / 86_400_000
    assert.ok(days > 29.9 && days < 30.1, String(days))
    assert.deepEqual((await my(await citizenToken(ANOTHER), 'apps')).json.apps, [])
  })

  it('takes one back: all its tokens of every time, from the next request on, and no others', async () => {
    const families = [await letInBy(TOLVAN), await letInBy(TOLVAN)]
    const rotated = await tokenFor(smart, {
      grant_type: 'refresh_token',
      refresh_token: families[0].refresh_token,
    })
    const others = await letInBy(ANOTHER)
    const staff = await letIn(smart, 'launch/patient patient/Observation.rs online_access')
    const tokens = [families[0], families[1], rotated.json]
    for (const { access_token } of tokens) assert.equal(await reads(access_token), 200)
    const { status, json } = await my(token, 'apps/withdraw', APP)
    assert.deepEqual([status, json.apps], [200, []])
    for (const { access_token, refresh_token } of tokens) {
      assert.equal(await reads(access_token), 401)
      const again = await tokenFor(smart, { grant_type: 'refresh_token', refresh_token })
      assert.equal(again.json.error, 'invalid_grant')
    }
    assert.equal((await fhir(smart, 'vgr/Observation/lab3', others.access_token)).status, 200)
    assert.equal(await reads(staff.json.access_token), 200)
    assert.equal((await my(token, 'apps/withdraw', APP)).status, 404)
  })

  it('takes it back also before the app has changed its code for tokens', async () => {
    const { address, verifier } = ask(smart, SCOPE)
    const at = await goThrough(address, TOLVAN, { answer: 'yes' })
    assert.equal((await my(token, 'apps/withdraw', APP)).status, 200)
    const { json } = await redeem(smart, at.address.searchParams.get('code') ?? '', verifier)
    assert.equal(json.error, 'invalid_grant')
  })

  it('takes back nothing of another patient’s', async () => {
    const { access_token } = await letInBy(ANOTHER)
    assert.equal((await my(token, 'apps/withdraw', APP)).status, 404)
    assert.equal((await fhir(smart, 'vgr/Observation/lab3', access_token)).status, 200)
  })
})

describe('the token of the page', () => {
  it('opens no record, and an app’s or a member of staff’s token opens not the page', async () => {
    const own = await citizenToken(TOLVAN)
    assert.equal(await reads(own), 401)
    assert.equal((await fhir(smart, 'all/Patient/p1', own)).status, 401)
    const { access_token } = await letInBy(TOLVAN)
    const staff = await smart.under.karna.identity.issueToken('anna.nystrom')
    for (const other of [access_token, staff.token, 'nonsense', '']) {
      assert.equal((await my(other, 'apps')).status, 401)
      assert.equal((await my(other, 'apps/withdraw', APP)).status, 401)
    }
  })

  it('ends at logout', async () => {
    const own = await citizenToken(TOLVAN)
    assert.equal((await my(own, 'logout', {})).status, 204)
    assert.equal((await my(own, 'apps')).status, 401)
  })

  it('is only for our own address', async () => {
    const elsewhere = { client_id: 'karna-citizen', aud: `${origin}/fhir/all` }
    const { address } = ask(smart, 'openid', elsewhere)
    assert.equal((await fetch(address)).status, 400)
    assert.ok(address.startsWith(issuer))
  })
})
