import type { Database, Queryable } from '../db/database.ts'

const TABLES = ['res', 'ver', 'str', 'dat', 'qty']
const MERGE = { text: "select gin_clean_pending_list('store.res_by_token')" }

/**
 * What bulk writes leave behind: the token index's list of pending entries is merged, and the planner told what the tables
 * now hold, so that statements prepared on empty tables are planned anew. Seconds after a large load; not on a request's path.
 */
export async function maintain(db: Queryable): Promise<void> {
  await db.query(MERGE)
  for (const table of TABLES) await db.query({ text: `analyze store.${table}` })
}

/** So many versions fill about a megabyte of the token index's list, which every search reads through. */
const MERGED_AFTER = 4_000
/** A table has to grow by so many times before the planner is told again. */
const GROWTH = 4

/** What a store does beside its writes, when they have been many. Made by {@link createUpkeep}. */
export interface Upkeep {
  wrote(versions: number): void
}

/**
 * Keeps a store fast while it is written to. Token entries are merged before a write has to do it while somebody waits,
 * and tables that grow from nothing are told of to the planner: its plan for an empty table reads all of a full one.
 * Beside the requests, on a connection of its own; what fails is done the next time, or by PostgreSQL's autovacuum.
 */
export function createUpkeep(db: Database): Upkeep {
  let written = 0
  let toMerge = 0
  let analyzedAt = 0
  let busy = false

  async function work(): Promise<void> {
    if (toMerge >= MERGED_AFTER) {
      toMerge = 0
      await db.transaction((own) => own.query(MERGE))
    }
    if (written >= Math.max(100, analyzedAt * GROWTH)) {
      analyzedAt = written
      await analyzeIfGrown(db, written)
    }
  }

  return {
    wrote(versions) {
      written += versions
      toMerge += versions
      if (busy) return
      busy = true
      void work()
        .catch(() => {})
        .finally(() => {
          busy = false
        })
    },
  }
}

/** The planner believes what it was last told; `-1`: nothing yet. */
async function analyzeIfGrown(db: Database, written: number): Promise<void> {
  await db.transaction(async (own) => {
    const { rows } = await own.query<{ known: number }>({
      text: "select reltuples as known from pg_class where oid = 'store.res'::regclass",
    })
    if ((rows[0]?.known ?? 0) * GROWTH > written) return
    for (const table of TABLES) await own.query({ text: `analyze store.${table}` })
  })
}
