import type { Queryable } from '../db/database.ts'

const TABLES = ['res', 'ver', 'str', 'dat', 'qty']

/**
 * What bulk writes leave behind: the token index's list of pending entries is merged, and the planner told what the tables
 * now hold, so that statements prepared on empty tables are planned anew. Seconds after a large load; not on a request's path.
 */
export async function maintain(db: Queryable): Promise<void> {
  await db.query({ text: "select gin_clean_pending_list('store.res_by_token')" })
  for (const table of TABLES) await db.query({ text: `analyze store.${table}` })
}
