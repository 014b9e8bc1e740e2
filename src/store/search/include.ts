import { queryRaw, sql } from '../../db/sql.ts'
import type { CompletenessIssue, StoredResource } from '../../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../../fhir/resource-type.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import { asSeen, isMaskedParameter } from '../../fhir/search/masked-parameters.ts'
import type { Include, SearchQuery } from '../../fhir/search/query.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import type { Sight } from '../../fhir/sight.ts'
import { inSight, maskedIn } from '../in-sight.ts'
import { scopeOf } from '../index-rows.ts'
import { idBytes } from '../resource-id.ts'
import { COLUMNS, TYPE_NUMBER, toStored } from '../row.ts'
import { hashText, tokenHash } from '../token-hash.ts'
import type { SearchParts } from './search-parts.ts'

/** The most resources that come along with a page; more are said to be left out. */
const MOST = 1_000
/** How often `:iterate` goes on. */
const ROUNDS = 5

interface Included {
  readonly included: readonly StoredResource[]
  readonly issues: readonly CompletenessIssue[]
}

/** What `_include` and `_revinclude` add to a page, each once, each under the sight before any limit. */
export async function includedBy(
  parts: SearchParts,
  query: SearchQuery,
  matches: readonly StoredResource[],
  sight: Sight,
): Promise<Included> {
  if (query.includes.length === 0 || matches.length === 0) return { included: [], issues: [] }
  const seen = new Set(matches.map(nameOf))
  const included: StoredResource[] = []
  let fresh = matches
  let left = false
  for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
    const wanted = query.includes.filter(({ iterate }) => round === 0 || iterate)
    const found: StoredResource[] = []
    for (const include of wanted)
      found.push(...(await follow(parts, { ...include, base: query.base }, fresh, sight)))
    fresh = found.filter((resource) => {
      const isNew = !seen.has(nameOf(resource))
      seen.add(nameOf(resource))
      return isNew
    })
    left ||= included.length + fresh.length > MOST
    included.push(...fresh.slice(0, Math.max(0, MOST - included.length)))
  }
  const message = `More than ${MOST} included resources; the rest are left out. Ask for a smaller page.`
  return { included, issues: left ? [{ source: 'store', kind: 'partial', message }] : [] }
}

/** The server's own address: references under it are followed as relative ones are. */
interface Followed {
  readonly base: string | undefined
}

const nameOf = ({ key }: StoredResource) => `${key.type}/${key.id}`

function follow(
  parts: SearchParts,
  include: Include & Followed,
  from: readonly StoredResource[],
  sight: Sight,
): Promise<StoredResource[]> {
  return include.direction === 'include'
    ? targetsOf(parts, include, from, sight)
    : sourcesOf(parts, include, from, sight)
}

async function targetsOf(
  parts: SearchParts,
  { source, param, target, base }: Include & Followed,
  from: readonly StoredResource[],
  sight: Sight,
): Promise<StoredResource[]> {
  const wanted = new Map<ResourceType, Set<string>>()
  const references = from
    .filter(({ key }) => key.type === source)
    .flatMap((resource) => referencesIn(resource, sight, base))
    .filter((reference) => param === '*' || reference.param === param)
  for (const { type, id, url } of references) {
    if (url !== undefined || !type || !id || !isResourceType(type)) continue
    if (!target || target === type) wanted.set(type, (wanted.get(type) ?? new Set()).add(id))
  }
  const found: StoredResource[] = []
  for (const [type, ids] of wanted) found.push(...(await byIds(parts, type, [...ids], sight)))
  return found
}

/** What it refers to, as far as this user is told. */
function referencesIn({ bytes, origin }: StoredResource, sight: Sight, base: string | undefined) {
  return asSeen(sight, origin, indexResource(JSON.parse(String(bytes)), base)).entries.references
}

async function byIds(
  parts: SearchParts,
  type: ResourceType,
  ids: readonly string[],
  sight: Sight,
): Promise<StoredResource[]> {
  const { db, tenant, dictionary } = parts
  const keys = ids.map((id) => idBytes(id).toString('hex'))
  const rows = await queryRaw(
    db,
    sql`select ${COLUMNS} from store.res r
      cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
        and v.id = r.id and v.ver = r.ver limit 1) v
      where r.tenant = ${tenant}::int2 and r.type = ${TYPE_NUMBER.get(type)}::int2
        and r.id = any(${keys}::uuid[]) and not r.deleted and ${await inSight(sight, type, parts)}
      limit ${MOST + 1}`,
  )
  return toStored(rows, dictionary)
}

async function sourcesOf(
  parts: SearchParts,
  { source, param, target }: Include,
  from: readonly StoredResource[],
  sight: Sight,
): Promise<StoredResource[]> {
  const targets = from.filter(({ key }) => !target || key.type === target)
  const { db, tenant, dictionary } = parts
  const params = param === '*' ? referenceParams(source) : [param]
  const tokensOf = (names: readonly string[]) =>
    names.flatMap((each) =>
      targets.map((resource) =>
        hashText(tokenHash(scopeOf(source, each), 'target', nameOf(resource))),
      ),
    )
  const tokens = tokensOf(params)
  const told = tokensOf(params.filter((each) => !isMaskedParameter(source, each)))
  const masked = told.length < tokens.length ? maskedIn(sight) : undefined
  if (tokens.length === 0) return []
  const patients = new Set(targets.map(({ origin }) => origin.patient))
  const [patient] = patients
  // What points at one patient's resources is nearly always that patient's; the token alone decides.
  const narrowed = sight.patients !== 'all' && patients.size === 1 && patient !== undefined
  const rows = await queryRaw(
    db,
    sql`select ${COLUMNS} from store.res r
      cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
        and v.id = r.id and v.ver = r.ver limit 1) v
      where r.tenant = ${tenant}::int2 and r.type = ${TYPE_NUMBER.get(source)}::int2
        and ${narrowed ? sql`exists (select 1 from unnest(r.tok) t where t = any(${tokens}::int8[]))` : sql`r.tok && ${tokens}::int8[]`}
        and ${masked ? sql`(not ${masked} or r.tok && ${told}::int8[])` : sql`true`}
        and not r.deleted and ${await inSight(sight, source, parts)}
      order by r.d0 desc nulls last, r.id limit ${MOST + 1}`,
  )
  return toStored(rows, dictionary)
}

function referenceParams(type: ResourceType): string[] {
  return [...searchParametersOf(type).values()]
    .filter(({ kind }) => kind === 'reference')
    .map(({ code }) => code)
}
