import { join, type Sql, sql } from '../../db/sql.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import { wasSeen } from './as-of.ts'
import { clauseTokens, type Place, timestamp } from './clause.ts'
import type { Cursor } from './sort.ts'

/** A way to rows `r` in the order of their last change, without sorting all that there are. */
export interface UpdatedWalk {
  readonly from: Sql
  /** Where the walk begins and ends; the search's own conditions say it exactly. */
  readonly bounds: Sql
  readonly order: Sql
  /** When each was changed. */
  readonly updated: Sql
}

/**
 * Whether a search is in the order of the last change, and asks for nothing that few rows may have: to find those, a walk would
 * pass all that there are. A token that is asked for has been counted before: many have it.
 */
export function isWalkedByUpdated(place: Place, { sort, clauses }: SearchQuery): boolean {
  const [key, second] = sort
  return (
    key?.param === '_lastUpdated' &&
    second === undefined &&
    clauses.every(
      (clause) => clause.param === '_lastUpdated' || clauseTokens(place, clause) !== undefined,
    )
  )
}

/**
 * Walks the versions by time and takes those that are current, or were on the first page's time. The search row has no index by
 * time, since every update would have to move it. The limit within keeps the planner to this order.
 */
export function walkByUpdated(
  { tenant }: Place,
  type: number,
  { clauses, sort }: SearchQuery,
  cursor: Cursor | undefined,
): UpdatedWalk {
  const descending = sort[0]?.descending === true
  const asOf = cursor?.asOf
  const isHeld = asOf
    ? sql`(r.ver = w.ver or not exists (select from store.ver n where n.tenant = w.tenant and n.type = w.type
        and n.id = w.id and n.ver > w.ver and ${wasSeen(sql`n`, asOf)}))`
    : sql`r.ver = w.ver`
  const bounds = [
    ...(asOf ? [wasSeen(sql`w`, asOf)] : []),
    sql`w.tenant = ${tenant}::int2`,
    sql`w.type = ${type}::int2`,
    ...clauses.flatMap(boundsOf),
    ...cursorBound(descending, cursor),
  ]
  return {
    from: sql`store.ver w cross join lateral (select * from store.res r where r.tenant = w.tenant
      and r.type = w.type and r.id = w.id and ${isHeld} limit 1) r`,
    bounds: join(bounds, ' and ', sql`true`),
    updated: sql`w.upd`,
    order: descending ? sql`w.upd desc, w.id` : sql`w.upd, w.id`,
  }
}

/** The times that a clause can be true of, a millisecond to spare. */
function boundsOf({ param, modifier, values }: SearchClause): Sql[] {
  const [value, second] = values
  if (param !== '_lastUpdated' || modifier !== undefined) return []
  if (value?.kind !== 'date' || second) return []
  const from = sql`w.upd >= ${timestamp(value.lo - 1)}::timestamptz`
  const to = sql`w.upd <= ${timestamp(value.hi + 1)}::timestamptz`
  switch (value.prefix) {
    case 'gt':
    case 'ge':
    case 'sa':
      return [from]
    case 'lt':
    case 'le':
    case 'eb':
      return [to]
    case 'eq':
      return [from, to]
    default:
      return []
  }
}

function cursorBound(descending: boolean, cursor: Cursor | undefined): Sql[] {
  const at = cursor?.values[0]
  if (at === undefined || at === null) return []
  return [descending ? sql`w.upd <= ${at}::timestamptz` : sql`w.upd >= ${at}::timestamptz`]
}
