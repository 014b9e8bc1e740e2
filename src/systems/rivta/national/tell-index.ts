import type { Queryable } from '../../../db/database.ts'
import { sql } from '../../../db/sql.ts'
import type { RecordSystem, StoredResource } from '../../../fhir/record-system.ts'
import { readFeed } from '../../read-feed.ts'
import type { EngagementIndex } from './engagement-index.ts'
import { engagementsOf, type RegionInIndex } from './engagements-of-records.ts'

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
export function tellIndex(telling: Telling): Promise<void> {
  const { db, index, region, store } = telling
  return readFeed({ db, places: sql`systems.told_cursor`, region, store }, async (written) => {
    const told = engagementsOf(written, await regionIn(telling, written))
    if (told.length > 0) await index.update(told)
  })
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
