import { type Sql, sql } from '../db/sql.ts'
import { labelsIn } from '../fhir/label.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import { type ResourceType, TYPES_BY_NUMBER } from '../fhir/resource-type.ts'
import type { Dictionary } from './dictionary.ts'

/** The number a type is stored as. */
export const TYPE_NUMBER: ReadonlyMap<ResourceType, number> = new Map(
  TYPES_BY_NUMBER.map((type, index) => [type, index]),
)

/** The columns that {@link toStored} reads, of `r` (the search row) and `v` (the version). Times are milliseconds. */
export const COLUMNS: Sql = sql`r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
  r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body`

/** How many columns that is: what a statement adds comes after. */
export const COLUMN_COUNT = 15

const METHODS = ['create', 'update', 'delete'] as const

type Cell = string | null | undefined

const UNIT = 8
const PROVIDER = 9
const PROCESS = 10

/** Rows of {@link COLUMNS}, read. What comes after the columns is left to the caller. */
export async function toStored(
  rows: readonly (readonly Cell[])[],
  dictionary: Dictionary,
): Promise<StoredResource[]> {
  await dictionary.learn(
    rows.flatMap((row) => {
      const process = row[PROCESS]
      const origin = [Number(row[UNIT]), Number(row[PROVIDER])]
      return process ? [...origin, Number(process)] : origin
    }),
  )
  return rows.map((row) => readRow(row, dictionary))
}

function readRow(row: readonly Cell[], dictionary: Dictionary): StoredResource {
  const [type, id, fid, ver, upd, op, pat, pfid, unit, provider, process, labels, d0, d1, body] =
    row
  const kind = TYPES_BY_NUMBER[Number(type)]
  if (!kind || !id || !ver || typeof body !== 'string') {
    throw new Error('a stored row has what its columns say')
  }
  return {
    key: { type: kind, id: fid ?? id },
    version: ver,
    lastUpdated: new Date(Number(upd)).toISOString(),
    origin: {
      type: kind,
      patient: pat ? (pfid ?? pat) : undefined,
      unit: dictionary.nameOf(Number(unit)),
      provider: dictionary.nameOf(Number(provider)),
      process: process ? dictionary.nameOf(Number(process)) : undefined,
      labels: labelsIn(Number(labels)),
      from: finite(d0),
      to: finite(d1),
    },
    bytes: Buffer.from(body),
    method: METHODS[Number(op)] ?? 'update',
  }
}

function finite(time: Cell): number | undefined {
  const value = time ? Number(time) : undefined
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
