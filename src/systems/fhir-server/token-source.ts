import type { HttpClient } from './http-client.ts'
import type { TokenSettings } from './profile.ts'

/** Tokens that are fetched when needed and used until shortly before they end. */
export interface TokenSource {
  /** `undefined` when none is given within the deadline. */
  get(deadline: number): Promise<string | undefined>
  /** The token was refused: the next one is fetched anew. */
  forget(token: string): void
}

/** Milliseconds before its end that a token is no longer used. */
const MARGIN = 5_000
const MOST_BYTES = 100_000

/** Client credentials. Who asks while a token is being fetched waits for the same one. */
export function createTokenSource(
  settings: TokenSettings,
  client: HttpClient,
  now: () => number,
): TokenSource {
  let held: { token: string; until: number } | undefined
  let underWay: Promise<string | undefined> | undefined

  async function fetchToken(deadline: number): Promise<string | undefined> {
    const { url, clientId, clientSecret, scope } = settings
    const outcome = await client.send({
      method: 'POST',
      url,
      headers: {
        Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
      },
      body: Buffer.from(String(new URLSearchParams({ grant_type: 'client_credentials', scope }))),
      deadline,
      maxBytes: MOST_BYTES,
    })
    const answer = outcome.kind === 'answer' && outcome.status === 200 && read(outcome.body)
    if (!answer) return undefined
    const lasts = Math.max(0, answer.seconds * 1000 - MARGIN)
    held = { token: answer.token, until: now() + lasts }
    return answer.token
  }

  return {
    get(deadline) {
      if (held && held.until > now()) return Promise.resolve(held.token)
      underWay ??= fetchToken(deadline).finally(() => {
        underWay = undefined
      })
      return underWay
    },
    forget(token) {
      if (held?.token === token) held = undefined
    },
  }
}

function read(body: Buffer): { token: string; seconds: number } | undefined {
  try {
    const answer = JSON.parse(String(body)) as { access_token?: unknown; expires_in?: unknown }
    const { access_token: token, expires_in: seconds } = answer
    if (typeof token !== 'string' || token === '') return undefined
    return { token, seconds: typeof seconds === 'number' ? seconds : 60 }
  } catch {
    return undefined
  }
}
