import type { Database } from '../db/database.ts'
import { queryRaw, sql } from '../db/sql.ts'
import type {
  Capability,
  FeedItem,
  RecordSystem,
  ResourceKey,
  Sealed,
  TypeCapability,
} from '../fhir/record-system.ts'
import { RESOURCE_TYPES } from '../fhir/resource-type.ts'
import { seal } from '../fhir/seal.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'
import { createDictionary, type Dictionary, tenantOf } from './dictionary.ts'
import { history } from './history.ts'
import { createUpkeep } from './maintain.ts'
import { idBytes } from './resource-id.ts'
import { COLUMN_COUNT, COLUMNS, TYPE_NUMBER, toStored } from './row.ts'
import { search } from './search/search.ts'
import { type Alongside, createWriteQueue } from './write-queue.ts'

/** What a store is made of. */
export interface StoreParts {
  readonly db: Database
  readonly region: string
  readonly now: () => number
  readonly alongside: Alongside | undefined
}

/** Our own record system: one region's FHIR R4 resources in PostgreSQL. */
export async function createStore(parts: StoreParts): Promise<RecordSystem> {
  const { db, region, now, alongside } = parts
  const tenant = await tenantOf(db, region)
  const dictionary = createDictionary(db)
  const searchParts = { db, tenant, dictionary }
  const write = createWriteQueue({ ...searchParts, db, now, alongside, upkeep: createUpkeep(db) })
  const capability = capabilityOfStore()
  return {
    name: region,
    logsWrites: alongside !== undefined,
    capability: () => capability,
    locate: (key, version) => locate(db, tenant, dictionary, key, version),
    search: (query, sight) => search(searchParts, query, sight),
    history: (query, sight) => history(searchParts, query, sight),
    transact: (changes, author) => write(changes, author),
    changes: (since, count) => changes(db, tenant, dictionary, since, count),
  }
}

async function locate(
  db: Database,
  tenant: number,
  dictionary: Dictionary,
  key: ResourceKey,
  version: string | undefined,
): Promise<Sealed | undefined> {
  if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)) return undefined
  const rows = await queryRaw(
    db,
    sql`select ${COLUMNS} from store.res r
      cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
        and v.id = r.id and v.ver = coalesce(${version ?? null}::int4, r.ver) limit 1) v
      where r.tenant = ${tenant}::int2 and r.type = ${TYPE_NUMBER.get(key.type)}::int2
        and r.id = ${idBytes(key.id)}::uuid`,
  )
  const [resource] = await toStored(rows, dictionary)
  return resource && seal(resource)
}

/**
 * The feed: in the order of transactions, and only of those before which every other has ended, so that none is skipped
 * that commits late. A cursor is `transaction.type.id.version`.
 */
async function changes(
  db: Database,
  tenant: number,
  dictionary: Dictionary,
  since: string | undefined,
  count: number,
): Promise<readonly FeedItem[]> {
  const [xid = '0', type = '-1', id = NO_ID, ver = '0'] = since?.split('.') ?? []
  const rows = await queryRaw(
    db,
    sql`select ${COLUMNS}, v.xid::text, v.type::text, v.id::text, v.ver::text from store.ver v
      cross join lateral (select * from store.res r where r.tenant = v.tenant and r.type = v.type
        and r.id = v.id limit 1) r
      where v.xid >= ${xid}::xid8 and v.xid < pg_snapshot_xmin(pg_current_snapshot())
        and v.tenant = ${tenant}::int2
        and (v.xid, v.type, v.id, v.ver) > (${xid}::xid8, ${type}::int2, ${id}::uuid, ${ver}::int4)
      order by v.xid, v.type, v.id, v.ver limit ${count}`,
  )
  const resources = await toStored(rows, dictionary)
  return resources.map((resource, index) => ({
    resource,
    cursor: rows[index]?.slice(COLUMN_COUNT).join('.') ?? '',
  }))
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

/** Every R4 type, with every search parameter that is compiled, all answered from the index. */
function capabilityOfStore(): Capability {
  const interactions: TypeCapability['interactions'] = new Set([
    'read',
    'vread',
    'update',
    'patch',
    'delete',
    'history-instance',
    'history-type',
    'create',
    'search-type',
  ])
  const types = RESOURCE_TYPES.map((type) => {
    const codes = [...searchParametersOf(type).keys()]
    const searchParams = new Map(codes.map((code) => [code, 'native' as const]))
    return [type, { interactions, searchParams }] as const
  })
  return { types: new Map(types), system: new Set(['transaction', 'batch', 'history-system']) }
}
