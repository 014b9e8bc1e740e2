import type { Patient } from 'fhir/r4'
import type { Queryable } from '../../db/database.ts'
import { sql } from '../../db/sql.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { readFeed } from '../read-feed.ts'
import type { Persons } from './persons.ts'
import { numberIn } from './search-persons.ts'

/** Brings the engagement index up to what was written in a region's own store since it was last looked at. */
export function followFeed(
  db: Queryable,
  persons: Persons,
  region: string,
  store: RecordSystem,
): Promise<void> {
  return readFeed({ db, places: sql`systems.index_cursor`, region, store }, async (written) => {
    const entries = written.flatMap(({ key, bytes }) => {
      if (key.type !== 'Patient' || bytes.length === 0) return []
      const number = numberIn(JSON.parse(String(bytes)) as Patient)
      return number === undefined ? [] : [{ number, patient: key.id }]
    })
    await persons.noteAll(region, [
      ...new Map(entries.map((each) => [each.patient, each])).values(),
    ])
  })
}
