import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createHttpBrowser } from './http-browser.ts'
import { assertionOf, registerService, serviceToken } from './service-under-test.ts'
import {
  ANNA,
  ask,
  fhir,
  goThrough,
  letIn,
  redeem,
  startSmart,
  TOLVAN,
  tokenFor,
} from './smart-under-test.ts'

const smart = await startSmart()
const { under, issuer, origin } = smart
const service = await registerService(smart, 'test-service')

const refresh = (refresh_token: string, more: Record<string, string> = {}) =>
  tokenFor(smart, { grant_type: 'refresh_token', refresh_token, ...more })

describe('a refresh token', () => {
  it('gives new tokens with the same scope and patient, and a new refresh token', async () => {
    const { json: first } = await letIn(
      smart,
      'launch/patient patient/Observation.rs online_access',
    )
    const { status, json } = await refresh(first.refresh_token)
    assert.equal(status, 200)
    assert.deepEqual(
      [json.patient, new Set(json.scope.split(' '))],
      ['p1', new Set(first.scope.split(' '))],
    )
    assert.notEqual(json.refresh_token, first.refresh_token)
    assert.equal((await fhir(smart, 'vgr/Observation/lab1', json.access_token)).status, 200)
  })

  it('narrows to what is asked for, and is whole again the next time', async () => {
    const { json: first } = await letIn(smart, 'user/Observation.rs user/Patient.r online_access')
    const narrow = await refresh(first.refresh_token, { scope: 'user/Patient.r' })
    assert.equal(narrow.json.scope, 'user/Patient.r')
    const whole = await refresh(narrow.json.refresh_token)
    assert.match(whole.json.scope, /user\/Observation\.rs/)
  })

  it('goes on though the same app was opened once more, for another patient', async () => {
    const browser = createHttpBrowser()
    const scope = 'launch/patient patient/Patient.rs online_access'
    const { json: first } = await letIn(smart, scope, browser)
    const asked = ask(smart, scope)
    const at = await goThrough(asked.address, ANNA, { patient: 'p2' }, browser)
    const { json: second } = await redeem(
      smart,
      at.address.searchParams.get('code') ?? '',
      asked.verifier,
    )
    const [one, two] = [await refresh(first.refresh_token), await refresh(second.refresh_token)]
    assert.deepEqual([one.json.patient, two.json.patient], ['p1', 'p2'])
  })

  it('is given only to an app that asked to stay', async () => {
    assert.equal((await letIn(smart, 'user/Patient.r')).json.refresh_token, undefined)
  })
})

describe('a session', () => {
  const sessionOf = async (token: string) =>
    (await under.karna.identity.accessOf(`Bearer ${token}`)).session
  const age = (id: string, column: 'seen' | 'since', interval: string) =>
    under.db.query({
      text: `update identity.login set ${column} = now() - $1::interval where id = $2`,
      values: [interval, id],
    })
  const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100))

  it('that is idle locks, and opens to the same person alone', async () => {
    const browser = createHttpBrowser()
    const { json } = await letIn(smart, 'user/Patient.rs online_access', browser)
    await age(await sessionOf(json.access_token), 'seen', '16 minutes')
    await aSecond()
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
    assert.equal((await refresh(json.refresh_token)).json.error, 'invalid_grant')
    await letIn(smart, 'user/Patient.rs', browser)
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 200)
  })

  it('is over after twelve hours, whatever is done', async () => {
    const { json } = await letIn(smart, 'user/Patient.rs online_access offline_access')
    await age(await sessionOf(json.access_token), 'since', '12 hours 1 minute')
    await aSecond()
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
    assert.equal((await refresh(json.refresh_token)).json.error, 'invalid_grant')
  })

  it('of a patient lets an app that may go on do so for a month, and no longer', async () => {
    const asked = ask(smart, 'launch/patient patient/Patient.rs offline_access')
    const at = await goThrough(asked.address, TOLVAN, { answer: 'yes' })
    const { json } = await redeem(smart, at.address.searchParams.get('code') ?? '', asked.verifier)
    const session = await sessionOf(json.access_token)
    await age(session, 'since', '29 days')
    await aSecond()
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 200)
    const next = await refresh(json.refresh_token)
    assert.equal((await fhir(smart, 'vgr/Patient/p1', next.json.access_token)).status, 200)
    await age(session, 'since', '31 days')
    assert.equal((await refresh(next.json.refresh_token)).json.error, 'invalid_grant')
  })

  it('ends with all its tokens at logout in the browser', async () => {
    const browser = createHttpBrowser()
    const { json } = await letIn(smart, 'user/Patient.rs online_access', browser)
    const page = await browser.go(`${issuer}/session/end`, [])
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    await browser.go(`${issuer}/session/end/confirm`, [], { xsrf, logout: 'yes' })
    await aSecond()
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
    assert.equal((await refresh(json.refresh_token)).json.error, 'invalid_grant')
  })

  it('ends at logout with its token too', async () => {
    const { json } = await letIn(smart, 'user/Patient.rs online_access')
    const headers = { authorization: `Bearer ${json.access_token}` }
    await fetch(`${origin}/identity/logout`, { method: 'POST', headers })
    assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
  })
})

describe('a backend service', () => {
  it('gets a token by its key, for its own region and scopes', async () => {
    const scope = 'system/Organization.rs system/Condition.rs user/Patient.r'
    const { status, json } = await serviceToken(smart, await assertionOf(smart, service), scope)
    assert.equal(status, 200)
    assert.equal(json.scope, 'system/Organization.rs')
    assert.ok(json.expires_in <= 600)
    assert.equal((await fhir(smart, 'vgr/Organization?name=x', json.access_token)).status, 200)
    assert.equal((await fhir(smart, 'skane/Organization?name=x', json.access_token)).status, 403)
  })

  it('may keep its keys at an address', async () => {
    const keys = JSON.stringify({ keys: [service.publicJwk] })
    const server = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').end(keys),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
    const { jwks, ...app } = (await under.karna.smart.apps.find('test-service')) ?? assert.fail()
    assert.ok(jwks)
    await under.karna.smart.apps.register({ ...app, clientId: 'key-service', jwksUri })
    const assertion = await assertionOf(
      smart,
      { ...service, clientId: 'key-service' },
      { header: { kid: 'test-service' } },
    )
    assert.equal((await serviceToken(smart, assertion)).status, 200)
    server.close()
  })

  it('ends within a second when its registration does', async () => {
    const ending = await registerService(smart, 'ending-service')
    const { json } = await serviceToken(smart, await assertionOf(smart, ending))
    await under.karna.smart.apps.end('ending-service')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    assert.equal((await fhir(smart, 'vgr/Organization?name=x', json.access_token)).status, 401)
    assert.equal((await serviceToken(smart, await assertionOf(smart, ending))).status, 401)
  })
})

describe('introspection and revocation', () => {
  async function introspect(token: string) {
    const body = new URLSearchParams({
      token,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertionOf(smart, service),
    })
    return (await fetch(`${issuer}/token/introspection`, { method: 'POST', body })).json()
  }

  it('tell a service what a token is good for, and no more once it is revoked', async () => {
    const { json } = await letIn(smart, 'launch/patient patient/Observation.rs')
    const told = await introspect(json.access_token)
    assert.deepEqual(
      [told.active, told.scope, told.client_id, told.patient, told.aud],
      [true, 'patient/Observation.rs', 'test-app', 'p1', `${origin}/fhir/vgr`],
    )
    const body = new URLSearchParams({ token: json.access_token, client_id: 'test-app' })
    await fetch(`${issuer}/token/revocation`, { method: 'POST', body })
    assert.deepEqual(await introspect(json.access_token), { active: false })
  })

  it('tell nothing of a token that is not one', async () => {
    assert.deepEqual(await introspect('nonsense'), { active: false })
  })
})

describe('signing keys', () => {
  it('change while requests go on, and none fails', async () => {
    const { keys } = under.karna.smart
    const [first] = (await keys.current()).published
    await keys.rotate()
    const published = (await keys.current()).published
    assert.deepEqual([published.length, published[0]?.kid], [2, first?.kid]) // published, does not sign
    const jwks = createRemoteJWKSet(new URL(`${issuer}/jwks`), { cooldownDuration: 0 })
    const verified: (string | undefined)[] = []
    for (let round = 0; round < 6; round++) {
      if (round === 3) {
        await under.db.query({
          text: "update identity.signing_key set signs_from = signs_from - interval '6 minutes'",
        })
        under.karna.smart.server.refresh()
      }
      const { json } = await letIn(smart, 'openid user/Patient.r')
      const { protectedHeader } = await jwtVerify(json.id_token, jwks, {
        issuer,
        audience: 'test-app',
      })
      verified.push(protectedHeader.kid)
    }
    assert.deepEqual(new Set(verified.slice(0, 3)), new Set([first?.kid]))
    assert.deepEqual(new Set(verified.slice(3)), new Set([published[1]?.kid]))
  })
})
