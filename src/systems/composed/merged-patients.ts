import type { Queryable } from '../../db/database.ts'
import { query, type Sql, sql } from '../../db/sql.ts'

/** Patients of a region whose number was given up for another's, while its other system still files records under it. */
export interface MergedPatients {
  /** By the given-up Patient.id, whose record it is now. */
  all(): Promise<ReadonlyMap<string, string>>
  /** Believes nothing that it knew: something was merged. */
  forget(): void
}

/** How long another process's merge may go unseen, in milliseconds. */
const BELIEVED = 1_000

export function createMergedPatients(
  db: Queryable,
  region: string,
  now: () => number,
): MergedPatients {
  let known:
    | { readonly at: Promise<ReadonlyMap<string, string>>; readonly until: number }
    | undefined
  const look = async () => {
    const rows = await query<{ former: string; survivor: string }>(
      db,
      sql`select former, survivor from systems.merged_patient where region = ${region}`,
    )
    return new Map(rows.map(({ former, survivor }) => [former, survivor]))
  }
  return {
    all() {
      if (known && known.until > now()) return known.at
      const at = look()
      known = { at, until: now() + BELIEVED }
      at.catch(() => {
        known = undefined
      })
      return at
    },
    forget() {
      known = undefined
    },
  }
}

/**
 * Writes down that one patient is another. Whoever had become the former is the survivor too; a number that was given up once
 * and is now the one that remains is nobody's former any more.
 */
export function mergePatients(region: string, former: string, survivor: string): readonly Sql[] {
  return [
    sql`delete from systems.merged_patient where region = ${region} and former = ${survivor}`,
    sql`update systems.merged_patient set survivor = ${survivor}
      where region = ${region} and survivor = ${former}`,
    sql`insert into systems.merged_patient (region, former, survivor)
      values (${region}, ${former}, ${survivor})
      on conflict (region, former) do update set survivor = excluded.survivor, merged_at = now()`,
  ]
}
