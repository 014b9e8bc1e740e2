import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { LoginFaults } from '../../simulators/login/login-provider.ts'
import { createHttpBrowser } from '../smart/http-browser.ts'
import {
  ANNA,
  ask,
  fhir,
  goThrough,
  letIn,
  REDIRECT,
  startSmart,
  TOLVAN,
} from '../smart/smart-under-test.ts'

/** What the identity provider does wrong in this test. */
let fault: LoginFaults = {}
const smart = await startSmart({
  claims: (claims) => fault.claims?.(claims) ?? claims,
  token: (token, claims) => fault.token?.(token, claims) ?? token,
  answer: (parameters) => fault.answer?.(parameters) ?? parameters,
})
const { issuer, origin } = smart

/** Whether a login with such a fault gets as far as a code. */
async function logsIn(wrong: LoginFaults, choice = ANNA): Promise<boolean> {
  fault = wrong
  try {
    const at = await goThrough(ask(smart, 'user/Patient.r').address, choice, { answer: 'yes' })
    return at.address.href.startsWith(REDIRECT) && at.address.searchParams.has('code')
  } finally {
    fault = {}
  }
}

const attacker = await generateKeyPair('ES256')
const attackerJwk = await exportJWK(attacker.publicKey)
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a login without faults succeeds, so that what follows says something', async () => {
  assert.equal(await logsIn({}), true)
  assert.equal(await logsIn({}, TOLVAN), true)
})

test('AN01 an ID token without a true signature is refused', async () => {
  const keys = (await (await fetch(`${smart.simulator.issuers.staff}/jwks`)).json()) as {
    keys: object[]
  }
  const publicKey = new TextEncoder().encode(JSON.stringify(keys.keys[0]))
  const forgeries: LoginFaults['token'][] = [
    (_token, claims) => `${base64url({ alg: 'none' })}.${base64url(claims)}.`,
    (_token, claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'login' }).sign(publicKey),
    (token) =>
      `${token.split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
    (_token, claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'login' })
        .sign(attacker.privateKey),
    (token, claims) =>
      [token.split('.')[0], base64url(claims), token.split('.')[2]].join('.').replace(/.$/, ''),
  ]
  for (const token of forgeries) assert.equal(await logsIn({ ...(token && { token }) }), false)
})

test('AN01 a forged or foreign token opens nothing', async () => {
  const { json } = await letIn(smart, 'openid user/Patient.r')
  const [header = '', payload = ''] = json.id_token.split('.')
  for (const token of [
    `${base64url({ alg: 'none' })}.${payload}.`,
    `${header}.${payload}.AA`,
    '',
    'x'.repeat(43),
  ]) {
    assert.equal((await fhir(smart, 'vgr/Patient/p1', token)).status, 401)
  }
})

test('AN02 keys that the token brings itself are not used, nor fetched', async () => {
  let calls = 0
  const server = createServer((_request, response) => {
    calls++
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ keys: [attackerJwk] }))
  })
  after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  const headers = [
    { jwk: attackerJwk, kid: 'login' },
    { jku: address, kid: 'theirs' },
    { x5u: address, kid: 'login' },
    { kid: '../../../etc/passwd' },
    { kid: "' or 1=1 --" },
  ]
  for (const header of headers) {
    const token: LoginFaults['token'] = (_token, claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(attacker.privateKey)
    assert.equal(await logsIn({ token }), false, JSON.stringify(header))
  }
  assert.equal(calls, 0)
})

test('AN03 an ID token for another, from another, too old or too early is refused', async () => {
  const now = Math.floor(Date.now() / 1000)
  for (const wrong of [
    { aud: 'another-client' },
    { aud: ['karna', 'another-client'] },
    { azp: 'another-client' },
    { iss: 'https://evil.example' },
    { exp: now - 120 },
    { exp: undefined },
    { iat: now - 3_600 },
    { nbf: now + 120 },
    { sub: undefined },
  ]) {
    assert.equal(
      await logsIn({ claims: (claims) => ({ ...claims, ...wrong }) }),
      false,
      JSON.stringify(wrong),
    )
  }
})

test('AN03 an ID token is no access token', async () => {
  const { json } = await letIn(smart, 'openid user/Patient.r')
  assert.equal((await fhir(smart, 'vgr/Patient/p1', json.id_token)).status, 401)
})

test('AN09 an answer from another provider, or to another question, is refused', async () => {
  const without = (name: string) => (parameters: URLSearchParams) => {
    parameters.delete(name)
    return parameters
  }
  const set = (name: string, value: string) => (parameters: URLSearchParams) => {
    parameters.set(name, value)
    return parameters
  }
  assert.equal(await logsIn({ answer: set('iss', 'https://evil.example') }), false)
  assert.equal(await logsIn({ answer: set('iss', smart.simulator.issuers.patient) }), false)
  assert.equal(await logsIn({ answer: without('iss') }), false)
  assert.equal(await logsIn({ answer: without('state') }), false)
  assert.equal(await logsIn({ answer: set('state', 'another') }), false)
  assert.equal(await logsIn({ answer: set('code', 'another') }), false)
  assert.equal(await logsIn({ claims: (claims) => ({ ...claims, nonce: 'another' }) }), false)
  assert.equal(await logsIn({ claims: ({ nonce, ...claims }) => claims }), false)
})

test('AN09 our own answers name us', async () => {
  const at = await goThrough(ask(smart, 'user/Patient.r').address, ANNA, {})
  assert.equal(at.address.searchParams.get('iss'), issuer)
})

test('AN15 a login that began in another browser is not finished here', async () => {
  const theirs = createHttpBrowser()
  const login = await theirs.go(
    `${(await theirs.go(ask(smart, 'user/Patient.r').address, [])).address.href}?as=staff`,
    [],
  )
  const callback = await theirs.go(login.address.href, [`${issuer}/callback`], { choice: ANNA })
  const mine = createHttpBrowser()
  await mine.go(
    `${(await mine.go(ask(smart, 'user/Patient.r').address, [])).address.href}?as=staff`,
    [],
  )
  const at = await mine.go(callback.address.href, [REDIRECT])
  assert.equal(at.status, 400)
  assert.match(at.text, /påbörjades inte i den här webbläsaren/)
  const again = await theirs.go(callback.address.href, [REDIRECT])
  assert.equal(again.status === undefined || again.status === 400, true)
})

test('AN15 a form from another site is not listened to', async () => {
  const browser = createHttpBrowser()
  const { address } = ask(smart, 'launch/patient patient/*.rs')
  const login = await browser.go(`${(await browser.go(address, [])).address.href}?as=patient`, [])
  const consent = await browser.go(login.address.href, [], { choice: TOLVAN })
  const cookie = [...browser.cookies]
    .filter(
      ([, { host, path }]) =>
        host === consent.address.host && consent.address.pathname.startsWith(path),
    )
    .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
    .join('; ')
  for (const foreign of ['https://evil.example', 'null']) {
    const response = await fetch(consent.address, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: foreign },
      body: new URLSearchParams({ answer: 'yes' }),
    })
    assert.equal(response.status, 200) // the question again
    assert.match(await response.text(), /Släpp in/)
  }
})

test('AN15 a page that is no registered app’s reads no answer', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs')
  for (const foreign of [
    'https://evil.example',
    'null',
    'http://127.0.0.1:9.evil.example',
    `${origin}.evil.example`,
  ]) {
    const headers = { origin: foreign, authorization: `Bearer ${json.access_token}` }
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await fetch(`${origin}/fhir/vgr/Patient/p1`, { method, headers })
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    }
  }
  const own = await fetch(`${origin}/fhir/vgr/Patient/p1`, {
    headers: { origin: new URL(REDIRECT).origin },
  })
  assert.equal(own.headers.get('access-control-allow-origin'), new URL(REDIRECT).origin)
})

test('AN16 no page of ours can be framed', async () => {
  const browser = createHttpBrowser()
  const who = await browser.go(ask(smart, 'launch/patient patient/*.rs').address, [])
  const login = await browser.go(`${who.address.href}?as=patient`, [])
  const consent = await browser.go(login.address.href, [], { choice: TOLVAN })
  const error = await browser.go(`${issuer}/auth?client_id=unknown`, [])
  const logout = await browser.go(`${issuer}/session/end`, [])
  for (const page of [who, consent, error, logout]) {
    assert.match(
      page.headers?.get('content-security-policy') ?? '',
      /frame-ancestors 'none'/,
      page.address.href,
    )
  }
})

test('AN17 staff must be strongly authenticated, and what is said of them must be true', async () => {
  const now = { healthCareUnitHsaId: 'SE9999999999-E1' }
  for (const wrong of [
    { acr: 'http://id.sambi.se/loa/loa2' },
    { acr: undefined },
    { acr: ['http://id.sambi.se/loa/loa3'] },
    { employeeHsaId: 'SE2321000131-P000000000002' },
    { employeeHsaId: undefined },
    { employeeHsaId: 'nonsense' },
    { commissionHsaId: 'SE2321000131-U000000000021' },
    { commissionHsaId: undefined },
    { commissionPurpose: 'Vård' },
    { commissionPurpose: undefined },
    { healthCareProviderHsaId: 'SE2321000255-E000000000001' },
    { given_name: undefined },
    now,
  ]) {
    assert.equal(
      await logsIn({ claims: (claims) => ({ ...claims, ...wrong }) }),
      false,
      JSON.stringify(wrong),
    )
  }
})

test('AN17 a patient must show a strong eID and a true personal number', async () => {
  for (const wrong of [
    { acr: 'http://id.elegnamnden.se/loa/1.0/loa2' },
    { personalIdentityNumber: '191212121213' },
    { personalIdentityNumber: undefined },
    { name: undefined },
  ]) {
    assert.equal(
      await logsIn({ claims: (claims) => ({ ...claims, ...wrong }) }, TOLVAN),
      false,
      JSON.stringify(wrong),
    )
  }
})
