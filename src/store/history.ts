import { join, queryRaw, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { HistoryPage, HistoryQuery } from '../fhir/record-system.ts'
import { RESOURCE_TYPES, type ResourceType } from '../fhir/resource-type.ts'
import type { Sight } from '../fhir/sight.ts'
import { inSight } from './in-sight.ts'
import { idBytes } from './resource-id.ts'
import { COLUMNS, TYPE_NUMBER, toStored } from './row.ts'
import type { SearchParts } from './search/search-parts.ts'

/** Versions newest first, of one resource, a type or all, judged by what the sight covers today. */
export async function history(
  parts: SearchParts,
  query: HistoryQuery,
  sight: Sight,
): Promise<HistoryPage> {
  const { db, tenant, dictionary } = parts
  const types = query.type ? [query.type] : RESOURCE_TYPES
  const branches = await Promise.all(types.map((type) => branch(parts, query, type, sight)))
  const rows = await queryRaw(
    db,
    sql`select ${COLUMNS} from (
        ${join(branches, ' union all ', sql`select null`)}
      ) newest
      join store.ver v on v.tenant = ${tenant}::int2 and v.type = newest.type and v.id = newest.id and v.ver = newest.ver
      join store.res r on r.tenant = v.tenant and r.type = v.type and r.id = v.id
      order by v.upd desc, v.type, v.id, v.ver desc limit ${query.count + 1}`,
  )
  const page = rows.slice(0, query.count)
  const versions = await toStored(page, dictionary)
  const last = rows.length > query.count ? versions.at(-1) : undefined
  const next = last && [last.lastUpdated, last.key.type, last.key.id, last.version].join('|')
  return { versions, next, total: undefined }
}

/** One type's newest versions: an index walk, so that a system's history is 147 short ones. */
async function branch(parts: SearchParts, query: HistoryQuery, type: ResourceType, sight: Sight) {
  const conditions = [
    sql`v.tenant = ${parts.tenant}::int2`,
    sql`v.type = ${TYPE_NUMBER.get(type)}::int2`,
    await inSight(sight, type, parts),
    ...(query.id === undefined ? [] : [sql`v.id = ${idBytes(query.id)}::uuid`]),
    ...(query.since === undefined ? [] : [sql`v.upd >= ${query.since}::timestamptz`]),
    ...(query.at === undefined ? [] : [currentAt(query.at)]),
    ...(query.cursor === undefined ? [] : [before(query.cursor)]),
  ]
  return sql`(select v.type, v.id, v.ver from store.ver v
    join store.res r on r.tenant = v.tenant and r.type = v.type and r.id = v.id
    where ${join(conditions, ' and ', sql`true`)}
    order by v.upd desc, v.type, v.id, v.ver desc limit ${query.count + 1})`
}

/** A version is current from when it was made until the next was. */
function currentAt({ lo, hi }: { readonly lo: number; readonly hi: number }) {
  return sql`v.upd < ${new Date(hi)}::timestamptz and not exists (select 1 from store.ver next
    where next.tenant = v.tenant and next.type = v.type and next.id = v.id and next.ver = v.ver + 1
      and next.upd <= ${new Date(lo)}::timestamptz)`
}

/** @throws Problem `invalid` for what isn't a cursor of a history */
function before(cursor: string) {
  const [upd, type, id, ver, more] = cursor.split('|')
  const number = TYPE_NUMBER.get(type as ResourceType)
  if (!upd || number === undefined || !id || !ver || more !== undefined || !/^\d+$/.test(ver)) {
    throw new Problem('invalid', 'The page link is not one of this history')
  }
  const at = sql`${upd}::timestamptz`
  const place = sql`(${number}::int2, ${idBytes(id)}::uuid, -${ver}::int4)`
  return sql`(v.upd < ${at} or (v.upd = ${at} and (v.type, v.id, -v.ver) > ${place}))`
}
