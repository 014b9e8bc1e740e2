import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { Problem } from '../../fhir/problem.ts'
import { type App, OTHER_SCOPES } from './apps.ts'
import { forgetExpired } from './forget-expired.ts'
import { makeGrant } from './grants.ts'
import { regionOfAudience, type ServerParts } from './server-parts.ts'
import type { SigningKeys } from './signing-keys.ts'
import { namingItsClient } from './token-request.ts'

/** An authorization that waits for a person: to log in, or to say what it is about. */
export interface Pending {
  readonly id: string
  readonly wants: 'login' | 'consent'
  readonly app: App
  readonly region: string
  readonly scopes: readonly string[]
  /** The code of a launch from the workspace. */
  readonly launch: string | undefined
  /** Who the app thinks it will be, for the identity provider (`login_hint`). */
  readonly hint: string | undefined
  /** The login of this browser, if it has one: perhaps locked or of another region. */
  readonly login: string | undefined
}

/** What the person, or the launch, settled. */
export interface Settled {
  readonly patient: string | undefined
  readonly encounter: string | undefined
}

/** The OAuth 2.1 and OpenID Connect server of every region here. */
export interface AuthorizationServer {
  /** `http://127.0.0.1:8080/oauth`: known when the socket listens. */
  issuer(): string
  /** The public keys and all else of OAuth, on what Node gives. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Takes new keys into use with the next request, not when those last read are half a minute old. */
  refresh(): void
  /** @throws Problem `not-found` where this browser has no such authorization waiting */
  pending(request: IncomingMessage, response: ServerResponse): Promise<Pending>
  /** Where to send the browser on to. */
  loggedIn(request: IncomingMessage, response: ServerResponse, login: string): Promise<string>
  settle(request: IncomingMessage, response: ServerResponse, what: Settled): Promise<string>
  refuse(request: IncomingMessage, response: ServerResponse, why: string): Promise<string>
}

/** How long keys are taken to be those last read; far less than a new key waits before it signs. */
const KEYS_BELIEVED_MS = 30_000
/** How often what is out of date is removed. */
const FORGET_MS = 3_600_000

/**
 * Makes the server. It is built when first asked, since its address is then known, and again when keys change: what it
 * remembers is in the database, so no request notices.
 */
export function createAuthorizationServer(
  parts: ServerParts & {
    readonly keys: SigningKeys
    readonly now: () => number
  },
  origin: () => string,
): AuthorizationServer {
  let built: { provider: Provider; kids: string; readAt: number } | undefined
  let building: Promise<Provider> | undefined
  let forgotten = 0
  const issuer = () => `${origin()}/oauth`

  async function provider(): Promise<Provider> {
    if (built && parts.now() - built.readAt < KEYS_BELIEVED_MS) return built.provider
    building ??= build().finally(() => {
      building = undefined
    })
    return building
  }

  async function build(): Promise<Provider> {
    if (parts.now() - forgotten > FORGET_MS) {
      forgotten = parts.now()
      await forgetExpired(parts.db)
    }
    const keys = await parts.keys.current()
    const kids = keys.published.map(({ kid }) => kid).join(' ')
    const readAt = parts.now()
    if (built?.kids === kids) {
      built = { ...built, readAt }
      return built.provider
    }
    // Loaded when first needed: a command that only prints a token has no use for it.
    const [{ Provider: Library }, { providerConfiguration }] = await Promise.all([
      import('oidc-provider'),
      import('./provider-configuration.ts'),
    ])
    const made = new Library(issuer(), providerConfiguration(parts, issuer(), keys))
    made.proxy = true // what a proxy says is written by handle(), never by the caller
    made.use((ctx, next) => finish(parts, ctx as KoaContextWithOIDC, next))
    built = { provider: made, kids, readAt }
    return made
  }

  return {
    issuer,
    async handle(request, response) {
      const made = await provider()
      const whole =
        request.method === 'POST' && request.url === '/oauth/token'
          ? await namingItsClient(request, parts.db)
          : request
      await made.callback()(asOurs(whole, issuer()), response)
    },
    refresh() {
      if (built) built = { ...built, readAt: 0 }
    },
    pending: async (request, response) =>
      pendingOf(parts, await provider(), request, response, issuer()),
    async loggedIn(request, response, login) {
      const found = await parts.logins.find(login)
      const { acr = '', amr = [], since = new Date(parts.now()) } = found ?? {}
      const ts = Math.floor(since.getTime() / 1000)
      const result = { login: { accountId: login, acr, amr: [...amr], ts, remember: false } }
      return (await provider()).interactionResult(request, response, result)
    },
    async settle(request, response, what) {
      const made = await provider()
      const pending = await pendingOf(parts, made, request, response, issuer())
      const grantId = await grantFor(parts, made, pending, what, issuer())
      return made.interactionResult(request, response, { consent: { grantId } })
    },
    async refuse(request, response, why) {
      const result = { error: 'access_denied', error_description: why }
      return (await provider()).interactionResult(request, response, result, {
        mergeWithLastSubmission: false,
      })
    },
  }
}

async function pendingOf(
  parts: ServerParts,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  issuer: string,
): Promise<Pending> {
  const interaction = await provider.interactionDetails(request, response).catch(() => undefined)
  const { client_id, scope, resource, launch, login_hint } = interaction?.params ?? {}
  const app = await parts.apps.find(String(client_id))
  const region = regionOfAudience(String(resource), parts, issuer, String(client_id))
  if (!interaction || !app || !region) {
    throw new Problem('not-found', 'There is no login under way in this browser')
  }
  return {
    id: interaction.uid,
    wants: interaction.prompt.name === 'login' ? 'login' : 'consent',
    app,
    region,
    scopes: String(scope ?? '').split(' '),
    launch: typeof launch === 'string' ? launch : undefined,
    hint: typeof login_hint === 'string' ? login_hint : undefined,
    login: interaction.session?.accountId,
  }
}

async function grantFor(
  parts: ServerParts,
  provider: Provider,
  { app, region, login, scopes }: Pending,
  what: Settled,
  issuer: string,
): Promise<string> {
  if (login === undefined) throw new Problem('login', 'Log in first')
  const grant = await makeGrant(parts, provider, issuer, { app, region, login, scopes, ...what })
  return grant.jti
}

/** What SMART adds to a token's answer, and what a logout ends here. */
async function finish(
  parts: ServerParts,
  ctx: KoaContextWithOIDC,
  next: () => Promise<unknown>,
): Promise<void> {
  await next()
  const { route, entities, session, body } = ctx.oidc ?? {}
  if (route === 'end_session_confirm' && body?.logout && session?.accountId) {
    await parts.logins.end(session.accountId)
  }
  const token = entities?.AccessToken
  if (route !== 'token' || !token?.grantId || !isRecord(ctx.body)) return
  const context = await parts.contexts.of(token.grantId)
  const asked = String(ctx.oidc.params?.scope ?? '').split(' ')
  const source = String((entities.RefreshToken ?? entities.AuthorizationCode)?.scope ?? '').split(
    ' ',
  )
  const others = source.filter((scope) => OTHER_SCOPES.some((each) => each === scope))
  const told = ctx.oidc.params?.scope ? others.filter((scope) => asked.includes(scope)) : others
  ctx.body = {
    ...ctx.body,
    scope: [...new Set([...(token.scope ?? '').split(' '), ...told])].filter(Boolean).join(' '),
    ...(context?.patient && { patient: context.patient }),
    ...(context?.encounter && { encounter: context.encounter }),
    ...(source.includes('launch') && { need_patient_banner: false }),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The request as the library should see it: under our own address whatever the caller calls us, and without the token in the
 * address. A page that leaves the app alone is asked for with `offline_access`, and the library wants that said as a prompt.
 */
function asOurs(request: IncomingMessage, issuer: string): IncomingMessage {
  const { host, protocol } = new URL(issuer)
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-forwarded-') || name === 'forwarded') delete request.headers[name]
  }
  request.headers.host = host
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  const [path = '', text = ''] = (request.url ?? '').split(/\?(.*)/s)
  const query = new URLSearchParams(text)
  if (query.get('scope')?.split(' ').includes('offline_access') && !query.has('prompt')) {
    query.set('prompt', 'consent')
  }
  const below = path.slice('/oauth'.length) || '/'
  const tail = query.size > 0 ? `?${query}` : ''
  return Object.assign(request, { originalUrl: `${path}${tail}`, url: `${below}${tail}` })
}
