import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { createIdentity } from '../../src/identity/identity.ts'
import { createOauthStore } from '../../src/identity/oauth/oauth-store.ts'
import { startKarna } from '../e2e/karna-under-test.ts'
import { createHttpBrowser } from '../smart/http-browser.ts'
import { assertionOf, registerService, serviceToken } from '../smart/service-under-test.ts'
import {
  ANNA,
  ask,
  fhir,
  goThrough,
  letIn,
  REDIRECT,
  redeem,
  startSmart,
  tokenFor,
} from '../smart/smart-under-test.ts'

const smart = await startSmart()
const { issuer, origin, under } = smart
const service = await registerService(smart, 'attacked-service')
const second = 1_000
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** What came of an authorization request: a code, or none. */
async function codeFrom(
  scope: string,
  more: Record<string, string | undefined>,
): Promise<string | null> {
  const at = await goThrough(ask(smart, scope, more).address, ANNA, { patient: 'p1' })
  return at.address.searchParams.get('code')
}

const refresh = (refresh_token: string, more: Record<string, string> = {}) =>
  tokenFor(smart, { grant_type: 'refresh_token', refresh_token, ...more })

test('AN03 a token of one region opens no other', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs')
  assert.equal((await fhir(smart, 'skane/Patient/p1', json.access_token)).status, 403)
  assert.equal(await codeFrom('user/Patient.r', { aud: `${origin}/fhir/skane` }), null)
})

test('AN03 a token is given only for an API that is named to the letter', async () => {
  for (const aud of [
    undefined,
    '',
    'https://evil.example/fhir/vgr',
    `${origin}/fhir/vgr/Patient`,
    `${origin}/fhir/`,
    `${origin}/fhir/VGR`,
    `${origin}@evil.example/fhir/vgr`,
  ]) {
    assert.equal(await codeFrom('user/Patient.r', { aud }), null, String(aud))
  }
  assert.equal(await codeFrom('user/Patient.r', { resource: `${origin}/fhir/skane` }), null)
})

test('AN04 a client assertion works once, also when it comes twice at the same moment', async () => {
  const assertion = await assertionOf(smart, service)
  assert.equal((await serviceToken(smart, assertion)).status, 200)
  assert.equal((await serviceToken(smart, assertion)).status, 401)
  const another = await assertionOf(smart, service)
  const answers = await Promise.all(Array.from({ length: 8 }, () => serviceToken(smart, another)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})

test('AN04 of two that keep the same assertion at once one is told that it was used', async () => {
  const { upsert } = createOauthStore(under.db)('ReplayDetection')
  const told = await Promise.allSettled(['a', 'a', 'a'].map((jti) => upsert(jti, { jti }, 60)))
  assert.equal(told.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('AN04 a client assertion for another, too long, too old or by another key is refused', async () => {
  const other = await registerService(smart, 'other-service')
  const now = Math.floor(Date.now() / 1000)
  const wrong = [
    assertionOf(smart, service, { claims: { aud: 'https://evil.example/token' } }),
    assertionOf(smart, service, {
      claims: { aud: [`${issuer}/token`, 'https://evil.example/token'] },
    }),
    assertionOf(smart, service, { claims: { exp: now - 120 } }),
    assertionOf(smart, service, { seconds: 3_600 }),
    assertionOf(smart, service, { claims: { jti: undefined } }),
    assertionOf(smart, service, { claims: { sub: 'other-service' } }),
    assertionOf(smart, { ...service, privateKey: other.privateKey }),
    assertionOf(
      smart,
      { ...other, clientId: 'attacked-service' },
      { header: { kid: 'other-service' } },
    ),
  ]
  for (const assertion of await Promise.all(wrong)) {
    assert.equal((await serviceToken(smart, assertion)).status, 401)
  }
})

test('AN05 a code without PKCE S256 is not given, and not changed without its verifier', async () => {
  assert.equal(
    await codeFrom('user/Patient.r', {
      code_challenge: undefined,
      code_challenge_method: undefined,
    }),
    null,
  )
  assert.equal(await codeFrom('user/Patient.r', { code_challenge_method: 'plain' }), null)
  assert.equal(await codeFrom('user/Patient.r', { code_challenge_method: undefined }), null)
  assert.equal(await codeFrom('user/Patient.r', { code_challenge: 'short' }), null)
  const code = (await codeFrom('user/Patient.r', {})) ?? assert.fail('no code')
  assert.equal((await redeem(smart, code, 'x'.repeat(43))).json.error, 'invalid_grant')
  const none = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT }
  assert.equal((await tokenFor(smart, none)).json.error, 'invalid_grant')
})

test('AN06 a redirect address is the registered one, to the letter', async () => {
  for (const redirect_uri of [
    `${REDIRECT}/more`,
    `${REDIRECT}?next=1`,
    `${REDIRECT}#part`,
    REDIRECT.replace(':9/', ':10/'),
    REDIRECT.replace('/app', '/APP'),
    REDIRECT.replace('127.0.0.1', '127.0.0.1@evil.example'),
    REDIRECT.replace('127.0.0.1:9', 'evil.example'),
    REDIRECT.replace('/app/', '/app/../app/'),
    REDIRECT.replace('/app', '\\app'),
    REDIRECT.replace('http:', 'https:'),
    `${REDIRECT}%00`,
    'javascript:alert(1)',
    '//evil.example',
    undefined,
  ]) {
    const { address } = ask(smart, 'user/Patient.r', { redirect_uri })
    const response = await fetch(address, { redirect: 'manual' })
    assert.equal(response.status, 400, String(redirect_uri))
    assert.equal(response.headers.get('location'), null, String(redirect_uri))
  }
  const code = (await codeFrom('user/Patient.r', {})) ?? assert.fail('no code')
  const elsewhere = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: `${REDIRECT}/`,
    code_verifier: 'x'.repeat(43),
  }
  assert.equal((await tokenFor(smart, elsewhere)).json.error, 'invalid_grant')
})

test('AN06 nothing of ours redirects to where the caller says', async () => {
  for (const path of [
    'session/end?post_logout_redirect_uri=https://evil.example',
    'callback?next=https://evil.example',
  ]) {
    const response = await fetch(`${issuer}/${path}`, { redirect: 'manual' })
    assert.doesNotMatch(response.headers.get('location') ?? '', /evil/)
  }
})

test('AN07 a code used again is refused, and takes with it what it gave', async () => {
  const { json, code, verifier } = await letIn(smart, 'user/Patient.rs online_access')
  assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 200)
  assert.equal((await redeem(smart, code, verifier)).json.error, 'invalid_grant')
  await wait(1.1 * second)
  assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
  assert.equal((await refresh(json.refresh_token)).json.error, 'invalid_grant')
})

test('AN07 a code is another app’s to no use, and of two at once one at most succeeds', async () => {
  const asked = ask(smart, 'user/Patient.r')
  const at = await goThrough(asked.address, ANNA, {})
  const code = at.address.searchParams.get('code') ?? assert.fail('no code')
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: asked.verifier,
  }
  assert.equal(
    (await tokenFor(smart, { ...form, client_id: 'other-app' })).json.error,
    'invalid_grant',
  )
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => redeem(smart, code, asked.verifier)),
  )
  assert.ok(answers.filter(({ status }) => status === 200).length <= 1)
})

test('AN08 a refresh token used again ends its whole family', async () => {
  const { json: first } = await letIn(smart, 'user/Patient.rs online_access')
  const { json: next } = await refresh(first.refresh_token)
  assert.equal((await refresh(first.refresh_token)).json.error, 'invalid_grant')
  assert.equal((await refresh(next.refresh_token)).json.error, 'invalid_grant')
  await wait(1.1 * second)
  assert.equal((await fhir(smart, 'vgr/Patient/p1', next.access_token)).status, 401)
})

test('AN08 a refresh token is its app’s alone', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs online_access')
  assert.equal(
    (await refresh(json.refresh_token, { client_id: 'other-app' })).json.error,
    'invalid_grant',
  )
})

test('AN10 scope never grows', async () => {
  const { json } = await letIn(smart, 'user/Observation.r online_access')
  for (const scope of [
    'user/Observation.rs',
    'user/Observation.read',
    'user/*.r',
    'user/Observation.r user/Patient.r',
    'patient/Observation.r',
    'offline_access',
  ]) {
    const answer = await refresh(json.refresh_token, { scope })
    assert.equal(answer.json.error, 'invalid_scope', scope)
  }
  const wide = await letIn(
    smart,
    'user/Patient.cruds user/*.* user/Patient.write system/*.rs user/Patient.rs',
  )
  assert.equal(wide.json.scope, 'user/Patient.rs')
})

test('AN11 a launch is its user’s, app’s and commission’s, once', async () => {
  const launchOf = async (login: string, app: string, commission?: string) => {
    const { token } = await under.karna.identity.issueToken(login, commission)
    const access = await under.karna.identity.accessOf(`Bearer ${token}`)
    return under.karna.smart.launches.begin(access, app, { patient: 'p2', encounter: undefined })
  }
  const scope = 'launch patient/Patient.r'
  assert.equal(await codeFrom(scope, { launch: await launchOf('lina.ek', 'test-app') }), null)
  assert.equal(await codeFrom(scope, { launch: await launchOf('anna.nystrom', 'other-app') }), null)
  const emergency = 'SE2321000131-U000000000012'
  assert.equal(
    await codeFrom(scope, { launch: await launchOf('anna.nystrom', 'test-app', emergency) }),
    null,
  )
  const good = await launchOf('anna.nystrom', 'test-app')
  assert.ok(await codeFrom(scope, { launch: good }))
  assert.equal(await codeFrom(scope, { launch: good }), null)
})

test('AN11 the patient of a launch is the launch’s, whatever the app or its page says', async () => {
  const { token } = await under.karna.identity.issueToken('anna.nystrom')
  const access = await under.karna.identity.accessOf(`Bearer ${token}`)
  const launch = await under.karna.smart.launches.begin(access, 'test-app', {
    patient: 'p1',
    encounter: undefined,
  })
  const asked = ask(smart, 'launch patient/Patient.rs', { launch, patient: 'p2' })
  const at = await goThrough(asked.address, ANNA, { patient: 'p2' })
  const code = at.address.searchParams.get('code') ?? ''
  assert.equal((await redeem(smart, code, asked.verifier)).json.patient, 'p1')
})

test('AN12 what is revoked stops within five seconds', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs online_access')
  assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 200)
  const body = new URLSearchParams({ token: json.refresh_token, client_id: 'test-app' })
  await fetch(`${issuer}/token/revocation`, { method: 'POST', body })
  const began = Date.now()
  while ((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status !== 401) {
    assert.ok(Date.now() - began < 5 * second, 'still works after five seconds')
    await wait(200)
  }
})

test('AN13 what a caller says of the way here changes no address', async () => {
  for (const headers of [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example' },
    { forwarded: 'host=evil.example' },
  ]) {
    const answer = await under.karna.api.inject({
      url: '/oauth/.well-known/openid-configuration',
      headers,
    })
    assert.doesNotMatch(answer.body, /evil/)
  }
})

test('AN14 a session gets a new name at login, cookies that no script reads, and an end', async () => {
  const browser = createHttpBrowser()
  const named = () => [...browser.cookies].find(([key]) => key.endsWith('karna_session'))?.[1].value
  const { json } = await letIn(smart, 'user/Patient.rs online_access', browser)
  const before = named()
  assert.ok(before)
  const cookies = (
    await fetch(ask(smart, 'user/Patient.r').address, { redirect: 'manual' })
  ).headers.getSetCookie()
  for (const cookie of cookies)
    assert.match(cookie, /httponly.*samesite=lax|samesite=lax.*httponly/i)
  const session = (await under.karna.identity.accessOf(`Bearer ${json.access_token}`)).session
  await under.db.query({
    text: "update identity.login set seen = now() - interval '16 minutes' where id = $1",
    values: [session],
  })
  await wait(1.1 * second)
  assert.equal((await fhir(smart, 'vgr/Patient/p1', json.access_token)).status, 401)
  await letIn(smart, 'user/Patient.rs', browser)
  assert.notEqual(named(), before)
})

test('AN14 cookies are for https alone where we are reached by it', async () => {
  const publicUrl = 'https://journal.example.se'
  const { karna } = await startKarna(undefined, undefined, { publicUrl })
  const app = await under.karna.smart.apps.find('test-app')
  await karna.smart.apps.register(app ?? assert.fail())
  const asked = ask({ ...smart, issuer: '', origin: publicUrl }, 'user/Patient.r').address
  const answer = await karna.api.inject({ url: `/oauth${asked}` })
  assert.equal(answer.statusCode, 303)
  const cookies = [answer.headers['set-cookie'] ?? []].flat()
  assert.ok(cookies.length > 0)
  for (const cookie of cookies) assert.match(cookie, /^__Secure-.*; secure/i)
})

test('AN18 nobody registers an app but an administrator', async () => {
  const body = JSON.stringify({
    redirect_uris: ['https://evil.example/'],
    jwks_uri: 'http://127.0.0.1:1/keys',
  })
  for (const path of ['reg', 'register', 'connect/register']) {
    const answer = await fetch(`${issuer}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    assert.equal(answer.status, 404)
  }
})

test('AN20 a token in an address is no token', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs')
  const answer = await fetch(`${origin}/fhir/vgr/Patient/p1?access_token=${json.access_token}`)
  assert.equal(answer.status, 401)
})

test('AU06 the actor is the token’s, whatever the caller says', async () => {
  const { json } = await letIn(smart, 'user/Patient.rs')
  const claims = {
    'x-actor': 'SE2321000131-P1',
    'x-user': 'SE2321000131-P1',
    'x-on-behalf-of': 'SE2321000131-P1',
  }
  await fetch(`${origin}/fhir/vgr/Patient/p1`, {
    headers: { authorization: `Bearer ${json.access_token}`, ...claims },
  })
  const { rows } = await under.db.query<{ person: string }>({
    text: "select distinct person from law.access_context where person = 'SE2321000131-P1'",
  })
  assert.deepEqual(rows, [])
})

test('AU11 no token, code, secret or cookie stands in the database', async () => {
  const browser = createHttpBrowser()
  const { json, code } = await letIn(smart, 'user/Patient.rs online_access', browser)
  await browser.go(ask(smart, 'user/Patient.r', { prompt: 'login' }).address, [])
  const cookie =
    [...browser.cookies].find(([key]) => key.endsWith('karna_session'))?.[1].value ?? assert.fail()
  const { rows } = await under.db.query<{ name: string }>({
    text: "select table_name as name from information_schema.tables where table_schema = 'identity'",
  })
  for (const { name } of rows) {
    const all = await under.db.query<{ row: string }>({
      text: `select t::text as row from identity.${name} t`,
    })
    const text = all.rows.map(({ row }) => row).join('\n')
    for (const secret of [json.access_token, json.refresh_token, code, cookie]) {
      assert.equal(text.includes(secret), false, name)
    }
  }
})

test('AU14 what the demo gave is nothing outside the demo', async () => {
  const { token } = await under.karna.identity.issueToken('anna.nystrom')
  const production = createIdentity({
    db: under.db,
    demo: false,
    directory: demoDirectory,
    now: Date.now,
  })
  await assert.rejects(production.accessOf(`Bearer ${token}`), /not valid/)
  await assert.rejects(production.issueToken('anna.nystrom'), /only in the demo/)
})

test('AU12 a new signing key is published before it signs', async () => {
  const { keys, server } = under.karna.smart
  const [before] = (await keys.current()).published
  await keys.rotate()
  server.refresh()
  const { json } = await letIn(smart, 'openid user/Patient.r')
  const header = JSON.parse(Buffer.from(json.id_token.split('.')[0], 'base64url').toString())
  assert.equal(header.kid, before?.kid)
  const jwks = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { d?: string }[] }
  assert.equal(jwks.keys.length, 2)
  assert.equal(
    jwks.keys.some((key) => 'd' in key),
    false,
  )
})
