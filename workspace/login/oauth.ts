import { Refusal } from '../api/http.ts'

/**
 * The workspace as a public client of Kärna's own authorization server: authorization code with PKCE. Tokens are kept in
 * memory alone; a page that is loaded anew, and a token whose time is out, get a new one while the login is open, without
 * anybody noticing (`prompt=none`, https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest).
 */
export interface Token {
  readonly value: string
  /** Milliseconds since 1970: when it is of no more use. */
  readonly until: number
}

const KEY = 'karna-login'

/** Which of our own pages this is: each is a client of its own, where one logs in as somebody else. */
interface Client {
  readonly id: string
  readonly scope: string
  /** Where the browser comes back to, and where it is sent on to when it was nowhere else. */
  readonly back: string
  readonly home: string
}

const WORKSPACE: Client = {
  id: 'karna-workspace',
  scope: 'openid fhirUser user/*.cruds',
  back: '/login',
  home: '/',
}
const CITIZEN: Client = {
  id: 'karna-citizen',
  scope: 'openid',
  back: '/my/login',
  home: '/my/apps',
}

const client = () => (location.pathname.startsWith('/my/') ? CITIZEN : WORKSPACE)

const redirectUri = () => location.origin + client().back

/** What is kept until the browser is back from the login; nothing of it opens anything by itself. */
interface Departure {
  readonly state: string
  readonly verifier: string
  readonly path: string
  /** Who was here before, HSA-id: nobody else is led to what they had open. */
  readonly whose: string | undefined
}

/** Sends the browser to log in; it comes back to where it was. */
export async function departToLogin(
  more: Readonly<Record<string, string>>,
  whose?: string,
): Promise<void> {
  const { address, state, verifier } = await codeRequest(more)
  const { back, home } = client()
  const path = location.pathname === back ? home : location.pathname
  sessionStorage.setItem(KEY, JSON.stringify({ state, verifier, path, whose } satisfies Departure))
  location.assign(address)
}

/** What became of a login that the browser is back from. */
export type Arrival =
  | { readonly token: Token; readonly whose: string | undefined }
  | { readonly failed: string }

/** Reads the address that the browser came back to, and takes away what it holds. `undefined`: it isn't back from a login. */
export async function arriveFromLogin(): Promise<Arrival | undefined> {
  const { back, home } = client()
  if (location.pathname !== back) return undefined
  const answer = new URLSearchParams(location.search)
  const departure = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Departure | null
  sessionStorage.removeItem(KEY)
  history.replaceState(null, '', departure?.path ?? home)
  if (!departure || answer.get('state') !== departure.state) return undefined
  const code = answer.get('code')
  if (code === null) return { failed: answer.get('error') ?? 'no code' }
  return { token: await redeem(code, departure.verifier), whose: departure.whose }
}

/** A token without anybody being asked; `undefined` when nobody is logged in. @throws Refusal `0` when nothing answers */
export async function tokenInSilence(): Promise<Token | undefined> {
  const { address, state, verifier } = await codeRequest({ prompt: 'none' })
  const response = await fetch(address, { cache: 'no-store' }).catch(silent)
  const answer = new URL(response.url).searchParams
  const code = answer.get('code')
  if (response.status >= 500) throw new Refusal(response.status, 'Svarar inte')
  return code !== null && answer.get('state') === state ? redeem(code, verifier) : undefined
}

async function codeRequest(more: Readonly<Record<string, string>>) {
  const [state, verifier] = [secret(), secret()]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client().id,
    redirect_uri: redirectUri(),
    scope: client().scope,
    aud: `${location.origin}/fhir/all`,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    ...more,
  })
  return { address: `/oauth/auth?${query}`, state, verifier }
}

async function redeem(code: string, verifier: string): Promise<Token> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client().id,
    redirect_uri: redirectUri(),
    code,
    code_verifier: verifier,
  })
  const began = Date.now()
  const response = await fetch('/oauth/token', { method: 'POST', body }).catch(silent)
  if (!response.ok) throw new Refusal(response.status, 'Inloggningen gick inte')
  const answer = (await response.json()) as { access_token: string; expires_in: number }
  return { value: answer.access_token, until: began + answer.expires_in * 1_000 }
}

function silent(): never {
  throw new Refusal(0, 'Svarar inte')
}

const secret = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
