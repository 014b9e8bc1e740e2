import type { Queryable } from '../../db/database.ts'
import { sql } from '../../db/sql.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { readFeed } from '../read-feed.ts'
import { peopleIn } from './noted-people.ts'
import type { Persons } from './persons.ts'

/** Brings the engagement index up to what was written in a region's own store since it was last looked at. */
export function followFeed(
  db: Queryable,
  persons: Pick<Persons, 'noteAll'>,
  region: string,
  store: RecordSystem,
): Promise<void> {
  return readFeed({ db, places: sql`systems.index_cursor`, region, store }, (written) =>
    persons.noteAll(region, peopleIn(written)),
  )
}
