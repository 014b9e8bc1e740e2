import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import type { RecordSystem, StoredResource } from '../fhir/record-system.ts'

const PAGE = 500
/** Pages at a time, so that a long feed doesn't hold up those who wait for answers. */
const PAGES = 4

/** Whose feed it is, and where the place in it is kept: a table of `region` and `cursor`. */
export interface FeedReading {
  readonly db: Queryable
  readonly places: Sql
  readonly region: string
  readonly store: RecordSystem
}

/**
 * Hands on what was written in a region's own store since the last time, a few pages at most. What isn't taken is handed on
 * again the next time: the place in the feed moves only when `take` has settled.
 *
 * @throws what `take` throws
 */
export async function readFeed(
  { db, places, region, store }: FeedReading,
  take: (written: readonly StoredResource[]) => Promise<void>,
): Promise<void> {
  const [row] = await query<{ cursor: string }>(
    db,
    sql`select cursor from ${places} where region = ${region}`,
  )
  let cursor = row?.cursor
  for (let page = 0; page < PAGES; page++) {
    const items = await store.changes(cursor, PAGE)
    const last = items.at(-1)
    if (!last) return
    await take(items.map(({ resource }) => resource))
    cursor = last.cursor
    await query(
      db,
      sql`insert into ${places} (region, cursor) values (${region}, ${cursor})
        on conflict (region) do update set cursor = excluded.cursor`,
    )
    if (items.length < PAGE) return
  }
}
