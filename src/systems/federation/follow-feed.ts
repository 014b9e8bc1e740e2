import type { Patient } from 'fhir/r4'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import type { Persons } from './persons.ts'
import { numberIn } from './search-persons.ts'

const PAGE = 500
/** Pages at a time, so that a long feed doesn't hold up those who wait for answers. */
const PAGES = 4

/** Brings the engagement index up to what was written in a region's own store since it was last looked at. */
export async function followFeed(
  db: Queryable,
  persons: Persons,
  region: string,
  store: RecordSystem,
): Promise<void> {
  const [row] = await query<{ cursor: string }>(
    db,
    sql`select cursor from systems.index_cursor where region = ${region}`,
  )
  let cursor = row?.cursor
  for (let page = 0; page < PAGES; page++) {
    const items = await store.changes(cursor, PAGE)
    const last = items.at(-1)
    if (!last) return
    const entries = items.flatMap(({ resource: { key, bytes } }) => {
      if (key.type !== 'Patient' || bytes.length === 0) return []
      const number = numberIn(JSON.parse(String(bytes)) as Patient)
      return number === undefined ? [] : [{ number, patient: key.id }]
    })
    await persons.noteAll(region, [
      ...new Map(entries.map((each) => [each.patient, each])).values(),
    ])
    cursor = last.cursor
    await query(
      db,
      sql`insert into systems.index_cursor (region, cursor) values (${region}, ${cursor})
        on conflict (region) do update set cursor = excluded.cursor`,
    )
    if (items.length < PAGE) return
  }
}
