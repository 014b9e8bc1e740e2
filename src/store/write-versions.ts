import { type Column, createColumn } from '../db/binary.ts'
import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Dictionary } from './dictionary.ts'
import { idBytes, isUuid } from './resource-id.ts'
import { TYPE_NUMBER } from './row.ts'
import type { Hash } from './token-hash.ts'
import type { NewVersion } from './version.ts'

const OPERATIONS = { create: 0, update: 1, delete: 2 } as const

/**
 * Writes versions and everything they are found by: a handful of statements whatever the number.
 *
 * @throws Problem `conflict` when a resource was changed by someone else meanwhile
 */
export async function writeVersions(
  transaction: Queryable,
  tenant: number,
  dictionary: Dictionary,
  versions: readonly NewVersion[],
): Promise<void> {
  if (versions.length === 0) return
  const origins = versions.flatMap(({ resource }) => [
    resource.origin.unit,
    resource.origin.provider,
  ])
  const numbers = await dictionary.numbersOf(origins)
  await insertBodies(transaction, tenant, versions)
  await putSearchRows(transaction, tenant, versions, numbers)
  await replaceSideRows(transaction, tenant, versions)
}

async function insertBodies(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
): Promise<void> {
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
  await query(
    transaction,
    sql`insert into store.ver (tenant, type, id, ver, upd, op, body)
      select ${tenant}::int2, * from unnest(${type.done()}::int2[], ${id.done()}::uuid[],
        ${ver.done()}::int4[], ${upd.done()}::timestamptz[], ${op.done()}::int2[], ${body.done()}::text[])`,
  ).catch(asConflict)
}

/** The version's key is taken: somebody else wrote it first. */
function asConflict(cause: unknown): never {
  if ((cause as { code?: string }).code !== '23505') throw cause
  throw new Problem(
    'conflict',
    'The resource was changed by someone else meanwhile. Read it again.',
    {
      cause,
    },
  )
}

async function putSearchRows(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
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
    timeOrNull(c.d0, rows.period?.lo)
    timeOrNull(c.d1, rows.period?.hi)
    for (const { high, low } of rows.tokens) c.tokens.int8(high, low)
    c.start.int4(place)
    place += rows.tokens.length
    c.end.int4(place - 1)
  }
  await query(
    transaction,
    sql`insert into store.res (tenant, type, id, fid, ver, upd, deleted, pat, pfid, unit, provider, d0, d1, tok)
      select ${tenant}::int2, n.type, n.id, n.fid, n.ver, n.upd, n.deleted, n.pat, n.pfid, n.unit, n.provider, n.d0, n.d1,
        (${c.tokens.done()}::int8[])[n.first:n.last]
      from unnest(${c.type.done()}::int2[], ${c.id.done()}::uuid[], ${c.fid.done()}::text[], ${c.ver.done()}::int4[],
        ${c.upd.done()}::timestamptz[], ${c.deleted.done()}::bool[], ${c.pat.done()}::uuid[], ${c.pfid.done()}::text[],
        ${c.unit.done()}::int4[], ${c.provider.done()}::int4[], ${c.d0.done()}::timestamptz[], ${c.d1.done()}::timestamptz[],
        ${c.start.done()}::int4[], ${c.end.done()}::int4[])
        as n (type, id, fid, ver, upd, deleted, pat, pfid, unit, provider, d0, d1, first, last)
      on conflict (tenant, type, id) do update set ver = excluded.ver, upd = excluded.upd,
        deleted = excluded.deleted, pat = excluded.pat, pfid = excluded.pfid, unit = excluded.unit,
        provider = excluded.provider, d0 = excluded.d0, d1 = excluded.d1, tok = excluded.tok`,
  )
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
async function replaceSideRows(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
): Promise<void> {
  const changed = versions.filter(({ number }) => number > 1)
  if (changed.length > 0) await removeSideRows(transaction, tenant, changed)
  await insertStrings(transaction, tenant, versions)
  await insertDates(transaction, tenant, versions)
  await insertQuantities(transaction, tenant, versions)
}

async function removeSideRows(
  transaction: Queryable,
  tenant: number,
  changed: readonly NewVersion[],
): Promise<void> {
  const [types, ids] = [createColumn('int2'), createColumn('uuid')]
  for (const { resource } of changed) {
    types.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
    ids.bytes(idBytes(resource.key.id))
  }
  for (const table of [sql`store.str`, sql`store.dat`, sql`store.qty`]) {
    await query(
      transaction,
      sql`delete from ${table} s using unnest(${types.done()}::int2[], ${ids.done()}::uuid[]) k (type, id)
        where s.id = k.id and s.type = k.type and s.tenant = ${tenant}::int2`,
    )
  }
}

async function insertStrings(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
): Promise<void> {
  const [param, id, value] = [createColumn('int8'), createColumn('uuid'), createColumn('text')]
  const type = createColumn('int2')
  for (const { resource, rows } of versions) {
    for (const row of rows.strings) {
      param.int8(row.param.high, row.param.low)
      type.int2(TYPE_NUMBER.get(resource.key.type) ?? -1)
      id.bytes(idBytes(resource.key.id))
      value.text(row.value)
    }
  }
  if (param.length === 0) return
  await query(
    transaction,
    sql`insert into store.str (tenant, param, type, id, val) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${value.done()}::text[])`,
  )
}

async function insertDates(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
): Promise<void> {
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
  if (param.length === 0) return
  await query(
    transaction,
    sql`insert into store.dat (tenant, param, type, id, lo, hi) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${lo.done()}::timestamptz[], ${hi.done()}::timestamptz[])`,
  )
}

async function insertQuantities(
  transaction: Queryable,
  tenant: number,
  versions: readonly NewVersion[],
): Promise<void> {
  const [param, type, id] = [createColumn('int8'), createColumn('int2'), createColumn('uuid')]
  const [lo, hi] = [createColumn('float8'), createColumn('float8')]
  const [sc, s, c, u] = [0, 1, 2, 3].map(() => createColumn('int8'))
  if (!sc || !s || !c || !u) return
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
  if (param.length === 0) return
  await query(
    transaction,
    sql`insert into store.qty (tenant, param, type, id, lo, hi, sc, s, c, u) select ${tenant}::int2, *
      from unnest(${param.done()}::int8[], ${type.done()}::int2[], ${id.done()}::uuid[], ${lo.done()}::float8[], ${hi.done()}::float8[],
        ${sc.done()}::int8[], ${s.done()}::int8[], ${c.done()}::int8[], ${u.done()}::int8[])`,
  )
}
