import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { SmartUnderTest, TokenAnswer } from './smart-under-test.ts'

/** A backend service registered with the ward, with its key. */
export interface ServiceUnderTest {
  readonly clientId: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** Registers one that may read organisations, observations and patients. */
export async function registerService(
  { under }: SmartUnderTest,
  clientId: string,
): Promise<ServiceUnderTest> {
  const { privateKey, publicKey } = await generateKeyPair('ES384')
  const publicJwk = { ...(await exportJWK(publicKey)), kid: clientId, alg: 'ES384', use: 'sig' }
  await under.karna.smart.apps.register({
    clientId,
    name: 'Provtjänsten',
    users: 'none',
    redirectUris: [],
    scope: 'system/Organization.rs system/Observation.rs system/Patient.rs',
    jwks: { keys: [publicJwk] },
    service: {
      region: 'vgr',
      commission: 'SE2321000131-S000000000001',
      unit: 'SE2321000131-E000000000030',
      provider: 'SE2321000131-E000000000001',
      purpose: 'care',
    },
  })
  return { clientId, privateKey, publicJwk }
}

/** What of an assertion is other than it should be. */
export interface AssertionChanges {
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly seconds?: number
}

/** A client assertion. https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
export function assertionOf(
  { issuer }: SmartUnderTest,
  { clientId, privateKey }: ServiceUnderTest,
  { claims, header, seconds = 240 }: AssertionChanges = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const standard = {
    iss: clientId,
    sub: clientId,
    aud: `${issuer}/token`,
    jti: randomUUID(),
    exp: now + seconds,
  }
  return new SignJWT({ ...standard, ...claims })
    .setProtectedHeader({ alg: 'ES384', kid: clientId, typ: 'JWT', ...header })
    .sign(privateKey)
}

/** Asks for a service's token. */
export async function serviceToken(
  { issuer }: SmartUnderTest,
  assertion: string,
  scope = 'system/Organization.rs',
): Promise<TokenAnswer> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body })
  return { status: response.status, json: await response.json() }
}
