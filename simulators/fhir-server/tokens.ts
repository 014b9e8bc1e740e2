import { randomUUID, timingSafeEqual } from 'node:crypto'

/** Who may fetch tokens. */
export interface Client {
  readonly id: string
  readonly secret: string
}

/** What a token says. */
export interface Granted {
  readonly scope: string
  /** Only this patient's records, where the scope is a patient's. */
  readonly patient: string | undefined
  readonly until: number
}

/** Tokens by OAuth 2 client credentials (RFC 6749 4.4), that end. */
export function createTokens(client: Client, seconds: () => number) {
  const granted = new Map<string, Granted>()
  return {
    /** The JSON answer of the token endpoint; `undefined` when the client isn't known. */
    grant(authorization: string | undefined, form: URLSearchParams) {
      const isKnown = same(authorization, `Basic ${basic(client)}`) || inForm(form, client)
      if (!isKnown || form.get('grant_type') !== 'client_credentials') return undefined
      const token = randomUUID()
      const scope = form.get('scope') ?? 'system/*.read'
      const expiresIn = seconds()
      granted.set(token, {
        scope,
        patient: form.get('patient') ?? undefined,
        until: Date.now() + expiresIn * 1000,
      })
      return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope }
    },
    /** `undefined` for a token that isn't known or has ended. */
    of(authorization: string | undefined): Granted | undefined {
      const [, token = ''] = /^Bearer (.+)$/.exec(authorization ?? '') ?? []
      const found = granted.get(token)
      return found && found.until > Date.now() ? found : undefined
    },
    /** Ends every token before its time, as a restart of the server does. */
    forget: () => granted.clear(),
  }
}

const basic = ({ id, secret }: Client) => Buffer.from(`${id}:${secret}`).toString('base64')

const inForm = (form: URLSearchParams, { id, secret }: Client) =>
  same(form.get('client_id') ?? undefined, id) && same(form.get('client_secret') ?? '', secret)

function same(given: string | undefined, right: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
