import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'

/** What the demo's people were generated for. */
export interface DemoPopulation {
  /** ISO time with offset: nothing in their records is later. */
  readonly until: string
  readonly patients: number
  readonly loaded: boolean
}

export interface DemoState {
  /** What was begun or done before; else begins with what is given. More patients than before begin again, for the same moment. */
  begin(wanted: { until: string; patients: number }): Promise<DemoPopulation>
  /** All of them are stored. */
  done(): Promise<void>
}

/** Remembers which population the demo has, so that a second start loads nothing and an interrupted one goes on. */
export function createDemoState(db: Queryable): DemoState {
  return {
    async begin({ until, patients }) {
      const [row] = await query<DemoPopulation>(
        db,
        sql`insert into identity.demo_population (until, patients) values (${until}, ${patients})
            on conflict (only_one) do update
              set loaded = demo_population.loaded and demo_population.patients >= excluded.patients,
                  patients = greatest(demo_population.patients, excluded.patients)
            returning until, patients, loaded`,
      )
      if (!row) throw new Error('The demo row was not returned')
      return row
    },
    async done() {
      await query(db, sql`update identity.demo_population set loaded = true`)
    },
  }
}
