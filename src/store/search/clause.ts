import { join, type Sql, sql } from '../../db/sql.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { clinicalDateParam } from '../../fhir/search/clinical-period.ts'
import { foldText, foldToken } from '../../fhir/search/fold.ts'
import type {
  DateValue,
  NumberValue,
  QuantityValue,
  ReferenceValue,
  SearchClause,
  SearchValue,
  TokenValue,
} from '../../fhir/search/query.ts'
import { unionOf } from '../../fhir/search/union-parameters.ts'
import { cut, rowsOf, scopeOf, type TextParts } from '../index-rows.ts'
import { idBytes } from '../resource-id.ts'
import { hashText, type TokenForm, tokenHash } from '../token-hash.ts'

const NONE = sql`false`
const LAST = '\u{10FFFF}'

/** Where a clause is asked: the region's number and the type searched. */
export interface Place {
  readonly tenant: number
  readonly type: ResourceType
}

/** One clause as a condition on a search row `r`. Means what `matches()` means; the property test holds them together. */
export function clauseCondition(place: Place, clause: SearchClause): Sql {
  const parts = partsOf(place, clause)
  const values = clause.values.flatMap((value) =>
    value.kind === 'missing'
      ? missingCondition(place, parts, value.missing)
      : parts.map((part) => valueCondition(place, part, value)),
  )
  const some = sql`(${join(values, ' or ', NONE)})`
  return clause.modifier === 'not' ? sql`not ${some}` : some
}

/** The hashes of which any one makes the clause true, if hashes are all it needs. */
export function clauseTokens(place: Place, clause: SearchClause): string[] | undefined {
  if (clause.modifier === 'not' || clause.param.startsWith('_id')) return undefined
  const parts = partsOf(place, clause)
  const tokens = clause.values.flatMap((value) =>
    parts.map((part) => valueToken(place, part, value)),
  )
  return tokens.every((token) => token !== undefined) ? tokens : undefined
}

/** The clause asked of each parameter that its own is the union of: rows are kept for these alone. */
function partsOf({ type }: Place, clause: SearchClause): readonly SearchClause[] {
  const parts = unionOf(type, clause.param)
  return parts.length > 0 ? parts.map((param) => ({ ...clause, param })) : [clause]
}

function valueCondition(place: Place, clause: SearchClause, value: SearchValue): Sql {
  const { param } = clause
  if (param === '_id') return value.kind === 'token' ? idCondition(value) : NONE
  if (param === '_lastUpdated') return value.kind === 'date' ? dateRange(value, UPDATED) : NONE
  const token = valueToken(place, clause, value)
  if (token !== undefined) return hasToken(token)
  switch (value.kind) {
    case 'string':
      return textCondition(place, clause, value.text)
    case 'date':
      return dateCondition(place, param, value)
    case 'number':
    case 'quantity':
      return quantityCondition(place, param, value)
    case 'uri':
      return uriCondition(place, clause, value.uri)
    default:
      return NONE
  }
}

const hasToken = (token: string) => sql`${token}::int8 = any(r.tok)`

function missingCondition(place: Place, parts: readonly SearchClause[], missing: boolean): Sql {
  const params = parts.map(({ param }) => param)
  if (params.includes('_id') || params.includes('_lastUpdated')) return missing ? NONE : sql`true`
  const each = params.map((param) => hasToken(hashed(place, param, 'present', '')))
  const present = sql`(${join(each, ' or ', NONE)})`
  return missing ? sql`not ${present}` : present
}

const idCondition = ({ system, code }: TokenValue): Sql =>
  code === undefined || system ? NONE : sql`r.id = ${idBytes(code)}::uuid`

function hashed({ type }: Place, param: string, form: TokenForm, value: string): string {
  return hashText(tokenHash(scopeOf(type, param), form, value))
}

function valueToken(place: Place, clause: SearchClause, value: SearchValue): string | undefined {
  const { param, modifier } = clause
  const of = (form: TokenForm, text: string) => hashed(place, param, form, text)
  switch (value.kind) {
    case 'token':
      return param === '_id' ? undefined : of(...tokenForm(value))
    case 'reference':
      return of(...referenceForm(value))
    case 'identifier': {
      const code = foldToken(value.value)
      if (value.system === undefined) return of('identifier', code)
      if (value.system === '') return of('identifier-no-system', code)
      return of('identifier-system', `${value.system}|${code}`)
    }
    case 'string':
      return modifier === 'exact' ? of('exact', value.text) : undefined
    case 'uri':
      return modifier === undefined ? of('exact', value.uri) : undefined
    default:
      return undefined
  }
}

function tokenForm({ system, code }: TokenValue): [TokenForm, string] {
  if (code === undefined) return ['system', system ?? '']
  const folded = foldToken(code)
  if (system === undefined) return ['code', folded]
  return system === '' ? ['no-system', folded] : ['system-code', `${system}|${folded}`]
}

function referenceForm({ type, id, version, url }: ReferenceValue): [TokenForm, string] {
  if (url !== undefined) {
    return version === undefined ? ['url', url] : ['url-version', `${url}|${version}`]
  }
  const target = type === undefined ? (id ?? '') : `${type}/${id}`
  if (version === undefined) return [type === undefined ? 'id' : 'target', target]
  return [type === undefined ? 'id-version' : 'target-version', `${target}/${version}`]
}

/** Rows of a side table for this resource and parameter that fulfil a condition on `s`. */
function sideRows(place: Place, table: Sql, param: string, condition: Sql, form?: TokenForm): Sql {
  const rows = hashText(rowsOf(place.type, param, form))
  return sql`r.id in (select s.id from ${table} s
    where s.tenant = ${place.tenant} and s.param = ${rows}::int8 and ${condition})`
}

function textCondition(place: Place, { param, kind, modifier }: SearchClause, text: string): Sql {
  const form = kind === 'token' ? 'text-rows' : 'rows'
  const condition =
    modifier === 'contains'
      ? sql`position(${foldText(text)} in ${WHOLE_TEXT}) > 0`
      : prefixCondition(cut(foldText(text)))
  return sideRows(place, sql`store.str`, param, condition, form)
}

const WHOLE_TEXT = sql`(s.val || coalesce(s.rest, ''))`

/** What is cut begins with the same first part only if it is the same there. */
function prefixCondition({ value, rest }: TextParts): Sql {
  return rest === undefined
    ? sql`s.val >= ${value} and s.val < ${value + LAST}`
    : sql`s.val = ${value} and starts_with(s.rest, ${rest})`
}

function uriCondition(place: Place, { param, modifier }: SearchClause, uri: string): Sql {
  if (/^urn:/i.test(uri)) return NONE
  const slashed = (text: Sql) =>
    sql`case when right(${text}, 1) = '/' then ${text} else ${text} || '/' end`
  const condition =
    modifier === 'below'
      ? sql`starts_with(${WHOLE_TEXT} || '/', ${uri.endsWith('/') ? uri : `${uri}/`})`
      : sql`starts_with(${`${uri}/`}::text, ${slashed(WHOLE_TEXT)})`
  return sideRows(place, sql`store.str`, param, condition, 'uri-rows')
}

const UPDATED = { lo: sql`r.upd`, hi: sql`r.upd + interval '1 millisecond'` }
const CLINICAL = { lo: sql`r.d0`, hi: sql`r.d1` }
const SIDE = { lo: sql`s.lo`, hi: sql`s.hi` }

/** The clinical date stands in the search row, unless there are several, which the side table keeps. */
function dateCondition(place: Place, param: string, value: DateValue): Sql {
  const side = sideRows(place, sql`store.dat`, param, dateRange(value, SIDE))
  if (param !== clinicalDateParam(place.type)) return side
  const many = hasToken(hashed(place, param, 'many', ''))
  return sql`case when ${many} then ${side} else coalesce(${dateRange(value, CLINICAL)}, false) end`
}

function dateRange({ prefix, lo, hi }: DateValue, entry: { lo: Sql; hi: Sql }): Sql {
  const from = sql`${timestamp(lo)}::timestamptz`
  const to = sql`${timestamp(hi)}::timestamptz`
  const within = sql`(${entry.lo} >= ${from} and ${entry.hi} <= ${to})`
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return sql`not ${within}`
    case 'gt':
      return sql`${entry.hi} > ${to}`
    case 'lt':
      return sql`${entry.lo} < ${from}`
    case 'ge':
      return sql`${entry.hi} > ${from}`
    case 'le':
      return sql`${entry.lo} < ${to}`
    case 'sa':
      return sql`${entry.lo} >= ${to}`
    case 'eb':
      return sql`${entry.hi} <= ${from}`
    case 'ap':
      return sql`(${entry.hi} > ${from} and ${entry.lo} < ${to})`
  }
}

/** 0001-01-01: PostgreSQL has no year 0. */
const FIRST_YEAR = -62_135_596_800_000

/** Milliseconds since 1970 in PostgreSQL's own words, also those that ISO 8601 can't write. */
export function timestamp(milliseconds: number): string {
  if (milliseconds > Date.UTC(9999, 11, 31)) return 'infinity'
  if (milliseconds < FIRST_YEAR) return '-infinity'
  return new Date(milliseconds).toISOString()
}

function quantityCondition(place: Place, param: string, value: NumberValue | QuantityValue): Sql {
  const number = numberRange(value)
  const unit = value.kind === 'quantity' ? unitCondition(place, param, value) : undefined
  return sideRows(place, sql`store.qty`, param, unit ? sql`${number} and ${unit}` : number)
}

function unitCondition(place: Place, param: string, value: QuantityValue): Sql | undefined {
  const { system, code } = value
  const of = (form: TokenForm, text: string) => sql`${hashed(place, param, form, text)}::int8`
  if (system !== undefined && code !== undefined)
    return sql`s.sc = ${of('system-code', `${system}|${code}`)}`
  if (system !== undefined) return sql`s.s = ${of('system', system)}`
  if (code === undefined) return undefined
  return sql`(s.c = ${of('code', code)} or s.u = ${of('unit', code)})`
}

function numberRange({ prefix, value, lo, hi }: NumberValue | QuantityValue): Sql {
  const within = sql`(s.lo >= ${lo}::float8 and s.hi < ${hi}::float8)`
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return sql`not ${within}`
    case 'gt':
      return sql`s.hi > ${value}::float8`
    case 'lt':
      return sql`s.lo < ${value}::float8`
    case 'ge':
      return sql`s.hi >= ${value}::float8`
    case 'le':
      return sql`s.lo <= ${value}::float8`
    case 'sa':
      return sql`s.lo > ${value}::float8`
    case 'eb':
      return sql`s.hi < ${value}::float8`
    case 'ap':
      return sql`(s.hi >= ${lo}::float8 and s.lo <= ${hi}::float8)`
  }
}
