import { join, type Sql, sql } from '../db/sql.ts'
import { labelBits } from '../fhir/label.ts'
import { isOpenType, type ResourceType } from '../fhir/resource-type.ts'
import { type ClosedLabel, isExempt, type Sight } from '../fhir/sight.ts'
import type { Dictionary } from './dictionary.ts'
import { idBytes } from './resource-id.ts'
import { clauseCondition, type Place } from './search/clause.ts'

const TRUE = sql`true`
const FALSE = sql`false`

/** Where a sight is asked for: the region's number, and names as the store knows them. */
export interface SightParts {
  readonly tenant: number
  readonly dictionary: Dictionary
}

/**
 * `covers()` as SQL over a search row `r` of one type. `sight.test.ts` holds the two together.
 * Stands in every statement that finds anything, before its limit. Without restriction it is `true`.
 */
export async function inSight(
  sight: Sight,
  type: ResourceType,
  { tenant, dictionary }: SightParts,
): Promise<Sql> {
  if (sight.types !== 'all' && !sight.types.includes(type)) return FALSE
  const restricted = conjunction([
    patientsIn(sight),
    await notClosed(sight.closed, dictionary),
    ...(type === 'Patient'
      ? []
      : [await within(sight, dictionary), await unblocked(sight, type, dictionary)]),
  ])
  const seen =
    restricted === TRUE || !isOpenType(type) ? restricted : sql`(r.pat is null or ${restricted})`
  return conjunction([fulfilling(sight, { tenant, type }), seen])
}

/** Conditions joined by `and`; exactly {@link TRUE} if there are none. */
function conjunction(pieces: readonly Sql[]): Sql {
  const needed = pieces.filter((piece) => piece !== TRUE)
  const [only, second] = needed
  if (!only || !second) return only ?? TRUE
  return sql`(${join(needed, ' and ', TRUE)})`
}

function fulfilling({ conditions }: Sight, place: Place & { readonly type: ResourceType }): Sql {
  const alternatives = conditions.get(place.type)
  if (!alternatives) return TRUE
  const each = alternatives.map((clauses) =>
    join(
      clauses.map((clause) => clauseCondition(place, clause)),
      ' and ',
      TRUE,
    ),
  )
  return sql`((${join(each, ') or (', FALSE)}))`
}

/** The user's own provider and unit, what was chosen, and what others share. */
async function within(sight: Sight, dictionary: Dictionary): Promise<Sql> {
  const { providers, units, chosen, shared } = sight
  if (providers === 'all' && units === 'all') return TRUE
  const ofProvider =
    providers === 'all' ? TRUE : await oneOf(sql`r.provider`, providers, dictionary)
  const ofUnit =
    units === 'all'
      ? TRUE
      : sql`(${await oneOf(sql`r.unit`, units, dictionary)} or r.pat = any(${uuids(chosen)}::uuid[]))`
  const own = conjunction([ofProvider, ofUnit])
  const others = await sharedIn(sight, dictionary)
  return shared.length === 0 ? own : sql`(${own} or ${others})`
}

async function sharedIn({ shared }: Sight, dictionary: Dictionary): Promise<Sql> {
  const numbers = await Promise.all(shared.map(({ provider }) => dictionary.known(provider)))
  const known = shared.filter((_, index) => numbers[index] !== undefined)
  if (known.length === 0) return FALSE
  return sql`(r.pat, r.provider) in (select * from unnest(
    ${uuids(known.map(({ patient }) => patient))}::uuid[], ${numbers.filter(isKnown)}::int4[]))`
}

async function oneOf(column: Sql, names: readonly string[], dictionary: Dictionary): Promise<Sql> {
  const known = await Promise.all(names.map((name) => dictionary.known(name)))
  const numbers = known.filter(isKnown)
  return numbers.length === 0 ? FALSE : sql`${column} = any(${numbers}::int4[])`
}

const isKnown = (number: number | undefined) => number !== undefined

const uuids = (ids: readonly string[]) => ids.map((id) => idBytes(id).toString('hex'))

function patientsIn({ patients }: Sight): Sql {
  if (patients === 'all') return TRUE
  const [only, second] = patients
  if (only === undefined) return FALSE
  if (second === undefined) return sql`r.pat = ${idBytes(only)}::uuid`
  return sql`r.pat = any(${uuids(patients)}::uuid[])`
}

/** Nearly nothing has a label, so the first test decides. */
async function notClosed(closed: readonly ClosedLabel[], dictionary: Dictionary): Promise<Sql> {
  if (closed.length === 0) return TRUE
  const each = await Promise.all(
    closed.map(async ({ label, unit, process }) => {
      const bit = labelBits([label])
      const at = unit === undefined ? undefined : await dictionary.known(unit)
      const free = sql`(r.labels & ${bit}::int2) = 0`
      if (at === undefined) return free
      const inProcess = process === undefined ? undefined : await dictionary.known(process)
      if (process !== undefined && inProcess === undefined) return free
      return sql`(${free} or (r.unit = ${at}::int4 and r.process is not distinct from ${inProcess ?? null}::int4))`
    }),
  )
  return sql`(r.labels = 0 or (${join(each, ' and ', TRUE)}))`
}

/** What has no clinical time lies in every period, as in `covers()`. */
async function unblocked(
  { blocked }: Sight,
  type: ResourceType,
  dictionary: Dictionary,
): Promise<Sql> {
  const rows = await Promise.all(
    blocked
      .filter((block) => !isExempt(block, type))
      .map(async (block) => ({
        ...block,
        unitNumber: await numberOf(block.unit, dictionary),
        processNumber: await numberOf(block.process, dictionary),
      })),
  )
  const closing = rows.filter(
    ({ unitNumber, processNumber }) => unitNumber !== 'nowhere' && processNumber !== 'nowhere',
  )
  if (closing.length === 0) return TRUE
  return sql`not exists (
    select 1 from unnest(
      ${uuids(closing.map(({ patient }) => patient))}::uuid[],
      ${closing.map(({ unitNumber }) => unitNumber)}::int4[],
      ${closing.map(({ processNumber }) => processNumber)}::int4[],
      ${closing.map(({ from }) => timeOf(from))}::timestamptz[],
      ${closing.map(({ to }) => timeOf(to))}::timestamptz[]
    ) as block (pat, unit, process, since, until)
    where block.pat = r.pat
      and (block.unit is null or block.unit = r.unit)
      and (block.process is null or block.process = r.process)
      and (block.since is null or r.d1 is null or r.d1 > block.since)
      and (block.until is null or r.d0 is null or r.d0 < block.until))`
}

const timeOf = (at: number | undefined) => (at === undefined ? null : new Date(at))

/** `null`: any. `nowhere`: no row can be of it. */
async function numberOf(name: string | undefined, dictionary: Dictionary) {
  if (name === undefined) return null
  return (await dictionary.known(name)) ?? 'nowhere'
}

/** `isMasked()` as SQL over a search row `r`; `undefined` where nothing can be. */
export function maskedIn({ protectedPatients, revealed }: Sight): Sql | undefined {
  if (revealed === 'all') return undefined
  const bit = labelBits(['protected-identity'])
  return sql`(((r.labels & ${bit}::int2) <> 0 or r.pat = any(${uuids(protectedPatients)}::uuid[]))
    and r.pat is not null and not r.pat = any(${uuids(revealed)}::uuid[]))`
}
