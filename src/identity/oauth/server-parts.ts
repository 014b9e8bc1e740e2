import type { Queryable } from '../../db/database.ts'
import type { Logins, Subject } from '../login/logins.ts'
import type { AppContexts } from './app-contexts.ts'
import type { Apps } from './apps.ts'
import { isOwnApp, OWN_REGION } from './own-apps.ts'

/** What the authorization server is configured from. */
export interface ServerParts {
  readonly db: Queryable
  readonly apps: Apps
  readonly contexts: AppContexts
  readonly logins: Logins
  /** Region ids that there are. */
  readonly regions: readonly string[]
  /** Signs cookies. */
  readonly secret: Buffer
  /** Whether keys of apps may be fetched from this machine: in the demo. */
  readonly demo: boolean
  readonly pages: ServerPages
}

/** What the server's own pages look like, which belongs to the edge. */
export interface ServerPages {
  /** Content-Security-Policy. */
  readonly policy: string
  error(code: string): string
  logout(form: string): string
  loggedOut(): string
}

/** Seconds. Access tokens are short so that what they were issued on is soon asked again. */
export const LIFETIMES = { accessToken: 300, code: 60, idToken: 300, interaction: 900 } as const

/** The address of a region's API under an issuer: what tokens are for. */
export function regionAddress(issuer: string, region: string): string {
  return `${new URL(issuer).origin}/fhir/${region}`
}

/**
 * The region that an audience names; `undefined` for what isn't one of ours, to the letter. Our own pages alone may name
 * {@link OWN_REGION}, and name nothing else.
 */
export function regionOfAudience(
  audience: string,
  { regions }: Pick<ServerParts, 'regions'>,
  issuer: string,
  client: string,
): string | undefined {
  const names = isOwnApp(client) ? [OWN_REGION] : regions
  return names.find((region) => regionAddress(issuer, region) === audience)
}

/** Whether a person may use an app that is for these users, in this region. */
export function isFor(
  member: Subject,
  users: 'staff' | 'patient' | 'any' | 'none' | undefined,
  region: string | undefined,
): boolean {
  if (users !== 'any' && users !== member.kind) return false
  if (member.kind === 'patient' || region === OWN_REGION) return true
  return member.subject.region === region
}
