import {
  type Client,
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { parseSmartScope } from '../../fhir/smart-scope.ts'
import { createAccounts } from './accounts.ts'
import {
  type Apps,
  ASSERTION_ALGS,
  isLoopback,
  mayAskFor,
  OTHER_SCOPES,
  toClientMetadata,
} from './apps.ts'
import { makeGrant } from './grants.ts'
import { createOauthStore } from './oauth-store.ts'
import { isOwnApp, OWN_REGION } from './own-apps.ts'
import {
  isFor,
  LIFETIMES,
  regionAddress,
  regionOfAudience,
  type ServerPages,
  type ServerParts,
} from './server-parts.ts'
import type { KeySet } from './signing-keys.ts'

/**
 * How oidc-provider serves SMART App Launch 2: codes with PKCE S256 and nothing else, tokens that are opaque and for one
 * region, refresh tokens that rotate, apps that only an administrator registers.
 */
export function providerConfiguration(
  parts: ServerParts,
  issuer: string,
  keys: KeySet,
): Configuration {
  const store = createOauthStore(parts.db)
  const secure = issuer.startsWith('https:')
  const prefix = secure ? '__Secure-' : '' // browsers then take them from https alone
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const
  const accounts = createAccounts(parts, issuer)
  return {
    adapter: (kind) =>
      kind === 'Client' ? { ...store(kind), find: clientFinder(parts.apps) } : store(kind),
    jwks: { keys: keys.published as NonNullable<Configuration['jwks']>['keys'] },
    cookies: {
      keys: [parts.secret.toString('base64url')],
      names: {
        session: `${prefix}karna_session`,
        interaction: `${prefix}karna_interaction`,
        resume: `${prefix}karna_resume`,
      },
      long: { ...cookie, path: '/oauth' },
      short: { ...cookie },
    },
    scopes: [...OTHER_SCOPES],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: ['none', 'private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ASSERTION_ALGS as 'RS256'[],
      idTokenSigningAlgValues: ['RS256'],
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => refuseLooseAssertion(claims),
    clockTolerance: 30,
    clientBasedCORS: (_ctx, origin, client) => originsOf(client.redirectUris).has(origin),
    extraParams: {
      aud: (ctx, value) => checkAudience(ctx, value, parts, issuer),
      launch: (ctx, value) => checkLaunch(ctx, value),
    },
    features: features(parts, issuer),
    interactions: {
      policy: policy(parts, issuer),
      url: (_ctx, { uid }) => `/oauth/interaction/${uid}`,
    },
    loadExistingGrant: (ctx) => grantOf(ctx, parts, issuer),
    findAccount: accounts.find,
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, login, client) => accounts.subject(login, client.clientId),
    extraTokenClaims: accounts.tokenClaims,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') || code.scopes.has('online_access')),
    rotateRefreshToken: true,
    // Logins know when they end (accounts.ts): the library would let a second window of an app end the first.
    expiresWithSession: async () => false,
    ttl: ttl(),
    renderError: (ctx, { error }) => show(ctx, parts.pages, parts.pages.error(error)),
    fetch: parts.demo ? fetchAlsoHere : fetch,
  }
}

function ttl(): NonNullable<Configuration['ttl']> {
  const day = 24 * 3_600
  return {
    AccessToken: LIFETIMES.accessToken,
    ClientCredentials: LIFETIMES.accessToken,
    AuthorizationCode: LIFETIMES.code,
    IdToken: LIFETIMES.idToken,
    Interaction: LIFETIMES.interaction,
    RefreshToken: (ctx) => ctx?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? 30 * day,
    Grant: 31 * day,
    Session: 13 * 3_600,
  }
}

function features(parts: ServerParts, issuer: string): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => show(ctx, parts.pages, parts.pages.logout(form)),
      postLogoutSuccessSource: (ctx) => show(ctx, parts.pages, parts.pages.loggedOut()),
    },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => mayIntrospect(parts, client, token),
    },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      defaultResource: (ctx, client, oneOf) => resourceOf(ctx, client, oneOf, parts, issuer),
      getResourceServerInfo: async (ctx, resource, client) => {
        if (!regionOfAudience(resource, parts, issuer, client.clientId))
          throw new errors.InvalidTarget()
        const scope = await clinicalScopes(ctx, client, parts)
        return { scope, accessTokenTTL: LIFETIMES.accessToken, accessTokenFormat: 'opaque' }
      },
    },
  }
}

/** What was settled by a person or a launch; for our own pages, which ask nobody, that the user is logged in. */
async function grantOf(ctx: KoaContextWithOIDC, parts: ServerParts, issuer: string) {
  const { provider, result, session, client, params } = ctx.oidc
  const grantId = result?.consent?.grantId
  if (grantId) return provider.Grant.find(grantId)
  const login = session?.accountId
  if (!client || !isOwnApp(client.clientId) || login === undefined) return undefined
  const before = session?.grantIdFor(client.clientId)
  const known = before === undefined ? undefined : await provider.Grant.find(before)
  if (known?.accountId === login) return known // one a login, however often its tokens are renewed
  const app = await parts.apps.find(client.clientId)
  const scopes = String(params?.scope ?? '').split(' ')
  if (!app) return undefined
  return makeGrant(parts, provider, issuer, { app, login, scopes, region: OWN_REGION })
}

function show(ctx: KoaContextWithOIDC, { policy }: ServerPages, page: string): void {
  ctx.type = 'html'
  ctx.set('content-security-policy', policy)
  ctx.body = page
}

/** The clinical scopes asked for that this app may have. Others are left out of what is granted, and the answer says so. */
async function clinicalScopes(
  ctx: KoaContextWithOIDC,
  client: Client,
  { apps }: ServerParts,
): Promise<string> {
  const { params, entities } = ctx.oidc
  const source = entities.RefreshToken ?? entities.AuthorizationCode
  const asked = String(source?.scope ?? params?.scope ?? '').split(' ')
  const app = await apps.find(client.clientId)
  const levels = app?.users === 'none' ? ['system'] : ['patient', 'user']
  const own = asked.filter((scope) => {
    const parsed = parseSmartScope(scope)
    return app && parsed && levels.includes(parsed.level) && mayAskFor(app, scope)
  })
  if (app?.users === 'none' && own.length === 0)
    throw new errors.InvalidScope('no scope that the service may have', asked.join(' '))
  return own.join(' ')
}

async function resourceOf(
  ctx: KoaContextWithOIDC,
  client: Client,
  oneOf: readonly string[] | undefined,
  { apps }: ServerParts,
  issuer: string,
): Promise<string | readonly string[]> {
  if (oneOf) return oneOf
  const app = await apps.find(client.clientId)
  if (app?.service) return regionAddress(issuer, app.service.region)
  const { aud } = ctx.oidc.params ?? {}
  return typeof aud === 'string' ? aud.replace(/\/$/, '') : []
}

/** An app that doesn't say for which API it wants a token could be tricked into handing it to another. */
function checkAudience(
  ctx: KoaContextWithOIDC,
  value: string | undefined,
  parts: ServerParts,
  issuer: string,
): void {
  const audience = value?.replace(/\/$/, '')
  const client = String(ctx.oidc.params?.client_id)
  if (!audience || !regionOfAudience(audience, parts, issuer, client)) {
    throw new errors.InvalidRequest('aud must be the address of the FHIR API')
  }
  if (ctx.oidc.params?.resource !== audience) throw new errors.InvalidTarget()
}

function checkLaunch(ctx: KoaContextWithOIDC, value: string | undefined): void {
  const asked = ctx.oidc.requestParamScopes.has('launch')
  if (asked === (value !== undefined)) return
  throw new errors.InvalidRequest('the scope launch and the parameter launch come together')
}

/** SMART: an assertion lives five minutes at most, and is for us alone. */
function refuseLooseAssertion(claims: Record<string, unknown>): void {
  const { exp, sub, iss, aud } = claims
  const seconds = Number(exp) - Date.now() / 1000
  if (seconds > 330)
    throw new errors.InvalidClientAuth('the assertion lives longer than five minutes')
  if (sub !== iss) throw new errors.InvalidClientAuth('sub and iss must both be the client id')
  if (Array.isArray(aud) && aud.length > 1)
    throw new errors.InvalidClientAuth('the assertion is for others too')
}

async function mayIntrospect(
  { apps, logins }: ServerParts,
  client: Client,
  token: { clientId?: string | undefined; accountId?: string },
): Promise<boolean> {
  if (client.clientAuthMethod === 'none') return false
  const own = token.clientId === client.clientId
  if (!own && (await apps.find(client.clientId))?.users !== 'none') return false
  if (token.accountId === undefined) return true
  return (await logins.find(token.accountId))?.state === 'open'
}

/** Asks for a login when there is none, when it's locked or over, and when it's another region's or the wrong kind. */
function policy(parts: ServerParts, issuer: string): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy
  const prompts = base()
  prompts.get('login')?.checks.add(
    new Check('login_not_usable', 'a login that can be used here is needed', async (ctx) => {
      const { session, params } = ctx.oidc
      if (!session?.accountId) return false // told by no_session
      const login = await parts.logins.find(session.accountId)
      const client = String(params?.client_id)
      const app = await parts.apps.find(client)
      const region = regionOfAudience(String(params?.resource), parts, issuer, client)
      return login?.state !== 'open' || !isFor(login, app?.users, region)
    }),
  )
  prompts
    .get('consent')
    ?.checks.add(
      new Check(
        'context_missing',
        'what the launch is about is not settled',
        (ctx) => !ctx.oidc.result?.consent && !isOwnApp(ctx.oidc.client?.clientId),
      ),
    )
  return prompts
}

const clientFinder = (apps: Apps) => async (id: string) => {
  const app = await apps.find(id)
  return app && toClientMetadata(app)
}

function originsOf(addresses: readonly string[] | undefined): Set<string | undefined> {
  return new Set(addresses?.map((address) => URL.parse(address)?.origin))
}

/** The library refuses addresses of this machine; the demo's apps live there. All else goes the library's way. */
const fetchAlsoHere: NonNullable<Configuration['fetch']> = (input, init) => {
  const address = input instanceof Request ? input.url : String(input)
  if (!isLoopback(new URL(address).hostname)) return fetch(input, init)
  const { dispatcher, ...plain } = { dispatcher: undefined, ...init }
  return fetch(input, plain)
}
