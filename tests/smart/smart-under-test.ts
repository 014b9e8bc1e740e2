import { createHash, randomBytes } from 'node:crypto'
import type { LoginFaults } from '../../simulators/login/login-provider.ts'
import { type LoginSimulator, startLoginSimulator } from '../../simulators/login/login-simulator.ts'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { type KarnaUnderTest, startKarna } from '../e2e/karna-under-test.ts'
import { atEndOfFile } from '../endings.ts'
import { type Arrived, createHttpBrowser, type HttpBrowser } from './http-browser.ts'

/** A Kärna on a socket, with identity providers, two patients and two apps. */
export interface SmartUnderTest {
  readonly under: KarnaUnderTest
  readonly origin: string
  readonly issuer: string
  readonly simulator: LoginSimulator
  readonly close: () => Promise<void>
}

export const WARD = 'SE2321000131-E000000000030'
export const ANNA = 'anna.nystrom SE2321000131-U000000000011'
/** Redirect address of the public app; nothing listens there. */
export const REDIRECT = 'http://127.0.0.1:9/app/back'

/** Starts one; it is closed after the tests. */
export async function startSmart(faults: LoginFaults = {}): Promise<SmartUnderTest> {
  const simulator = await startLoginSimulator(demoDirectory, faults)
  atEndOfFile(() => simulator.stop())
  const of = (issuer: string) => ({ issuer, clientId: 'karna' })
  const { staff, patient } = simulator.issuers
  const under = await startKarna(undefined, { staff: of(staff), patient: of(patient) })
  const origin = await under.karna.api.listen({ port: 0, host: '127.0.0.1' })
  const issuer = under.karna.smart.server.issuer()
  simulator.register({
    clientId: 'karna',
    redirectUri: `${issuer}/callback`,
    jwksUri: `${issuer}/jwks`,
  })
  await loadPatients(under)
  const app = {
    name: 'Provappen',
    redirectUris: [REDIRECT],
    launchUri: 'http://127.0.0.1:9/app/launch',
  }
  const others = 'openid fhirUser profile launch launch/patient offline_access online_access'
  const scope = `${others} patient/*.cruds user/*.rs`
  await under.karna.smart.apps.register({ ...app, clientId: 'test-app', users: 'any', scope })
  await under.karna.smart.apps.register({ ...app, clientId: 'other-app', users: 'staff', scope })
  return { under, origin, issuer, simulator, close: async () => {} }
}

/** What an app asks for, with what it needs to go on. */
export interface Asked {
  readonly address: string
  readonly verifier: string
  readonly state: string
}

/** An authorization request of the test's app; `more` changes or (with `undefined`) removes parameters. */
export function ask(
  { issuer, origin }: SmartUnderTest,
  scope: string,
  more: Readonly<Record<string, string | undefined>> = {},
): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const parameters = {
    response_type: 'code',
    client_id: 'test-app',
    redirect_uri: REDIRECT,
    scope,
    state,
    aud: `${origin}/fhir/vgr`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return { address: `${issuer}/auth?${new URLSearchParams(given)}`, verifier, state }
}

/** Goes through login and choice of patient as somebody would; ends at the app's address, or at a page that stops. */
export async function goThrough(
  address: string,
  choice: string,
  form: Record<string, string>,
  browser: HttpBrowser = createHttpBrowser(),
): Promise<Arrived> {
  let at = await browser.go(address, [REDIRECT])
  for (let step = 0; step < 5 && at.status === 200; step++) {
    if (at.text.includes('?as=staff')) {
      const as = choice.includes(' ') ? 'staff' : 'patient'
      at = await browser.go(`${at.address.href}?as=${as}`, [REDIRECT])
    } else if (at.address.pathname.endsWith('/authorize')) {
      at = await browser.go(at.address.href, [REDIRECT], { choice })
    } else {
      at = await browser.go(at.address.href, [REDIRECT], form)
    }
  }
  return at
}

/** What the token endpoint says. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
export type TokenAnswer = { readonly status: number; readonly json: any }

/** Asks the token endpoint as the test's app. */
export async function tokenFor(
  { issuer }: SmartUnderTest,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ client_id: 'test-app', ...form })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body })
  return { status: response.status, json: await response.json() }
}

/** The whole way: an app that is let in by Anna, for patient p1. */
export async function letIn(
  smart: SmartUnderTest,
  scope: string,
  browser: HttpBrowser = createHttpBrowser(),
): Promise<TokenAnswer & { readonly code: string; readonly verifier: string }> {
  const { address, verifier } = ask(smart, scope)
  const at = await goThrough(address, ANNA, { patient: 'p1' }, browser)
  const code = at.address.searchParams.get('code') ?? ''
  return { ...(await redeem(smart, code, verifier)), code, verifier }
}

/** Changes a code for tokens. */
export function redeem(
  smart: SmartUnderTest,
  code: string,
  code_verifier: string,
): Promise<TokenAnswer> {
  return tokenFor(smart, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier,
  })
}

/** Asks the FHIR API with a token. */
export async function fhir(
  { origin }: SmartUnderTest,
  below: string,
  token: string,
): Promise<TokenAnswer> {
  const response = await fetch(`${origin}/fhir/${below}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await response.text()
  return { status: response.status, json: text ? JSON.parse(text) : undefined }
}

/** The official test numbers of the two patients. */
export const TOLVAN = '191212121212'
export const NITTON = '190101010101'

async function loadPatients({ karna }: KarnaUnderTest): Promise<void> {
  const loader = createLoader(karna.loadTarget('vgr'))
  const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
  const number = (value: string) => [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value }]
  const category = (code: string) => [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] },
  ]
  const about = (id: string) => ({ meta, status: 'final', subject: { reference: `Patient/${id}` } })
  const observation = (id: string, patient: string, kind: string) => ({
    resourceType: 'Observation',
    id,
    ...about(patient),
    category: category(kind),
    code: { text: kind },
  })
  const stay = (id: string, patient: string) => ({
    resourceType: 'Encounter',
    id,
    ...about(patient),
    status: 'in-progress',
    class: { code: 'IMP' },
    serviceProvider: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: WARD } },
  })
  const resources = [
    {
      resourceType: 'Patient',
      id: 'p1',
      meta,
      identifier: number(TOLVAN),
      name: [{ text: 'Tolvan Tolvansson' }],
    },
    {
      resourceType: 'Patient',
      id: 'p2',
      meta,
      identifier: number(NITTON),
      name: [{ text: 'Nitton Nittonsson' }],
    },
    stay('e1', 'p1'),
    stay('e2', 'p2'),
    {
      ...observation('lab1', 'p1', 'laboratory'),
      hasMember: [{ reference: 'Observation/vital1' }],
    },
    observation('vital1', 'p1', 'vital-signs'),
    observation('lab2', 'p2', 'laboratory'),
  ]
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  if (loader.report.rejections.length > 0) throw new Error(JSON.stringify(loader.report.rejections))
}
