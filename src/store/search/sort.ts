import { type Sql, sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'
import { clinicalDateParam } from '../../fhir/search/clinical-period.ts'
import { isMaskedParameter } from '../../fhir/search/masked-parameters.ts'
import type { SearchQuery, SortKey } from '../../fhir/search/query.ts'
import { unionOf } from '../../fhir/search/union-parameters.ts'
import type { Sight } from '../../fhir/sight.ts'
import { maskedIn } from '../in-sight.ts'
import { rowsOf } from '../index-rows.ts'
import { hashText } from '../token-hash.ts'
import { type AsOf, asOfIn } from './as-of.ts'
import type { Place } from './clause.ts'

/** What a key sorts by, and how its value is written in a cursor. */
export interface SortColumn {
  readonly value: Sql
  readonly type: 'text' | 'timestamptz' | 'float8'
  readonly descending: boolean
}

/** Whether pages after the first must know what that one saw. */
export const isAsOf = ({ sort }: SearchQuery): boolean =>
  sort.some(({ param }) => param === '_lastUpdated')

/**
 * The columns of a search's order; ties are broken by the stored id. Nothing sorts last.
 *
 * @param updated when row `r` was changed, as the pages see it
 */
export function sortColumns(
  place: Place,
  query: SearchQuery,
  sight: Sight,
  updated: Sql,
): SortColumn[] {
  return query.sort.map((key) => {
    const column =
      key.param === '_lastUpdated'
        ? ({ value: updated, type: 'timestamptz' } as const)
        : columnOf(place, query.type, key)
    const masked = isMaskedParameter(query.type, key.param) ? maskedIn(sight) : undefined
    const value = masked
      ? sql`case when ${masked} then null else ${column.value} end`
      : column.value
    return { ...column, value, descending: key.descending }
  })
}

function columnOf(
  place: Place,
  type: SearchQuery['type'],
  key: SortKey,
): Omit<SortColumn, 'descending'> {
  const { param, kind, descending } = key
  if (param === '_id') return { value: sql`coalesce(r.fid, r.id::text) collate "C"`, type: 'text' }
  if (param === clinicalDateParam(type)) return { value: sql`r.d0`, type: 'timestamptz' }
  const parts = unionOf(type, param)
  const kept = (parts.length > 0 ? parts : [param]).map((each) => hashText(rowsOf(type, each)))
  const named = kept.length > 1 ? sql`any(${kept}::int8[])` : sql`${kept[0]}::int8`
  const rows = sql`s.id = r.id and s.tenant = ${place.tenant} and s.param = ${named}`
  const best = (column: Sql) => (descending ? sql`max(${column})` : sql`min(${column})`)
  switch (kind) {
    case 'string':
      return {
        value: sql`(select ${best(sql`s.val`)} from store.str s where ${rows})`,
        type: 'text',
      }
    case 'date':
      return {
        value: sql`(select ${best(sql`s.lo`)} from store.dat s where ${rows})`,
        type: 'timestamptz',
      }
    case 'number':
    case 'quantity':
      return {
        value: sql`(select ${best(sql`s.lo`)} from store.qty s where ${rows})`,
        type: 'float8',
      }
    default:
      throw new Problem(
        'not-supported',
        `Sorting by ${param} is not supported: it is neither text, date nor number`,
      )
  }
}

/** A place in the order: a value (as text) for each column, and the stored id. */
export interface Cursor {
  readonly values: readonly (string | null)[]
  readonly id: string
  /** In the order of the last change. */
  readonly asOf?: AsOf | undefined
}

export function formatCursor({ values, id, asOf }: Cursor): string {
  const seen = asOf ? [asOf.snapshot, asOf.before] : []
  return Buffer.from(JSON.stringify([...values, id, ...seen])).toString('base64url')
}

/** @throws Problem `invalid` for what isn't a cursor of this order */
export function parseCursor(text: string, query: SearchQuery): Cursor {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    parts = undefined
  }
  const length = query.sort.length
  const valid =
    Array.isArray(parts) &&
    parts.length === length + (isAsOf(query) ? 3 : 1) &&
    parts.every((part) => part === null || typeof part === 'string')
  const all = valid ? (parts as (string | null)[]) : []
  const id = all[length]
  const asOf = asOfIn(all.slice(length + 1))
  const isWhole = (asOf !== undefined) === isAsOf(query)
  if (typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id) || !isWhole) {
    throw new Problem('invalid', 'The page link is not one of this search')
  }
  return { values: all.slice(0, length), id, asOf }
}

/** What comes after a cursor in the order. */
export function afterCursor(columns: readonly SortColumn[], { values, id }: Cursor): Sql {
  return columns.reduceRight<Sql>((rest, column, index) => {
    const at = values[index] ?? null
    if (at === null) return sql`(${column.value} is null and ${rest})`
    const value = typed(at, column.type)
    const beyond = column.descending
      ? sql`${column.value} < ${value}`
      : sql`${column.value} > ${value}`
    return sql`(${beyond} or ${column.value} is null or (${column.value} = ${value} and ${rest}))`
  }, sql`r.id > ${id}::uuid`)
}

function typed(value: string, type: SortColumn['type']): Sql {
  if (type === 'timestamptz') return sql`${value}::timestamptz`
  return type === 'float8' ? sql`${value}::float8` : sql`${value}::text collate "C"`
}
