import type { Queryable } from '../db/database.ts'
import { query, queryRaw, sql } from '../db/sql.ts'
import type { Eraser } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { TYPES_BY_NUMBER } from '../fhir/resource-type.ts'
import { tenantOf } from './dictionary.ts'
import { idBytes } from './resource-id.ts'
import { TYPE_NUMBER } from './row.ts'

/** What makes a region's own records unreadable for ever. Only `law/remove-records.ts` asks it, when the law says so. */
export function createEraser(db: Queryable, region: string): Eraser {
  return {
    async recordOf(patient) {
      const tenant = await tenantOf(db, region)
      const rows = await queryRaw(
        db,
        sql`select type, coalesce(fid, id::text), date_part('epoch', upd) * 1000 from store.res
          where tenant = ${tenant}::int2 and pat = ${idBytes(patient)}::uuid order by type, id`,
      )
      return rows.flatMap(([type, id, at]) => {
        const kind: ResourceType | undefined = TYPES_BY_NUMBER[Number(type)]
        return kind && id ? [{ key: { type: kind, id }, lastEntry: Number(at) }] : []
      })
    },
    async erase(keys, ground) {
      const tenant = await tenantOf(db, region)
      const types = keys.map(({ type }) => TYPE_NUMBER.get(type) ?? -1)
      const ids = keys.map(({ id }) => idBytes(id).toString('hex'))
      const [row] = await query<{ gone: string }>(
        db,
        sql`select store.destroy(${tenant}::int2, ${types}::int2[], ${ids}::uuid[], ${ground}) as gone`,
      )
      await query(db, sql`vacuum store.ver`) // until then the words lie in dead rows
      return Number(row?.gone ?? 0)
    },
  }
}
