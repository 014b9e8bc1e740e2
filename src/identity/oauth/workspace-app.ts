import type { App } from './apps.ts'

/** The client id of the workspace: the one app that nobody registers. */
export const WORKSPACE = 'karna-workspace'

/** The region that the workspace asks for: that of the commission, which nobody knows before the login. */
export const OWN_REGION = 'all'

/**
 * The workspace as a public client: authorization code with PKCE, sent back to our own origin and nowhere else. What it asks
 * for, it asks as the member of staff in person: no scopes stand between the user and the law. It gets no refresh token; while
 * the login is open, a new code is a redirect away.
 */
export function workspaceApp(origin: string): App {
  return {
    clientId: WORKSPACE,
    name: 'Arbetsytan',
    users: 'staff',
    redirectUris: [`${origin}/login`],
    scope: 'openid fhirUser user/*.cruds',
  }
}
