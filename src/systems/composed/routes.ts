import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { isResourceType, type ResourceType } from '../../fhir/resource-type.ts'

/** Who answers for a type: the legacy system with our store's additions, or our store alone. */
export type PartName = 'legacy' | 'own'

/** A region's routes. What has none is the legacy system's. */
export interface Routes {
  of(type: ResourceType): PartName
  all(): ReadonlyMap<ResourceType, PartName>
  /** From the next request; back again in the same way. */
  set(type: ResourceType, part: PartName): Promise<void>
}

/** Reads a region's routes from the database once; changes are written through. */
export async function createRoutes(db: Queryable, region: string): Promise<Routes> {
  const rows = await query<{ type: string; part: PartName }>(
    db,
    sql`select type, part from systems.route where region = ${region}`,
  )
  const routes = new Map<ResourceType, PartName>()
  for (const { type, part } of rows) if (isResourceType(type)) routes.set(type, part)
  return {
    of: (type) => routes.get(type) ?? 'legacy',
    all: () => routes,
    async set(type, part) {
      await query(
        db,
        sql`insert into systems.route (region, type, part) values (${region}, ${type}, ${part})
          on conflict (region, type) do update set part = excluded.part, since = now()`,
      )
      routes.set(type, part)
    },
  }
}
