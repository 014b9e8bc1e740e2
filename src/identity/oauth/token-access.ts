import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { smartScopesIn } from '../../fhir/smart-scope.ts'
import type { Access, AppAccess } from '../../law/access.ts'
import { patientAccessOf, staffAccessOf } from '../login/login-access.ts'
import { LOGIN_STATE, type Login } from '../login/logins.ts'
import { sha256 } from '../sha256.ts'
import type { App } from './apps.ts'
import { OWN_REGION, WORKSPACE } from './own-apps.ts'

interface TokenRow {
  readonly client: string
  readonly scope: string | null
  readonly audience: string
  /** `null` for the workspace, which is in no register. */
  readonly registration: App | null
  /** `null` for a backend service. */
  readonly login: Login | null
  readonly offline: boolean
  readonly region: string | null
  readonly patient: string | null
}

/**
 * What an access token of the authorization server opens; `undefined` for one that is unknown, out of date, revoked, of an
 * app that has ended, or of a session that is locked or over. A session's clock is put forward by its tokens' use.
 */
export async function accessOfToken(db: Queryable, token: string): Promise<Access | undefined> {
  const [row] = await query<TokenRow>(
    db,
    sql`select t.payload->>'clientId' as client, t.payload->>'scope' as scope, t.payload->>'aud' as audience,
        a.registration, c.region, c.patient,
        case when l.id is not null then
          jsonb_build_object('id', l.id, 'kind', l.kind, 'subject', l.subject, 'acr', l.acr, 'state', ${LOGIN_STATE}) end as login,
        coalesce(c.offline, false) as offline
      from identity.oauth_item t
      left join identity.app a on a.client_id = t.payload->>'clientId' and a.ended_at is null
      left join identity.login l on l.id = t.payload->>'accountId'
      left join identity.app_context c on c.grant_id = t.grant_id
      where t.kind in ('AccessToken', 'ClientCredentials') and t.id_hash = ${sha256(token)} and t.expires > now()
        and (a.client_id is not null or t.payload->>'clientId' = ${WORKSPACE})`,
  )
  if (!row) return undefined
  if (row.client === WORKSPACE) return inPerson(row)
  const app: AppAccess = {
    client: row.client,
    scopes: smartScopesIn(row.scope ?? ''),
    patient: row.patient ?? undefined,
  }
  const access = accessOfRow(row, app)
  if (!access || !row.audience.endsWith(`/fhir/${access.region}`)) return undefined
  return access
}

/** Who sits at the workspace asks as themselves: only the law limits. */
function inPerson({ login, region, audience }: TokenRow): Access | undefined {
  if (login?.state !== 'open' || !audience.endsWith(`/fhir/${OWN_REGION}`)) return undefined
  const access = staffAccessOf(login)
  return access?.region === region ? access : undefined
}

function accessOfRow(row: TokenRow, app: AppAccess): Access | undefined {
  const { service, clientId, name } = row.registration ?? {}
  if (service && clientId && name) {
    const nobody = { user: clientId, userName: name, statedReason: undefined }
    return { kind: 'system', ...service, ...nobody, session: clientId, app }
  }
  const { login, region, offline, patient } = row
  if (!login || !region) return undefined
  if (login.state !== 'open' && !(offline && mayBeAway(login))) return undefined
  const access =
    staffAccessOf(login) ?? (patient === null ? undefined : patientAccessOf(login, region, patient))
  return access?.region === region ? { ...access, app } : undefined
}

/** What was granted for when the person is away lives as its refresh token does; for staff no longer than a working day. */
const mayBeAway = ({ kind, state }: Login) => kind === 'patient' || state !== 'over'
