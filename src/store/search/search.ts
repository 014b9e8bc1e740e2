import type { Queryable } from '../../db/database.ts'
import { join, queryRaw, query as run, type Sql, sql } from '../../db/sql.ts'
import type { SearchHit, SearchPage, StoredResource } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { isMaskedParameter } from '../../fhir/search/masked-parameters.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'
import { inSight, maskedIn } from '../in-sight.ts'
import { idBytes } from '../resource-id.ts'
import { COLUMN_COUNT, COLUMNS, TYPE_NUMBER, toStored } from '../row.ts'
import { asOfIn, SEEN_NOW, updatedThen } from './as-of.ts'
import { clauseCondition, clauseTokens, type Place } from './clause.ts'
import { includedBy } from './include.ts'
import type { SearchParts } from './search-parts.ts'
import {
  afterCursor,
  type Cursor,
  formatCursor,
  isAsOf,
  parseCursor,
  type SortColumn,
  sortColumns,
} from './sort.ts'
import { isSortedInMemory, sortedInMemory, unsorted } from './sort-in-memory.ts'
import { isWalkedByUpdated, walkByUpdated } from './updated-walk.ts'

/**
 * Answers a search under a sight: the page, its includes, the total if asked for, and where the next page begins.
 * The order is total (ties by stored id) and a page begins after a place in it, so pages neither repeat nor skip
 * what stays where it is, whatever is written meanwhile. In the order of the last change nothing stays where it is: there the
 * order is that of the first page's time, and what was made later isn't in it.
 */
export async function search(
  parts: SearchParts,
  query: SearchQuery,
  sight: Sight,
): Promise<SearchPage> {
  const inMemory = query.sort.some(isSortedInMemory)
  const statement = await compileSearch(parts, inMemory ? unsorted(query) : query, sight)
  const total = query.total === 'none' ? undefined : await countOf(parts.db, statement)
  if (query.count === 0) return { hits: [], total, next: undefined, issues: [] }
  const { matches, next } = inMemory
    ? await sortedInMemory(parts, query, statement.page, sight)
    : await pageOf(parts, query, statement)
  const { included, issues } = await includedBy(parts, query, matches, sight)
  return {
    hits: [...matches.map(hit('match')), ...included.map(hit('include'))],
    total,
    next,
    issues,
  }
}

async function pageOf(parts: SearchParts, query: SearchQuery, statement: CompiledSearch) {
  const rows = await queryRaw(parts.db, statement.page)
  const page = rows.slice(0, query.count)
  const last = rows.length > query.count ? page.at(-1) : undefined
  return { matches: await toStored(page, parts.dictionary), next: last && nextPlace(query, last) }
}

const hit = (mode: SearchHit['mode']) => (resource: StoredResource) => ({ resource, mode })

/** The sort values come after the columns of {@link COLUMNS}, and then what was seen; the id is the second column. */
function nextPlace({ sort }: SearchQuery, row: readonly (string | null)[]): string {
  const [from, to] = [COLUMN_COUNT, COLUMN_COUNT + sort.length]
  const asOf = asOfIn(row.slice(to))
  return formatCursor({ values: row.slice(from, to), id: row[1] ?? '', asOf })
}

/** A compiled search: the page, one row more than asked for, and the count of all. */
export interface CompiledSearch {
  readonly page: Sql
  readonly total: Sql
}

/** The one statement of a search. The sight stands in it before the limit, and in the count. */
export async function compileSearch(
  parts: SearchParts,
  query: SearchQuery,
  sight: Sight,
): Promise<CompiledSearch> {
  const { db, tenant } = parts
  const place: Place = { tenant, type: query.type }
  const type = TYPE_NUMBER.get(query.type) ?? -1
  const cursor = query.cursor === undefined ? undefined : parseCursor(query.cursor, query)
  const wayIn = await narrowed(db, place, query, sight)
  const isWalk = wayIn.length === 0 && sight.patients === 'all' && isWalkedByUpdated(place, query)
  const walk = isWalk ? walkByUpdated(place, type, query, cursor) : undefined
  const updated = walk?.updated ?? updatedThen(cursor?.asOf)
  const columns = sortColumns(place, query, sight, updated)
  const conditions = [
    sql`r.tenant = ${tenant}::int2`,
    sql`r.type = ${type}::int2`,
    sql`not r.deleted`,
    await inSight(sight, query.type, parts),
    ...wayIn,
    ...query.clauses.map((clause) => seenCondition(place, query.type, clause, sight)),
  ]
  const where = join(conditions, ' and ', sql`true`)
  const rest = cursor ? sql`${where} and ${afterCursor(columns, cursor)}` : where
  const wasThere = cursor?.asOf ? sql`${rest} and ${updated} is not null` : rest
  const values = columns.map(({ value }, index) => sql`${value} as ${NAMES[index] ?? NAMES[0]}`)
  const inner = sql`select ${join([sql`r.*`, ...values], ', ', sql``)} from ${walk?.from ?? sql`store.res r`}
    where ${walk ? sql`${walk.bounds} and ${wasThere}` : wasThere}
    order by ${walk?.order ?? order(columns, (column) => column.value)} limit ${query.count + 1}`
  const texts = columns.map((_, index) => sql`r.${NAMES[index] ?? NAMES[0]}::text`)
  const page = sql`select ${join([COLUMNS, ...texts, ...seenIn(query, cursor)], ', ', sql``)}
    from (${inner}) r
    cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
      and v.id = r.id and v.ver = r.ver limit 1) v
    order by ${order(columns, (_, index) => sql`r.${NAMES[index] ?? NAMES[0]}`)}`
  return { page, total: sql`select count(*)::int4 as total from store.res r where ${where}` }
}

/** What later pages must know of the first; they know it from each other. */
function seenIn(query: SearchQuery, cursor: Cursor | undefined): readonly Sql[] {
  if (!isAsOf(query)) return []
  const asOf = cursor?.asOf
  return asOf ? [sql`${asOf.snapshot}::text`, sql`${asOf.before}::text`] : SEEN_NOW
}

/** What leads to few rows, if anything does: the patient that is named, or a token that few resources have. */
async function narrowed(
  db: Queryable,
  place: Place,
  query: SearchQuery,
  sight: Sight,
): Promise<Sql[]> {
  const pin = patientPin(query)
  return pin.length > 0 ? pin : rareTokens(db, place, query, sight)
}

/** A clause on what is masked where an identity is protected: such a row has no value for it. */
function seenCondition(place: Place, type: ResourceType, clause: SearchClause, sight: Sight): Sql {
  const condition = clauseCondition(place, clause)
  const masked = isMaskedParameter(type, clause.param) ? maskedIn(sight) : undefined
  if (!masked) return condition
  const { modifier, values } = clause
  const holdsWithout =
    modifier === 'not' || values.some((value) => value.kind === 'missing' && value.missing)
  return holdsWithout ? sql`(${masked} or ${condition})` : sql`(not ${masked} and ${condition})`
}

const NAMES = [sql`sort0`, sql`sort1`, sql`sort2`, sql`sort3`, sql`sort4`, sql`sort5`]

function order(
  columns: readonly SortColumn[],
  value: (column: SortColumn, index: number) => Sql,
): Sql {
  const keys = columns.map((column, index) => {
    const by = value(column, index)
    return column.descending ? sql`${by} desc nulls last` : sql`${by} asc nulls last`
  })
  return join([...keys, sql`r.id`], ', ', sql``)
}

async function countOf(db: Queryable, { total }: CompiledSearch): Promise<number> {
  const [row] = await run<{ total: number }>(db, total)
  return row?.total ?? 0
}

/** Types whose `patient` (or `subject`) is one reference, and so the owner of the record. */
const ONE_PATIENT = new Set(
  'AllergyIntolerance CarePlan Composition Condition DiagnosticReport DocumentReference Encounter Flag Goal Immunization MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation Procedure ServiceRequest'.split(
    ' ',
  ),
)

/** A search that names its patient begins with the patient's rows, also under a sight that sees everybody. */
function patientPin({ type, clauses }: SearchQuery): Sql[] {
  if (!ONE_PATIENT.has(type)) return []
  const clause = clauses.find(
    ({ param, modifier }) => (param === 'patient' || param === 'subject') && modifier === undefined,
  )
  const [value, second] = clause?.values ?? []
  if (value?.kind !== 'reference' || second || value.url !== undefined) return []
  if (value.type !== 'Patient' || value.id === undefined) return []
  return [sql`r.pat = ${idBytes(value.id)}::uuid`]
}

/** Above this many hits a token is no way in: walking in order and filtering is faster. */
const RARE = 2_000

/**
 * Without a patient, a token that few resources have is asked of its index (`@>`); one that many have is left a filter
 * (`= any`), which no index can claim. The statement's shape decides the plan, not the planner's guess.
 */
async function rareTokens(
  db: Queryable,
  place: Place,
  query: SearchQuery,
  sight: Sight,
): Promise<Sql[]> {
  if (sight.patients !== 'all') return []
  for (const clause of query.clauses) {
    const tokens = clauseTokens(place, clause)
    if (!tokens) continue
    const condition = sql`r.tok && ${tokens}::int8[]`
    const [row] = await run<{ hits: number }>(
      db,
      sql`select count(*)::int4 as hits from (select 1 from store.res r where ${condition} limit ${RARE}) few`,
    )
    if ((row?.hits ?? 0) < RARE) return [condition]
  }
  return []
}
