import { randomBytes } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { Access } from '../law/access.ts'
import { sha256 } from './sha256.ts'

/** What the workspace hands to an app: which patient, and perhaps which contact. Ids of the region. */
export interface LaunchContext {
  readonly patient: string | undefined
  readonly encounter: string | undefined
}

/** Launches of apps from the workspace. https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch */
export interface Launches {
  /** A code for one launch of one app by this user in this commission: works once, for two minutes. */
  begin(access: Access, client: string, context: LaunchContext): Promise<string>
  /**
   * What the launch is about; from now on the code is used up, also where it was someone else's to use.
   * `undefined`: unknown, used, too old, another app's, another user's or another commission's.
   */
  take(
    code: string,
    by: Pick<Access, 'user' | 'commission' | 'region'> & { readonly client: string },
  ): Promise<LaunchContext | undefined>
}

const LIFETIME = '2 minutes'

export function createLaunches(db: Queryable): Launches {
  return {
    async begin({ user, commission, region }, client, { patient, encounter }) {
      const code = randomBytes(32).toString('base64url')
      await query(
        db,
        sql`insert into identity.launch (code_hash, client, person, commission, region, patient, encounter, expires)
          values (${sha256(code)}, ${client}, ${user}, ${commission}, ${region}, ${patient ?? null}, ${encounter ?? null},
            now() + ${LIFETIME}::interval)`,
      )
      return code
    },
    async take(code, { client, user, commission, region }) {
      const [row] = await query<{
        client: string
        person: string
        commission: string
        region: string
        patient: string | null
        encounter: string | null
      }>(
        db,
        sql`update identity.launch set used_at = now()
          where code_hash = ${sha256(code)} and used_at is null and expires > now()
          returning client, person, commission, region, patient, encounter`,
      )
      const own =
        row?.client === client &&
        row.person === user &&
        row.commission === commission &&
        row.region === region
      if (!own) return undefined
      return { patient: row.patient ?? undefined, encounter: row.encounter ?? undefined }
    },
  }
}
