import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'

/** Small numbers for names that many rows hold: HSA-ids of units and providers. */
export interface Dictionary {
  /** The numbers of names, made where there is none yet. */
  numbersOf(names: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The number of a name if any row can hold it. */
  known(name: string): Promise<number | undefined>
  /** The name of a number that a row holds; {@link learn} comes first. */
  nameOf(number: number): string
  /** Sees to it that the numbers' names are known. */
  learn(numbers: readonly number[]): Promise<void>
}

/** Names are never removed, so what was read once is true for ever. */
export function createDictionary(db: Queryable): Dictionary {
  const numbers = new Map<string, number>()
  const names = new Map<number, string>()

  async function readAll(): Promise<void> {
    const rows = await query<{ id: number; hsa_id: string }>(
      db,
      sql`select id, hsa_id from store.origin`,
    )
    for (const { id, hsa_id } of rows) {
      numbers.set(hsa_id, id)
      names.set(id, hsa_id)
    }
  }

  return {
    async numbersOf(wanted) {
      const missing = [...new Set(wanted)].filter((name) => !numbers.has(name))
      if (missing.length > 0) {
        await query(
          db,
          sql`insert into store.origin (hsa_id) select unnest(${missing}::text[]) on conflict do nothing`,
        )
        await readAll()
      }
      return numbers
    },
    async known(name) {
      if (!numbers.has(name)) await readAll()
      return numbers.get(name)
    },
    nameOf: (number) => names.get(number) ?? '',
    async learn(wanted) {
      if (!wanted.every((number) => names.has(number))) await readAll()
    },
  }
}

/** The number that a region's rows begin with. */
export async function tenantOf(db: Queryable, region: string): Promise<number> {
  await query(db, sql`insert into store.region (name) values (${region}) on conflict do nothing`)
  const [row] = await query<{ id: number }>(
    db,
    sql`select id from store.region where name = ${region}`,
  )
  if (!row) throw new Error('the region was just made')
  return row.id
}
