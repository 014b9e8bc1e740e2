import { join, type Sql, sql } from '../db/sql.ts'
import { isOpenType, type ResourceType } from '../fhir/resource-type.ts'
import type { Block, Sight } from '../fhir/sight.ts'
import type { Dictionary } from './dictionary.ts'
import { idBytes } from './resource-id.ts'

const TRUE = sql`true`
const FALSE = sql`false`

/**
 * `covers()` as SQL over a search row `r` of one type. `sight.test.ts` holds the two together.
 * Stands in every statement that finds anything, before its limit. Without restriction it is `true`.
 */
export async function inSight(
  sight: Sight,
  type: ResourceType,
  dictionary: Dictionary,
): Promise<Sql> {
  if (sight.types !== 'all' && !sight.types.includes(type)) return FALSE
  const restrictions = [
    await providersIn(sight, dictionary),
    patientsIn(sight),
    await unblocked(sight.blocked, dictionary),
  ].filter((piece) => piece !== TRUE)
  if (restrictions.length === 0) return TRUE
  const restricted = join(restrictions, ' and ', TRUE)
  return isOpenType(type) ? sql`(r.pat is null or (${restricted}))` : sql`(${restricted})`
}

async function providersIn({ providers }: Sight, dictionary: Dictionary): Promise<Sql> {
  if (providers === 'all') return TRUE
  const known = await Promise.all(providers.map((name) => dictionary.known(name)))
  const numbers = known.filter((number) => number !== undefined)
  return numbers.length === 0 ? FALSE : sql`r.provider = any(${numbers}::int4[])`
}

function patientsIn({ patients }: Sight): Sql {
  if (patients === 'all') return TRUE
  const [only, second] = patients
  if (only === undefined) return FALSE
  if (second === undefined) return sql`r.pat = ${idBytes(only)}::uuid`
  return sql`r.pat = any(${patients.map((id) => idBytes(id).toString('hex'))}::uuid[])`
}

/** What has no clinical time lies in every period, as in `covers()`. */
async function unblocked(blocks: readonly Block[], dictionary: Dictionary): Promise<Sql> {
  const units = await Promise.all(blocks.map(({ unit }) => dictionary.known(unit)))
  const closed = blocks.filter((_, index) => units[index] !== undefined)
  if (closed.length === 0) return TRUE
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at))
  return sql`not exists (
    select 1 from unnest(
      ${closed.map(({ patient }) => idBytes(patient).toString('hex'))}::uuid[],
      ${units.filter((unit) => unit !== undefined)}::int4[],
      ${closed.map(({ from }) => time(from))}::timestamptz[],
      ${closed.map(({ to }) => time(to))}::timestamptz[]
    ) as block (pat, unit, since, until)
    where block.pat = r.pat and block.unit = r.unit
      and (block.since is null or r.d1 is null or r.d1 > block.since)
      and (block.until is null or r.d0 is null or r.d0 < block.until))`
}
