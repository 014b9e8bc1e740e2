import { createHash, randomBytes } from 'node:crypto'
import { type CryptoKey, createRemoteJWKSet, jwtVerify, SignJWT } from 'jose'
import type { Directory } from '../../src/identity/directory.ts'
import { type Audience, claimsOf } from './login-claims.ts'

/** Who may send people here. */
export interface LoginClient {
  readonly clientId: string
  readonly redirectUri: string
  readonly jwksUri: string
}

/** What a provider could do wrong; for tests. */
export interface LoginFaults {
  /** Changes the ID token's claims before they are signed. */
  claims?(claims: Record<string, unknown>): Record<string, unknown>
  /** Replaces the signed ID token. */
  token?(token: string, claims: Record<string, unknown>): string | Promise<string>
  /** Replaces what is added to the redirect address. */
  answer?(parameters: URLSearchParams): URLSearchParams
}

interface Waiting {
  readonly client: LoginClient
  readonly challenge: string
  readonly claims: Record<string, unknown>
  readonly until: number
}

/** One identity provider, without its HTTP. PKCE is demanded, and a code works once, for a minute. */
export function createLoginProvider(parts: {
  readonly audience: Audience
  readonly issuer: string
  readonly directory: Directory
  readonly clients: readonly LoginClient[]
  readonly faults: LoginFaults
  readonly key: CryptoKey
}) {
  const { audience, issuer, directory, faults } = parts
  const codes = new Map<string, Waiting>()

  /** The client that asks, if it asks as it should. */
  function clientOf(asked: URLSearchParams): LoginClient | undefined {
    if (asked.get('code_challenge_method') !== 'S256' || !asked.get('nonce')) return undefined
    if (!asked.get('code_challenge')) return undefined
    return parts.clients.find(
      ({ clientId, redirectUri }) =>
        clientId === asked.get('client_id') && redirectUri === asked.get('redirect_uri'),
    )
  }

  return {
    clientOf,
    /** Where a person who has chosen goes on; `undefined` for no choice there is. */
    choose(asked: URLSearchParams, client: LoginClient, choice: string): string | undefined {
      const claims = claimsOf(audience, choice, directory)
      if (!claims) return undefined
      const code = randomBytes(32).toString('base64url')
      codes.set(code, {
        client,
        challenge: asked.get('code_challenge') ?? '',
        claims: { ...claims, nonce: asked.get('nonce') },
        until: Date.now() + 60_000,
      })
      const answer = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer })
      return `${client.redirectUri}?${faults.answer?.(answer) ?? answer}`
    },
    /** The answer to a token request; `undefined` refuses it. */
    async redeem(form: URLSearchParams): Promise<object | undefined> {
      const code = form.get('code') ?? ''
      const waiting = codes.get(code)
      codes.delete(code)
      if (!waiting || waiting.until < Date.now() || !isOwn(waiting, form)) return undefined
      if (!(await isProven(form.get('client_assertion') ?? '', waiting.client, issuer)))
        return undefined
      const now = Math.floor(Date.now() / 1000)
      const standard = { iss: issuer, aud: waiting.client.clientId, iat: now, exp: now + 300 }
      const all = { ...waiting.claims, ...standard }
      const told = faults.claims?.(all) ?? all
      const header = { alg: 'ES256', kid: 'login' }
      const signed = await new SignJWT(told).setProtectedHeader(header).sign(parts.key)
      const id_token = (await faults.token?.(signed, told)) ?? signed
      const access_token = randomBytes(32).toString('base64url')
      return { access_token, token_type: 'Bearer', expires_in: 300, id_token }
    },
  }
}

function isOwn({ client, challenge }: Waiting, form: URLSearchParams): boolean {
  const verifier = form.get('code_verifier') ?? ''
  const hash = createHash('sha256').update(verifier).digest('base64url')
  return hash === challenge && form.get('redirect_uri') === client.redirectUri
}

async function isProven(
  assertion: string,
  { clientId, jwksUri }: LoginClient,
  issuer: string,
): Promise<boolean> {
  try {
    await jwtVerify(assertion, createRemoteJWKSet(new URL(jwksUri)), {
      issuer: clientId,
      subject: clientId,
      audience: `${issuer}/token`,
    })
    return true
  } catch {
    return false
  }
}
