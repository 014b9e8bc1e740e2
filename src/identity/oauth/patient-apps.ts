import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { LOGIN_STATE, type PatientSubject } from '../login/logins.ts'
import { sha256 } from '../sha256.ts'
import { CITIZEN } from './own-apps.ts'

/** A patient who is logged in to see to their apps. */
export interface Citizen extends PatientSubject {
  /** The id of the login. */
  readonly login: string
}

/** An app that a patient has let in to the record of one region, and that can still use it. */
export interface LetInApp {
  readonly client: string
  readonly name: string
  readonly region: string
  /** When it was let in first and last; more than once if the patient was asked again. */
  readonly since: Date
  readonly latest: Date
  readonly scopes: readonly string[]
  /** Until when it may go on without the patient; `null`: no longer than the patient is logged in to it. */
  readonly until: Date | null
}

/** Where patients see which apps they have let in, and take it back. */
export interface PatientApps {
  /** Who has logged in for this; `undefined` for any other token, and when the login is locked or over. */
  citizenOf(authorization: string | undefined): Promise<Citizen | undefined>
  /** What the patient has let in, by whichever login, the latest first. */
  of(personalNumber: string): Promise<readonly LetInApp[]>
  /**
   * Takes it back: every code, access token and refresh token of every time that the patient let the app in to the region.
   * @returns whether there was anything to take back
   */
  withdraw(
    personalNumber: string,
    app: { readonly client: string; readonly region: string },
  ): Promise<boolean>
}

interface Row extends Omit<LetInApp, 'scopes'> {
  /** Of all the times, separated by spaces. */
  readonly scopes: string | null
}

export function createPatientApps(db: Queryable): PatientApps {
  return {
    async citizenOf(authorization) {
      const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
      if (token === undefined) return undefined
      const [row] = await query<{ id: string; subject: PatientSubject }>(
        db,
        sql`select l.id, l.subject from identity.oauth_item t
          join identity.login l on l.id = t.payload->>'accountId' and l.kind = 'patient'
          where t.kind = 'AccessToken' and t.id_hash = ${sha256(token)} and t.expires > now()
            and t.payload->>'clientId' = ${CITIZEN} and ${LOGIN_STATE} = 'open'`,
      )
      return row && { ...row.subject, login: row.id }
    },
    async of(personalNumber) {
      const rows = await query<Row>(
        db,
        sql`select c.client, a.registration->>'name' as name, c.region, min(c.since) as since, max(c.since) as latest,
            string_agg(concat_ws(' ', g.payload->'openid'->>'scope',
              (select string_agg(value, ' ') from jsonb_each_text(g.payload->'resources'))), ' ') as scopes,
            max(case when c.offline then (select max(i.expires) from identity.oauth_item i
              where i.grant_id = c.grant_id and i.kind = 'RefreshToken') end) as until
          from identity.app_context c
          join identity.login l on l.id = c.login and l.kind = 'patient'
          join identity.app a on a.client_id = c.client and a.ended_at is null
          join identity.oauth_item g on g.kind = 'Grant' and g.id_hash = sha256(convert_to(c.grant_id, 'UTF8'))
          where l.subject->>'personalNumber' = ${personalNumber} and (c.offline or ${LOGIN_STATE} in ('open', 'locked'))
            and exists (select from identity.oauth_item i where i.grant_id = c.grant_id and i.expires > now()
              and i.kind in ('AccessToken', 'RefreshToken'))
          group by c.client, a.registration, c.region
          order by max(c.since) desc`,
      )
      return rows.map(({ scopes, ...app }) => ({
        ...app,
        scopes: [...new Set((scopes ?? '').split(' ').filter(Boolean))],
      }))
    },
    async withdraw(personalNumber, { client, region }) {
      const grants = await query<{ grant_id: string }>(
        db,
        sql`delete from identity.app_context c using identity.login l
          where l.id = c.login and l.kind = 'patient' and l.subject->>'personalNumber' = ${personalNumber}
            and c.client = ${client} and c.region = ${region} returning c.grant_id`,
      )
      const ids = grants.map(({ grant_id }) => grant_id)
      await query(
        db,
        sql`delete from identity.oauth_item where grant_id = any(${ids}::text[])
          or (kind = 'Grant' and id_hash = any(${ids.map(sha256)}::bytea[]))`,
      )
      return ids.length > 0
    },
  }
}
