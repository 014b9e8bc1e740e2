import type { AllClientMetadata } from 'oidc-provider'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'
import { isWithin, parseSmartScope } from '../../fhir/smart-scope.ts'
import type { Access } from '../../law/access.ts'
import { isOwnApp } from './own-apps.ts'

/** An app or backend service as a region's administrator registers it. Nobody registers themselves. */
export interface App {
  readonly clientId: string
  /** As people are told: `Läkemedelslistan`. */
  readonly name: string
  /** Whose log in it may ask for; `none` is a backend service. */
  readonly users: 'staff' | 'patient' | 'any' | 'none'
  /** Compared character by character. https, or http on loopback. */
  readonly redirectUris: readonly string[]
  /** The most it may ask for, separated by spaces. */
  readonly scope: string
  /** Its public keys, by value or by address. Neither: a public client, which has PKCE alone. */
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] }
  readonly jwksUri?: string
  /** Where a launch from the workspace begins. */
  readonly launchUri?: string
  /** In which commission a backend service works. */
  readonly service?: Pick<Access, 'region' | 'commission' | 'unit' | 'provider' | 'purpose'>
}

/** The register of apps. */
export interface Apps {
  find(clientId: string): Promise<App | undefined>
  /** Adds or changes one. @throws Problem `invalid` with what is wrong */
  register(app: App): Promise<void>
  /** It ends within a second, with all its tokens. */
  end(clientId: string): Promise<void>
  /** Apps that the workspace can launch. */
  launchable(): Promise<readonly App[]>
  /** Where the pages of registered apps come from: `https://app.example`. */
  origins(): Promise<readonly string[]>
}

/** Scopes about the launch and the user, beside the clinical ones. */
export const OTHER_SCOPES = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
] as const

/** How apps and services may sign their assertions: asymmetric only. */
export const ASSERTION_ALGS = ['RS384', 'ES384', 'RS256', 'ES256', 'PS256', 'PS384', 'EdDSA']

/** @param own one of our own pages by its id, if it is one: those are in no register */
export function createApps(db: Queryable, own: (clientId: string) => App | undefined): Apps {
  return {
    async find(clientId) {
      const ours = own(clientId)
      if (ours) return ours
      const [row] = await query<{ registration: App }>(
        db,
        sql`select registration from identity.app where client_id = ${clientId} and ended_at is null`,
      )
      return row?.registration
    },
    async register(app) {
      checkApp(app)
      await query(
        db,
        sql`insert into identity.app (client_id, registration) values (${app.clientId}, ${JSON.stringify(app)})
          on conflict (client_id) do update set registration = excluded.registration, ended_at = null`,
      )
    },
    async end(clientId) {
      await query(
        db,
        sql`update identity.app set ended_at = now() where client_id = ${clientId} and ended_at is null`,
      )
    },
    launchable: async () => (await registered(db)).filter(({ launchUri }) => launchUri),
    origins: async () =>
      (await registered(db)).flatMap(({ redirectUris }) =>
        redirectUris.map((address) => new URL(address).origin),
      ),
  }
}

async function registered(db: Queryable): Promise<readonly App[]> {
  const rows = await query<{ registration: App }>(
    db,
    sql`select registration from identity.app where ended_at is null order by client_id`,
  )
  return rows.map(({ registration }) => registration)
}

/** Whether an app may ask for a scope: one of the others by name, a clinical one within one of its own. */
export function mayAskFor(app: Pick<App, 'scope'>, scope: string): boolean {
  const allowed = app.scope.split(' ')
  const asked = parseSmartScope(scope)
  if (!asked) return OTHER_SCOPES.some((each) => each === scope) && allowed.includes(scope)
  return allowed.some((each) => {
    const own = parseSmartScope(each)
    return own !== undefined && isWithin(asked, own)
  })
}

/** An app in the words of the library. */
export function toClientMetadata(app: App): AllClientMetadata {
  const keys = app.jwks ? { jwks: app.jwks } : app.jwksUri ? { jwks_uri: app.jwksUri } : undefined
  const service = app.users === 'none'
  return {
    client_id: app.clientId,
    client_name: app.name,
    subject_type: 'pairwise',
    redirect_uris: [...app.redirectUris],
    response_types: service ? [] : ['code'],
    grant_types: service ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: keys ? 'private_key_jwt' : 'none',
    id_token_signed_response_alg: 'RS256',
    ...keys,
  } as AllClientMetadata
}

const USERS: readonly App['users'][] = ['staff', 'patient', 'any', 'none']

function checkApp(app: App): void {
  const wrong = faultOf(app)
  if (wrong) throw new Problem('invalid', `The app can't be registered: ${wrong}`)
}

function faultOf(app: App): string | undefined {
  return (
    shapeFault(app) ??
    addressFault(app) ??
    (app.users === 'none' ? serviceFault(app) : appFault(app))
  )
}

/** It comes from a file. */
function shapeFault({ clientId, name, scope, redirectUris, users }: App): string | undefined {
  if (![clientId, name, scope].every((word) => typeof word === 'string' && word.trim())) {
    return 'clientId, name and scope must be said'
  }
  if (isOwnApp(clientId)) return 'its clientId is one of our own pages’'
  if (!/^[A-Za-z0-9._-]{3,100}$/.test(clientId)) return 'its clientId is not a short plain word'
  if (!Array.isArray(redirectUris)) return 'redirectUris must be a list'
  if (!USERS.includes(users)) return `users must be one of ${USERS.join(', ')}`
  if (!scope.split(' ').every((each) => mayAskFor({ scope }, each))) return 'a scope is not one'
  return undefined
}

function addressFault({ redirectUris, launchUri, jwksUri, jwks }: App): string | undefined {
  const addresses = [...redirectUris, launchUri, jwksUri].filter((address) => address !== undefined)
  if (!addresses.every(isSafeAddress)) {
    return 'an address is neither https nor on loopback, or has a fragment'
  }
  return jwks?.keys.some((key) => 'd' in key || 'k' in key)
    ? 'its keys are not public ones'
    : undefined
}

function serviceFault({ service, jwks, jwksUri, redirectUris }: App): string | undefined {
  if (!service) return 'a service needs the commission that it works in'
  if (!jwks && !jwksUri) return 'a service needs a key'
  return redirectUris.length > 0 ? 'a service has no redirect addresses' : undefined
}

function appFault({ redirectUris }: App): string | undefined {
  const hosts = new Set(redirectUris.map((address) => new URL(address).host))
  return hosts.size === 1 ? undefined : 'its redirect addresses are not on one host'
}

function isSafeAddress(address: string): boolean {
  const url = URL.parse(address)
  if (!url || url.hash || address.includes('#') || url.username || url.password) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]'
}
