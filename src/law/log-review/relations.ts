import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { ExplainingFacts } from './explain.ts'

/** Care relations of some patients, as far as the law knows: encounters, bookings and referrals at a unit. */
export async function relationsOf(
  db: Queryable,
  region: string,
  patients: ReadonlySet<string>,
): Promise<ExplainingFacts> {
  const rows = await query<{ patient: string; unit: string; until: Date }>(
    db,
    sql`select patient, unit, until from law.care_relation
      where region = ${region} and patient = any(${[...patients]}::text[])`,
  )
  const until = new Map(
    rows.map((row) => [JSON.stringify([row.patient, row.unit]), row.until.getTime()]),
  )
  return {
    hasRelation: ({ patient, unit, first }) =>
      (until.get(JSON.stringify([patient, unit])) ?? 0) > first,
  }
}
