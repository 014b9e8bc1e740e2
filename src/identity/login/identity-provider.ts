import { createHash, randomBytes } from 'node:crypto'
import { createRemoteJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { isLoopback } from '../oauth/apps.ts'
import type { Claims } from './claims.ts'

/** An identity provider as configured: Inera's IdP, a region's own, or the demo's. */
export interface ProviderSettings {
  readonly issuer: string
  readonly clientId: string
}

/** What is sent to the browser, and what we keep until it's back. */
export interface Departure {
  readonly address: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** A browser back from the identity provider. */
export interface Arrival {
  /** The parameters of the callback. */
  readonly parameters: URLSearchParams
  readonly nonce: string
  readonly verifier: string
}

/** Another party that knows who people are, spoken to in OpenID Connect. */
export interface IdentityProvider {
  /** @param hint who it will be, if that is known (`login_hint` of OpenID Connect) */
  depart(hint?: string): Promise<Departure>
  /** The claims of a verified ID token, or a word for why there are none. Never throws for what the other party did. */
  arrive(arrival: Arrival): Promise<{ readonly claims: Claims } | { readonly fault: Fault }>
}

/** What can be wrong with an answer. */
export type Fault = 'cancelled' | 'unreachable' | 'not-trusted'

/** How we are known to it. */
export interface Ourselves {
  /** Our signing key, whose public part is in our JWKS. */
  readonly key: () => Promise<JWK>
  readonly redirectUri: () => string
  readonly now: () => number
}

const WAIT_MS = 5_000
const METADATA_BELIEVED_MS = 600_000
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'RS384']
const SKEW_SECONDS = 60

interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly authorization_response_iss_parameter_supported?: boolean
}

/**
 * An identity provider behind discovery: code flow with PKCE, state, nonce, the answer's issuer (RFC 9207), and ourselves
 * proven by a signed assertion. Only asymmetric algorithms are taken, and keys only from the provider's own JWKS.
 */
export function createIdentityProvider(
  settings: ProviderSettings,
  own: Ourselves,
): IdentityProvider {
  let known:
    | { metadata: Metadata; keys: ReturnType<typeof createRemoteJWKSet>; until: number }
    | undefined

  async function discover() {
    if (known && known.until > own.now()) return known
    const address = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const metadata = (await answerOf(
      await fetch(safe(address), { signal: AbortSignal.timeout(WAIT_MS) }),
    )) as unknown as Metadata
    if (metadata.issuer !== settings.issuer) throw new Error('the issuer is not the one configured')
    const keys = createRemoteJWKSet(safe(metadata.jwks_uri), { timeoutDuration: WAIT_MS })
    known = { metadata, keys, until: own.now() + METADATA_BELIEVED_MS }
    return known
  }

  return {
    async depart(hint) {
      const { metadata } = await discover()
      const [state, nonce, verifier] = [secret(), secret(), secret()]
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      const address = safe(metadata.authorization_endpoint)
      const asked = {
        response_type: 'code',
        client_id: settings.clientId,
        redirect_uri: own.redirectUri(),
        scope: 'openid profile',
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        prompt: 'login',
        ...(hint && { login_hint: hint }),
      }
      for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value)
      return { address: address.href, state, nonce, verifier }
    },
    async arrive(arrival) {
      try {
        const { metadata, keys } = await discover()
        if (!isFrom(metadata, arrival.parameters)) return { fault: 'not-trusted' }
        if (arrival.parameters.has('error')) return { fault: 'cancelled' }
        const token = await redeem(settings, own, arrival, metadata)
        const { payload } = await jwtVerify(token, keys, {
          issuer: settings.issuer,
          audience: settings.clientId,
          algorithms: ALGORITHMS,
          clockTolerance: SKEW_SECONDS,
          requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
          maxTokenAge: '10 minutes',
          currentDate: new Date(own.now()),
        })
        const trusted = payload.nonce === arrival.nonce && isForUsAlone(payload, settings.clientId)
        return trusted ? { claims: payload } : { fault: 'not-trusted' }
      } catch (cause) {
        return { fault: isSilence(cause) ? 'unreachable' : 'not-trusted' }
      }
    },
  }
}

async function redeem(
  settings: ProviderSettings,
  own: Ourselves,
  { parameters, verifier }: Arrival,
  metadata: Metadata,
): Promise<string> {
  const response = await fetch(safe(metadata.token_endpoint), {
    method: 'POST',
    signal: AbortSignal.timeout(WAIT_MS),
    redirect: 'error',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: parameters.get('code') ?? '',
      redirect_uri: own.redirectUri(),
      code_verifier: verifier,
      client_id: settings.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(settings, metadata, await own.key()),
    }),
  })
  const { id_token } = await answerOf(response)
  if (typeof id_token !== 'string') throw new Error('no ID token')
  return id_token
}

const secret = () => randomBytes(32).toString('base64url')

/** RFC 9207: the answer says who it is from, wherever the provider promises to, and it must be the one we asked. */
function isFrom(metadata: Metadata, parameters: URLSearchParams): boolean {
  const iss = parameters.get('iss')
  if (iss === null) return metadata.authorization_response_iss_parameter_supported !== true
  return iss === metadata.issuer
}

function isForUsAlone({ aud, azp }: Claims, clientId: string): boolean {
  if (azp !== undefined) return azp === clientId
  return !Array.isArray(aud) || aud.length === 1
}

async function assertion(
  { clientId }: ProviderSettings,
  metadata: Metadata,
  key: JWK,
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: String(key.alg), kid: String(key.kid), typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(metadata.token_endpoint)
    .setJti(secret())
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(await importJWK(key))
}

async function answerOf(response: Response): Promise<Record<string, unknown>> {
  if (!response.ok) throw new Error(`status ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}

/** Who people are is never learnt over a line that others can write on. */
function safe(address: string): URL {
  const url = new URL(address)
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return url
  throw new Error('an identity provider must be reached over https')
}

function isSilence(cause: unknown): boolean {
  const { name, code } = cause as { name?: string; code?: string }
  return (
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    name === 'TypeError' ||
    code === 'ERR_JWKS_TIMEOUT'
  )
}
