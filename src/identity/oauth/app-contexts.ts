import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** What an app was let in with: where, for whom, about whom. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export interface AppContext {
  readonly client: string
  /** The login of the user who let it in. */
  readonly login: string
  readonly region: string
  readonly patient: string | undefined
  readonly encounter: string | undefined
  /** Whether it may go on when the person is away. */
  readonly offline: boolean
}

/** Contexts by the grant that their tokens belong to. */
export interface AppContexts {
  keep(grantId: string, context: AppContext): Promise<void>
  of(grantId: string): Promise<AppContext | undefined>
}

export function createAppContexts(db: Queryable): AppContexts {
  return {
    async keep(grantId, { client, login, region, patient, encounter, offline }) {
      await query(
        db,
        sql`insert into identity.app_context (grant_id, client, login, region, patient, encounter, offline)
          values (${grantId}, ${client}, ${login}, ${region}, ${patient ?? null}, ${encounter ?? null}, ${offline})`,
      )
    },
    async of(grantId) {
      const [row] = await query<{
        client: string
        login: string
        region: string
        patient: string | null
        encounter: string | null
        offline: boolean
      }>(
        db,
        sql`select client, login, region, patient, encounter, offline from identity.app_context where grant_id = ${grantId}`,
      )
      return (
        row && { ...row, patient: row.patient ?? undefined, encounter: row.encounter ?? undefined }
      )
    },
  }
}
