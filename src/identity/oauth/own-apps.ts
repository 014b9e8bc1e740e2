import type { App } from './apps.ts'

/** The client id of the workspace. Nobody registers it, nor the next. */
export const WORKSPACE = 'karna-workspace'

/** The client id of the page where patients see which apps they have let in. */
export const CITIZEN = 'karna-citizen'

/** The region that our own pages ask for: the workspace's is that of the commission, which nobody knows before the login. */
export const OWN_REGION = 'all'

/** Whether it is one of our own pages: they let in who is logged in, and ask for nothing more. */
export const isOwnApp = (clientId: string | undefined): boolean =>
  clientId === WORKSPACE || clientId === CITIZEN

/**
 * Our own pages as public clients: authorization code with PKCE, sent back to our own origin and nowhere else. They get no
 * refresh token; while the login is open, a new code is a redirect away.
 *
 * @returns `undefined` for an id that isn't ours
 */
export function ownApp(clientId: string, origin: string): App | undefined {
  if (clientId === WORKSPACE) return workspaceApp(origin)
  return clientId === CITIZEN ? citizenApp(origin) : undefined
}

/** What it asks for, it asks as the member of staff in person: no scopes stand between the user and the law. */
export function workspaceApp(origin: string): App {
  return {
    clientId: WORKSPACE,
    name: 'Arbetsytan',
    users: 'staff',
    redirectUris: [`${origin}/login`],
    scope: 'openid fhirUser user/*.cruds',
  }
}

/** It asks who the patient is, and for nothing of the record: its tokens open no FHIR. */
function citizenApp(origin: string): App {
  return {
    clientId: CITIZEN,
    name: 'Dina appar',
    users: 'patient',
    redirectUris: [`${origin}/my/login`],
    scope: 'openid',
  }
}
