import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { Access } from '../law/access.ts'

/** When a user last marked a patient's record as read. The user's own note; it says nothing of what the record holds. */
export interface ReadMarks {
  readAt(access: Access, patient: string): Promise<Date | undefined>
  mark(access: Access, patient: string, readAt: Date): Promise<void>
}

export function createReadMarks(db: Queryable): ReadMarks {
  return {
    async readAt({ user, region }, patient) {
      const [row] = await query<{ read_at: Date }>(
        db,
        sql`select read_at from identity.read_mark
          where user_hsa_id = ${user} and region = ${region} and patient = ${patient}`,
      )
      return row?.read_at
    },
    async mark({ user, region }, patient, readAt) {
      await query(
        db,
        sql`insert into identity.read_mark (user_hsa_id, region, patient, read_at)
          values (${user}, ${region}, ${patient}, ${readAt})
          on conflict (user_hsa_id, region, patient) do update set read_at = excluded.read_at`,
      )
    },
  }
}
