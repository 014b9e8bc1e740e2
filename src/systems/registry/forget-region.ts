import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** Removes what is kept about a region's patients beside their records: where they are found, what waits to be delivered. */
export async function forgetRegion(db: Queryable, region: string): Promise<void> {
  for (const statement of [
    sql`delete from systems.engagement where region = ${region}`,
    sql`delete from systems.person p
      where not exists (select 1 from systems.engagement e where e.person = p.id)`,
    sql`delete from systems.known_id where system = ${region}`,
    sql`delete from systems.outbox where region = ${region}`,
    sql`delete from systems.merged_patient where region = ${region}`,
    sql`delete from systems.route where region = ${region}`,
    sql`delete from systems.federated_id where region = ${region}`,
    sql`delete from systems.index_cursor where region = ${region}`,
    sql`delete from systems.told_cursor where region = ${region}`,
    sql`delete from systems.region_sample where region = ${region}`,
  ]) {
    await query(db, statement)
  }
}
