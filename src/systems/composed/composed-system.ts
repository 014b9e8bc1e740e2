import { conditionOf } from '../../fhir/condition-of.ts'
import { Problem } from '../../fhir/problem.ts'
import type {
  Author,
  Capability,
  Change,
  ChangeResult,
  HistoryPage,
  HistoryQuery,
  RecordSystem,
  ResourceKey,
  Sealed,
  SearchPage,
  TypeCapability,
  TypeInteraction,
} from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'
import { followIncludes } from '../merge/follow-includes.ts'
import { mergedSearch } from '../merge/merged-search.ts'
import type { LegacySystem } from './legacy-system.ts'
import { createNatively } from './native-write.ts'
import type { Outbox } from './outbox.ts'
import type { Routes } from './routes.ts'

/** What a composed region is made of. */
export interface ComposedParts {
  readonly name: string
  /** What people call the legacy system: `Cosmic`. */
  readonly source: string
  readonly legacy: LegacySystem
  readonly own: RecordSystem
  readonly routes: Routes
  readonly outbox: Outbox
}

/**
 * A region made of parts: the system it runs, and our own store beside it for what that system lacks or doesn't take.
 * Per type a route says who answers; so it moves type by type, and back. Both are read together.
 */
export function createComposedSystem(parts: ComposedParts): RecordSystem {
  const { name, own } = parts
  return {
    name,
    // The gate logs: what a legacy system takes can't be committed with our log.
    logsWrites: false,
    capability: () => capabilityOf(parts),
    locate: (key, version) => locate(parts, key, version),
    search: (query, sight) => search(parts, query, sight),
    history: (query, sight) => history(parts, query, sight),
    transact: (changes, author) => transact(parts, changes, author),
    changes: (since, count) => own.changes(since, count),
  }
}

/** Whether the legacy system answers for a type, with our store beside it. */
function isLegacy({ legacy, routes }: ComposedParts, type: ResourceType): boolean {
  return routes.of(type) === 'legacy' && legacy.capability().types.has(type)
}

/** All that our store answers; of a legacy type it's said how the legacy system does, and what it takes. */
function capabilityOf({ own, legacy, routes, source }: ComposedParts): Capability {
  const known = legacy.capability().types
  const types = [...own.capability().types].map(([type, ours]) => {
    const theirs = routes.of(type) === 'legacy' ? known.get(type) : undefined
    return [type, theirs ? besideLegacy(ours, theirs, source) : ours] as const
  })
  const system = [...own.capability().system].filter(
    (interaction) => interaction !== 'history-system',
  )
  return { types: new Map(types), system: new Set(system) }
}

function besideLegacy(
  { interactions: all }: TypeCapability,
  { interactions: theirs, searchParams }: TypeCapability,
  source: string,
): TypeCapability {
  const interactions = new Set([...all].filter((each) => each !== 'history-type'))
  const limits = new Map<TypeInteraction, string>()
  for (const each of ['update', 'patch', 'delete'] as const) {
    if (!theirs.has(each)) limits.set(each, `Of what is kept in Kärna; ${source} does not take it`)
  }
  const where = theirs.has('create') ? `In ${source} where it takes it, else in Kärna` : 'In Kärna'
  limits.set('create', where)
  return { interactions, limits, searchParams }
}

async function locate(
  parts: ComposedParts,
  key: ResourceKey,
  version: string | undefined,
): Promise<Sealed | undefined> {
  const { legacy, own } = parts
  if (!isLegacy(parts, key.type)) return own.locate(key, version)
  const [theirs, ours] = await Promise.allSettled([
    legacy.locate(key, version),
    own.locate(key, version),
  ])
  if (theirs.status === 'fulfilled' && theirs.value) return theirs.value
  if (ours.status === 'fulfilled' && ours.value) return ours.value
  if (theirs.status === 'rejected') throw theirs.reason
  if (ours.status === 'rejected') throw ours.reason
  return undefined
}

async function search(parts: ComposedParts, query: SearchQuery, sight: Sight): Promise<SearchPage> {
  const { own, includes } = { own: parts.own, includes: query.includes }
  if (includes.length === 0) return searchPlain(parts, query, sight)
  const types = [query.type, ...includes.flatMap(({ source, target }) => [source, target])]
  if (types.every((type) => type !== undefined && !isLegacy(parts, type))) {
    return own.search(query, sight)
  }
  const page = await searchPlain(parts, { ...query, includes: [] }, sight)
  return followIncludes(query, page, (more) => searchPlain(parts, more, sight))
}

function searchPlain(parts: ComposedParts, query: SearchQuery, sight: Sight): Promise<SearchPage> {
  const { own, legacy, source } = parts
  if (!isLegacy(parts, query.type)) return own.search(query, sight)
  return mergedSearch(
    [
      { name: source, search: (each) => legacy.search(each, sight) },
      { name: 'Kärna', search: (each) => own.search(each, sight) },
    ],
    query,
  )
}

async function history(
  parts: ComposedParts,
  query: HistoryQuery,
  sight: Sight,
): Promise<HistoryPage> {
  const { own, legacy, source } = parts
  const { type, id } = query
  if (type !== undefined && !isLegacy(parts, type)) return own.history(query, sight)
  if (type === undefined || id === undefined) {
    throw new Problem('not-supported', `${source} only tells the history of one resource`)
  }
  const ours = await own.history(query, sight)
  return ours.versions.length > 0 ? ours : legacy.history(query, sight)
}

async function transact(parts: ComposedParts, changes: readonly Change[], author: Author) {
  const { own, legacy, source } = parts
  const places = await Promise.all(changes.map((change) => placeOf(parts, change)))
  const [change, second] = changes
  const known = change && !second ? await knownToLegacy(parts, change, author) : undefined
  if (known) return [known]
  if (change && !second && places[0] === 'legacy') {
    if (change.kind === 'create') return [await createNatively(parts, change, author)]
    return legacy.transact([change], author)
  }
  const stuck = changes.some((each, index) => places[index] === 'legacy' && each.kind !== 'create')
  if (stuck) {
    throw new Problem('not-supported', `${source} takes one change at a time, not several as one`)
  }
  return own.transact(changes, author)
}

/**
 * What the legacy system has that a condition matches. Of a creation that is the answer: what is there is not created again.
 *
 * @throws Problem `not-supported` for another change: what the legacy system has is changed by its id
 * @throws Problem `transient` where it can't be told what the legacy system has
 */
async function knownToLegacy(
  parts: ComposedParts,
  change: Change,
  author: Author,
): Promise<ChangeResult | undefined> {
  const { legacy, source } = parts
  const condition = conditionOf(change)
  if (!condition || !isLegacy(parts, condition.type)) return undefined
  const asked = { ...condition, count: 2, total: 'none', cursor: undefined, includes: [] } as const
  const { hits, issues } = await legacy.search(asked, author.sight)
  const isSilent = issues.some(({ kind }) => kind !== 'partial')
  if (isSilent) throw new Problem('transient', `${source} did not answer. Nothing was changed.`)
  const [only, second] = hits
  if (!only) return undefined
  if (second) {
    throw new Problem('multiple-matches', 'The condition matches more than one resource')
  }
  if (change.kind === 'create') return { outcome: 'exists', resource: only.resource }
  throw new Problem('not-supported', `${source} has what matches. Change it by its id.`)
}

/**
 * Where a change goes: what is in our store is changed there; what the legacy system takes is created there. What it
 * doesn't take, and what must be written together with other things, goes into our store.
 */
async function placeOf(parts: ComposedParts, change: Change): Promise<'legacy' | 'own'> {
  const { legacy, own } = parts
  const type = change.kind === 'update' ? change.key.type : change.type
  if (!isLegacy(parts, type)) return 'own'
  if (change.kind === 'create') {
    if (change.id !== undefined || change.ifNoneExist) return 'own'
    return legacy.objection?.(change) === undefined && legacy.objection ? 'legacy' : 'own'
  }
  const id = idOf(change)
  if (id === undefined) return 'own'
  const key = { type, id }
  if (await own.locate(key)) return 'own'
  return (await legacy.locate(key)) ? 'legacy' : 'own'
}

function idOf(change: Exclude<Change, { kind: 'create' }>): string | undefined {
  if (change.kind === 'update') return change.key.id
  if (change.kind === 'conditional-update') return undefined
  return typeof change.target === 'string' ? change.target : undefined
}
