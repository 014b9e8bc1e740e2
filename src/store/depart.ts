import type { Database } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import { tenantOf } from './dictionary.ts'

/** What shows that a region has been given all that is removed. */
export interface Departing {
  /** Root and signature of the receipt. */
  readonly receipt: string
  /** How many versions were exported. */
  readonly versions: number
}

/**
 * Removes all that is kept for a region that leaves, every version of everything. All or nothing, and nothing if there is
 * anything that wasn't exported. The only way that a version is ever removed: the database refuses all others (PDL 3:14).
 *
 * @throws Problem `conflict` if something was written after the export
 */
export async function removeRegion(
  db: Database,
  region: string,
  { receipt, versions }: Departing,
): Promise<void> {
  const tenant = await tenantOf(db, region)
  await db.transaction(async (within) => {
    await query(
      within,
      sql`insert into store.departure (tenant, receipt) values (${tenant}::int2, ${receipt})`,
    )
    const [row] = await query<{ removed: string }>(
      within,
      sql`with gone as (delete from store.ver where tenant = ${tenant}::int2 returning 1)
        select count(*)::text as removed from gone`,
    )
    if (Number(row?.removed) !== versions) {
      throw new Problem('conflict', 'Something was written after the export. Export again.')
    }
    for (const statement of [
      sql`delete from store.str where tenant = ${tenant}::int2`,
      sql`delete from store.dat where tenant = ${tenant}::int2`,
      sql`delete from store.qty where tenant = ${tenant}::int2`,
      sql`delete from store.res where tenant = ${tenant}::int2`,
      sql`update store.departure set done_at = now(), versions = ${versions}
        where tenant = ${tenant}::int2 and done_at is null`,
    ]) {
      await query(within, statement)
    }
  })
}
