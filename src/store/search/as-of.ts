import { type Sql, sql } from '../../db/sql.ts'

/**
 * What the first page of a search saw, for those that follow: a change moves what is in the order of the last change, and it is
 * to stand where it stood, neither once more nor not at all.
 */
export interface AsOf {
  /** PostgreSQL's snapshot: which transactions were done. https://www.postgresql.org/docs/current/functions-info.html */
  readonly snapshot: string
  /** A timestamp before it, that every change under way then is later than. */
  readonly before: string
}

/** How much earlier: no transaction takes as long. */
const LONGEST = sql`interval '5 minutes'`

/** What the statement sees, in two columns. */
export const SEEN_NOW: readonly Sql[] = [
  sql`pg_current_snapshot()::text`,
  sql`(now() - ${LONGEST})::text`,
]

/** Whether a version was there. Only the latest changes are looked for in the snapshot. */
export const wasSeen = (version: Sql, { snapshot, before }: AsOf): Sql =>
  sql`(${version}.upd < ${before}::timestamptz or pg_visible_in_snapshot(${version}.xid, ${snapshot}::pg_snapshot))`

/** When row `r` had last been changed, then; null for what wasn't there yet. */
export function updatedThen(asOf: AsOf | undefined): Sql {
  if (!asOf) return sql`r.upd`
  return sql`case when r.upd < ${asOf.before}::timestamptz then r.upd else (select a.upd from store.ver a
    where a.tenant = r.tenant and a.type = r.type and a.id = r.id and ${wasSeen(sql`a`, asOf)}
    order by a.ver desc limit 1) end`
}

/** The texts that {@link SEEN_NOW} gave, if that is what they are. */
export function asOfIn(texts: readonly unknown[]): AsOf | undefined {
  const [snapshot, before] = texts
  const isAsOf =
    typeof snapshot === 'string' &&
    /^\d{1,20}:\d{1,20}:[\d,]*$/.test(snapshot) &&
    typeof before === 'string' &&
    /^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/.test(before)
  return isAsOf ? { snapshot, before } : undefined
}
