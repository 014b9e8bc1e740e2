import type { Provider } from 'oidc-provider'
import { parseSmartScope } from '../../fhir/smart-scope.ts'
import { type App, mayAskFor, OTHER_SCOPES } from './apps.ts'
import { OWN_REGION } from './own-apps.ts'
import { regionAddress, type ServerParts } from './server-parts.ts'

/** Who is let in, by whose login, to what. */
export interface LettingIn {
  readonly app: App
  readonly login: string
  readonly scopes: readonly string[]
  /** Whose API: a region, or that of the login's commission. */
  readonly region: string
  readonly patient?: string | undefined
  readonly encounter?: string | undefined
}

/** Each authorization has a grant of its own, so that what is revoked with it is one family of tokens and no more. */
export async function makeGrant(
  parts: ServerParts,
  provider: Provider,
  issuer: string,
  { app, login, scopes, region, patient, encounter }: LettingIn,
) {
  const grant = new provider.Grant({ accountId: login, clientId: app.clientId })
  const clinical = scopes.filter((scope) => parseSmartScope(scope) && mayAskFor(app, scope))
  const others = scopes.filter((scope) => !parseSmartScope(scope) && mayAskFor(app, scope))
  if (clinical.length > 0) grant.addResourceScope(regionAddress(issuer, region), clinical.join(' '))
  if (others.length > 0) grant.addOIDCScope(others.join(' '))
  const refused = scopes.filter(
    (scope) => OTHER_SCOPES.some((each) => each === scope) && !others.includes(scope),
  )
  if (refused.length > 0) grant.rejectOIDCScope(refused.join(' '))
  const grantId = await grant.save()
  await parts.contexts.keep(grantId, {
    client: app.clientId,
    login,
    region: region === OWN_REGION ? await regionOf(parts, login) : region,
    patient,
    encounter,
    offline: others.includes('offline_access'),
  })
  return grant
}

/** The region of a member of staff's commission; another's login has none, and opens nothing. */
async function regionOf({ logins }: ServerParts, id: string): Promise<string> {
  const login = await logins.find(id)
  return login?.kind === 'staff' ? login.subject.region : ''
}
