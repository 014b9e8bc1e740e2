import { readTime } from '../db/binary.ts'
import { type Sql, sql } from '../db/sql.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import { RESOURCE_TYPES, type ResourceType } from '../fhir/resource-type.ts'
import type { Dictionary } from './dictionary.ts'
import { idText } from './resource-id.ts'

/** The number a type is stored as. */
export const TYPE_NUMBER: ReadonlyMap<ResourceType, number> = new Map(
  RESOURCE_TYPES.map((type, index) => [type, index]),
)

/** The columns that {@link toStored} reads, of `r` (the search row) and `v` (the version). */
export const COLUMNS: Sql = sql`r.type, r.id, r.fid, v.ver, v.upd, v.op, r.pat, r.pfid, r.unit, r.provider, r.d0, r.d1, v.body`

const METHODS = ['create', 'update', 'delete'] as const

type Cell = Buffer | null | undefined

/** A row of {@link COLUMNS}, in PostgreSQL's binary form, as it travels. */
export async function toStored(
  row: readonly Cell[],
  dictionary: Dictionary,
): Promise<StoredResource> {
  const [type, id, fid, ver, upd, op, pat, pfid, unit, provider, d0, d1, body] = row
  const kind = RESOURCE_TYPES[type?.readInt16BE(0) ?? -1]
  if (!kind || !id || !ver || !upd || !unit || !provider || !body) {
    throw new Error('a stored row has what its columns say')
  }
  return {
    key: { type: kind, id: idText(id, fid) },
    version: String(ver.readInt32BE(0)),
    lastUpdated: new Date(readTime(upd)).toISOString(),
    origin: {
      type: kind,
      patient: pat ? idText(pat, pfid) : undefined,
      unit: await dictionary.nameOf(unit.readInt32BE(0)),
      provider: await dictionary.nameOf(provider.readInt32BE(0)),
      from: finite(d0),
      to: finite(d1),
    },
    bytes: body,
    method: METHODS[op?.readInt16BE(0) ?? 0] ?? 'update',
  }
}

function finite(time: Cell): number | undefined {
  const value = time ? readTime(time) : undefined
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
