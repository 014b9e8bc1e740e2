import { type Column, createColumn } from '../db/binary.ts'
import { join, type Sql, sql } from '../db/sql.ts'
import { labelBits } from '../fhir/label.ts'
import { idBytes, isUuid } from './resource-id.ts'
import { TYPE_NUMBER } from './row.ts'
import type { Hash } from './token-hash.ts'
import type { NewVersion } from './version.ts'

const OPERATIONS = { create: 0, update: 1, delete: 2 } as const

/**
 * The statement that writes versions, everything they are found by, and what the law wants beside them: one, whatever
 * the number. A statement is all or nothing, and one round trip.
 *
 * @param numbers the small numbers of every unit and provider among the origins
 */
export function insertVersions(
  tenant: number,
  numbers: ReadonlyMap<string, number>,
  versions: readonly NewVersion[],
  alongside: readonly Sql[],
): Sql {
  const changed = versions.filter(({ number }) => number > 1)
  const steps = [
    ...alongside,
    insertBodies(tenant, versions),
    putSearchRows(tenant, versions, numbers),
    ...(changed.length > 0 ? removeSideRows(tenant, changed) : []),
    ...insertStrings(tenant, versions),
    ...insertDates(tenant, versions),
    ...insertQuantities(tenant, versions),
  ]
  const named = steps.map((step, index) => sql`${STEPS[index] ?? sql``} as (${step})`)
  return sql`with ${join(named, ', ', sql``)} select 1`
}

const STEPS = [
  sql`step0`,
  sql`step1`,
  sql`step2`,
  sql`step3`,
  sql`step4`,
  sql`step5`,
  sql`step6`,
  sql`step7`,
  sql`step8`,
  sql`step9`,
  sql`step10`,
  sql`step11`,
  sql`step12`,
  sql`step13`,
  sql`step14`,
  sql`step15`,
]

/** The units and providers that versions come from: the statement needs their numbers. */
export const originsOf = (versions: readonly NewVersion[]): string[] =>
  versions.flatMap(({ resource }) => {
    const { unit, provider, process } = resource.origin
    return process === undefined ? [unit, provider] : [unit, provider, process]
  })

function insertBodies(tenant: number, versions: readonly NewVersion[]): Sql {
  const [type, id, ver] = [createColumn('int2'), createColumn('uuid'), createColumn('int4')]
  const [upd, op, body] = [createColumn('timestamptz'), createColumn('int2'), createColumn('text')]
  for (const { resource, number } of versions) {
    type.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
    id.bytes(idBytes(resource.key.id))
    ver.int4(number)
    upd.time(Date.parse(resource.lastUpdated))
    op.int2(OPERATIONS[resource.method])
    body.bytes(resource.bytes)
  }
  return sql`insert into store.ver (tenant, type, id, ver, upd, op, body)
    select ${tenant}::int2, * from unnest(${type.done()}::int2[], ${id.done()}::uuid[],
      ${ver.done()}::int4[], ${upd.done()}::timestamptz[], ${op.done()}::int2[], ${body.done()}::text[])`
}

function putSearchRows(
  tenant: number,
  versions: readonly NewVersion[],
  numbers: ReadonlyMap<string, number>,
): Sql {
  const c = searchColumns()
  let place = 1
  for (const { resource, number, deleted, rows } of versions) {
    const { key, origin } = resource
    c.type.int2(TYPE_NUMBER.get(key.type) ?? -1)
    c.id.bytes(idBytes(key.id))
    textOrNull(c.fid, isUuid(key.id) ? undefined : key.id)
    c.ver.int4(number)
    c.upd.time(Date.parse(resource.lastUpdated))
    c.deleted.bool(deleted)
    if (origin.patient === undefined) c.pat.null()
    else c.pat.bytes(idBytes(origin.patient))
    textOrNull(
      c.pfid,
      origin.patient === undefined || isUuid(origin.patient) ? undefined : origin.patient,
    )
    c.unit.int4(numbers.get(origin.unit) ?? 0)
    c.provider.int4(numbers.get(origin.provider) ?? 0)
    if (origin.process === undefined) c.process.null()
    else c.process.int4(numbers.get(origin.process) ?? 0)
    c.labels.int2(labelBits(origin.labels))
    timeOrNull(c.d0, rows.period?.lo)
    timeOrNull(c.d1, rows.period?.hi)
    for (const { high, low } of rows.tokens) c.tokens.int8(high, low)
    c.start.int4(place)
    place += rows.tokens.length
    c.end.int4(place - 1)
  }
  return sql`insert into store.res (tenant, type, id, fid, ver, upd, deleted, pat, pfid, unit, provider, process, labels, d0, d1, tok)
      select ${tenant}::int2, n.type, n.id, n.fid, n.ver, n.upd, n.deleted, n.pat, n.pfid, n.unit, n.provider, n.process, n.labels, n.d0, n.d1,
        (${c.tokens.done()}::int8[])[n.first:n.last]
      from unnest(${c.type.done()}::int2[], ${c.id.done()}::uuid[], ${c.fid.done()}::text[], ${c.ver.done()}::int4[],
        ${c.upd.done()}::timestamptz[], ${c.deleted.done()}::bool[], ${c.pat.done()}::uuid[], ${c.pfid.done()}::text[],
        ${c.unit.done()}::int4[], ${c.provider.done()}::int4[], ${c.process.done()}::int4[], ${c.labels.done()}::int2[],
        ${c.d0.done()}::timestamptz[], ${c.d1.done()}::timestamptz[],
        ${c.start.done()}::int4[], ${c.end.done()}::int4[])
        as n (type, id, fid, ver, upd, deleted, pat, pfid, unit, provider, process, labels, d0, d1, first, last)
      on conflict (tenant, type, id) do update set ver = excluded.ver, upd = excluded.upd,
        deleted = excluded.deleted, pat = excluded.pat, pfid = excluded.pfid, unit = excluded.unit,
        provider = excluded.provider,
        process = excluded.process, labels = excluded.labels, d0 = excluded.d0, d1 = excluded.d1, tok = excluded.tok`
}

function searchColumns() {
  return {
    type: createColumn('int2'),
    id: createColumn('uuid'),
    fid: createColumn('text'),
    ver: createColumn('int4'),
    upd: createColumn('timestamptz'),
    deleted: createColumn('bool'),
    pat: createColumn('uuid'),
    pfid: createColumn('text'),
    unit: createColumn('int4'),
    provider: createColumn('int4'),
    process: createColumn('int4'),
    labels: createColumn('int2'),
    d0: createColumn('timestamptz'),
    d1: createColumn('timestamptz'),
    tokens: createColumn('int8'),
    start: createColumn('int4'),
    end: createColumn('int4'),
  }
}

function textOrNull(column: Column, value: string | undefined): void {
  if (value === undefined) column.null()
  else column.text(value)
}

function timeOrNull(column: Column, value: number | undefined): void {
  if (value === undefined) column.null()
  else column.time(value)
}

function hashOrNull(column: Column, value: Hash | undefined): void {
  if (value === undefined) column.null()
  else column.int8(value.high, value.low)
}

/** Rows of former versions go first. Resources of different types may have the same id. */
function removeSideRows(tenant: number, changed: readonly NewVersion[]): Sql[] {
  const [types, ids] = [createColumn('int2'), createColumn('uuid')]
  for (const { resource } of changed) {
    types.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
    ids.bytes(idBytes(resource.key.id))
  }
  const [type, id] = [types.done(), ids.done()]
  return [sql`store.str`, sql`store.dat`, sql`store.qty`].map(
    (table) => sql`delete from ${table} s using unnest(${type}::int2[], ${id}::uuid[]) k (type, id)
      where s.id = k.id and s.type = k.type and s.tenant = ${tenant}::int2`,
  )
}

function insertStrings(tenant: number, versions: readonly NewVersion[]): Sql[] {
  const [param, id, value] = [createColumn('int8'), createColumn('uuid'), createColumn('text')]
  const [type, rest] = [createColumn('int2'), createColumn('text')]
  for (const { resource, rows } of versions) {
    for (const row of rows.strings) {
      param.int8(row.param.high, row.param.low)
      type.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
      id.bytes(idBytes(resource.key.id))
      value.text(row.value)
      textOrNull(rest, row.rest)
    }
  }
  if (param.length === 0) return []
  return [
    sql`insert into store.str (tenant, param, type, id, val, rest) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${value.done()}::text[],
        ${rest.done()}::text[])`,
  ]
}

function insertDates(tenant: number, versions: readonly NewVersion[]): Sql[] {
  const [param, type, id] = [createColumn('int8'), createColumn('int2'), createColumn('uuid')]
  const [lo, hi] = [createColumn('timestamptz'), createColumn('timestamptz')]
  for (const { resource, rows } of versions) {
    for (const row of rows.dates) {
      param.int8(row.param.high, row.param.low)
      type.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
      id.bytes(idBytes(resource.key.id))
      lo.time(row.lo)
      hi.time(row.hi)
    }
  }
  if (param.length === 0) return []
  return [
    sql`insert into store.dat (tenant, param, type, id, lo, hi) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${lo.done()}::timestamptz[], ${hi.done()}::timestamptz[])`,
  ]
}

function insertQuantities(tenant: number, versions: readonly NewVersion[]): Sql[] {
  const [param, type, id] = [createColumn('int8'), createColumn('int2'), createColumn('uuid')]
  const [lo, hi] = [createColumn('float8'), createColumn('float8')]
  const [sc, s, c, u] = [0, 1, 2, 3].map(() => createColumn('int8'))
  if (!sc || !s || !c || !u) return []
  for (const { resource, rows } of versions) {
    for (const row of rows.quantities) {
      param.int8(row.param.high, row.param.low)
      type.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
      id.bytes(idBytes(resource.key.id))
      lo.float8(row.lo)
      hi.float8(row.hi)
      hashOrNull(sc, row.systemCode)
      hashOrNull(s, row.system)
      hashOrNull(c, row.code)
      hashOrNull(u, row.unit)
    }
  }
  if (param.length === 0) return []
  return [
    sql`insert into store.qty (tenant, param, type, id, lo, hi, sc, s, c, u) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${lo.done()}::float8[], ${hi.done()}::float8[],
        ${sc.done()}::int8[], ${s.done()}::int8[], ${c.done()}::int8[], ${u.done()}::int8[])`,
  ]
}
