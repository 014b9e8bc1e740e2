import type { Queryable } from '../../../db/database.ts'
import { query, sql } from '../../../db/sql.ts'
import type { RecordSystem, StoredResource } from '../../../fhir/record-system.ts'
import type { EngagementIndex } from './engagement-index.ts'
import { engagementsOf, type RegionInIndex } from './engagements-of-records.ts'

const PAGE = 500
/** Pages at a time, so that a long feed doesn't hold up those who wait for answers. */
const PAGES = 4

/** What it is told of, and by whom. */
export interface Telling extends Pick<RegionInIndex, 'system' | 'organizationNumber'> {
  readonly db: Queryable
  readonly index: Pick<EngagementIndex, 'update'>
  readonly region: string
  readonly store: RecordSystem
  /** Personnummer or samordningsnummer of a patient; `undefined` for one without. */
  numberOf(patient: string): Promise<string | undefined>
}

/**
 * Tells the engagement index what was written in a region's own store since it was last told. What the index doesn't take
 * is told again the next time: the place in the feed moves only when it has answered.
 *
 * @throws Problem `transient` when the index is away
 */
export async function tellIndex(telling: Telling): Promise<void> {
  const { db, index, region, store } = telling
  const [row] = await query<{ cursor: string }>(
    db,
    sql`select cursor from systems.told_cursor where region = ${region}`,
  )
  let cursor = row?.cursor
  for (let page = 0; page < PAGES; page++) {
    const items = await store.changes(cursor, PAGE)
    const last = items.at(-1)
    if (!last) return
    const records = items.map(({ resource }) => resource)
    const told = engagementsOf(records, await regionIn(telling, records))
    if (told.length > 0) await index.update(told)
    cursor = last.cursor
    await query(
      db,
      sql`insert into systems.told_cursor (region, cursor) values (${region}, ${cursor})
        on conflict (region) do update set cursor = excluded.cursor`,
    )
    if (items.length < PAGE) return
  }
}

async function regionIn(
  { system, organizationNumber, numberOf }: Telling,
  records: readonly StoredResource[],
): Promise<RegionInIndex> {
  const patients = new Set(records.flatMap(({ origin }) => origin.patient ?? []))
  const numbers = new Map(
    await Promise.all(
      [...patients].map(async (patient) => [patient, await numberOf(patient)] as const),
    ),
  )
  return { system, organizationNumber, numberOf: (patient) => numbers.get(patient) }
}
