import { rewriteReferences } from '../../fhir/json/rewrite-references.ts'
import type { HistoryQuery, SearchPage, StoredResource } from '../../fhir/record-system.ts'
import { reseal } from '../../fhir/seal.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import { type Sight, sightWithin } from '../../fhir/sight.ts'
import { mergedSearch } from '../merge/merged-search.ts'
import type { LegacySystem } from './legacy-system.ts'
import type { MergedPatients } from './merged-patients.ts'

/** What a legacy system is read through. */
export interface JoinedParts {
  readonly legacy: LegacySystem
  readonly merged: MergedPatients
  /** What people call the system. */
  readonly source: string
}

/**
 * A legacy system read as if it knew which patients have become one: what it files under a number that was given up is found
 * in the record of the one that remains, and no longer under the number's own. Who is judged is the one who remains: their
 * blocks, their relations. The given-up Patient says who took its place.
 */
export function joinedRecords({ legacy, merged, source }: JoinedParts): LegacySystem {
  return {
    ...legacy,
    async locate(key, version) {
      const [found, joined] = await Promise.all([legacy.locate(key, version), merged.all()])
      return found && joined.size > 0 ? reseal(found, (each) => joinedTo(joined, each)) : found
    },
    async search(query, sight) {
      const joined = await merged.all()
      if (joined.size === 0) return legacy.search(query, sight)
      const remaining = ownQuestion(query, sight, joined)
      const former = [...joined].flatMap(([old, survivor]) => {
        const asked = formerQuestion(query, sight, old, survivor)
        return asked ? [{ old, ...asked }] : []
      })
      const search = async (asked: Question, each: SearchQuery) =>
        joinedPage(joined, await legacy.search({ ...each, clauses: asked.clauses }, asked.sight))
      return mergedSearch(
        [
          ...(remaining
            ? [{ name: source, search: (each: SearchQuery) => search(remaining, each) }]
            : []),
          ...former.map((asked) => ({
            name: `${source} (${asked.old})`,
            search: (each: SearchQuery) => search(asked, each),
          })),
        ],
        query,
      )
    },
    history: (query, sight) => history(legacy, query, sight, merged),
  }
}

interface Question {
  readonly clauses: readonly SearchClause[]
  readonly sight: Sight
}

/** What is asked of whoever remains: nothing of those who were given up, but who they were. */
function ownQuestion(
  { type, clauses }: SearchQuery,
  sight: Sight,
  joined: ReadonlyMap<string, string>,
): Question | undefined {
  if (type === 'Patient') return { clauses, sight }
  const kept = renamed(clauses, (id) => (joined.has(id) ? undefined : id))
  return (
    kept && { clauses: kept, sight: sightWithin(sight, (id) => (joined.has(id) ? undefined : id)) }
  )
}

/** The same question of one who was given up, if it's about the one who remains. */
function formerQuestion(
  { type, clauses }: SearchQuery,
  sight: Sight,
  former: string,
  survivor: string,
): Question | undefined {
  const isSeen = sight.patients === 'all' || sight.patients.includes(survivor)
  if (type === 'Patient' || !isSeen) return undefined
  const asked = renamed(clauses, (id) => (id === survivor ? former : undefined))
  const isNamed = sight.patients !== 'all' || clauses.some((each) => each.values.some(namesPatient))
  return asked && isNamed
    ? { clauses: asked, sight: sightWithin(sight, (id) => (id === survivor ? former : undefined)) }
    : undefined
}

type Value = SearchClause['values'][number]

const OWNERS: ReadonlySet<string> = new Set(['patient', 'subject'])

/** The clauses with other patients in them; `undefined` when one of them then names nobody. */
function renamed(
  clauses: readonly SearchClause[],
  idOf: (id: string) => string | undefined,
): readonly SearchClause[] | undefined {
  const found: SearchClause[] = []
  for (const clause of clauses) {
    const values = clause.values.flatMap((value) => {
      if (!OWNERS.has(clause.param) || !namesPatient(value)) return [value]
      const id = idOf(value.id)
      return id === undefined ? [] : [{ ...value, id }]
    })
    if (values.length === 0 && clause.values.length > 0) return undefined
    found.push({ ...clause, values })
  }
  return found
}

const namesPatient = (value: Value): value is Value & { readonly id: string } =>
  value.kind === 'reference' &&
  value.url === undefined &&
  value.id !== undefined &&
  (value.type === undefined || value.type === 'Patient')

function joinedPage(joined: ReadonlyMap<string, string>, page: SearchPage): SearchPage {
  const hits = page.hits.map((hit) => ({ ...hit, resource: joinedTo(joined, hit.resource) }))
  return { ...page, hits }
}

/** As it is in the record of the one who remains: every other byte as the source has it. */
function joinedTo(joined: ReadonlyMap<string, string>, resource: StoredResource): StoredResource {
  const { key, origin, bytes } = resource
  const survivor = origin.patient === undefined ? undefined : joined.get(origin.patient)
  if (survivor === undefined || bytes.length === 0) return resource
  if (key.type === 'Patient') return { ...resource, bytes: givenUp(bytes, survivor) }
  const links = new Map([[`Patient/${origin.patient}`, `Patient/${survivor}`]])
  return {
    ...resource,
    origin: { ...origin, patient: survivor },
    bytes: rewriteReferences(bytes, links),
  }
}

function givenUp(bytes: Buffer, survivor: string): Buffer {
  const { active: _, link: _link, ...patient } = JSON.parse(String(bytes))
  const link = [{ type: 'replaced-by', other: { reference: `Patient/${survivor}` } }]
  return Buffer.from(JSON.stringify({ ...patient, active: false, link }))
}

/** Of one who remains, and else of each of those they were. */
async function history(
  legacy: LegacySystem,
  query: HistoryQuery,
  sight: Sight,
  merged: MergedPatients,
) {
  const joined = await merged.all()
  const page = await legacy.history(query, sight)
  const { patients } = sight
  const sights = [...joined]
    .filter(([, survivor]) => patients !== 'all' && patients.includes(survivor))
    .map(([former, survivor]) => sightWithin(sight, (id) => (id === survivor ? former : undefined)))
  for (const each of page.versions.length > 0 ? [] : sights) {
    const found = await legacy.history(query, each)
    if (found.versions.length > 0) {
      return { ...found, versions: found.versions.map((one) => joinedTo(joined, one)) }
    }
  }
  return { ...page, versions: page.versions.map((one) => joinedTo(joined, one)) }
}
