import { randomUUID } from 'node:crypto'
import { createColumn } from '../db/binary.ts'
import type { Queryable } from '../db/database.ts'
import { queryRaw, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type {
  Author,
  Change,
  ChangeResult,
  ResourceKey,
  StoredResource,
} from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { indexResource } from '../fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { covers } from '../fhir/sight.ts'
import { idBytes } from './resource-id.ts'
import { COLUMNS, TYPE_NUMBER, toStored } from './row.ts'
import { search } from './search/search.ts'
import type { SearchParts } from './search/search-parts.ts'
import { createStaged, namedTwice, type Staged } from './staged.ts'
import { deletionOf, type NewVersion, nextVersion } from './version.ts'

/** What one caller's changes come to: what to write, and what to answer when it is written. */
export interface Applied {
  readonly versions: readonly NewVersion[]
  readonly results: readonly ChangeResult[]
}

/** Where changes are worked out: a transaction that has locked what it must. */
export interface ApplyParts extends SearchParts {
  readonly db: Queryable
  readonly now: number
  /** What the changes name by id, as {@link currentOf} gives it. */
  readonly there: Current
}

/** The same with what this caller has changed so far, which is not in the database yet. */
interface StepParts extends ApplyParts {
  readonly staged: Staged
}

/** Current versions by `Type/id`. */
export type Current = ReadonlyMap<string, StoredResource>

/**
 * Works out one caller's changes against what is there, in a transaction.
 *
 * @throws Problem `conflict` for a wrong If-Match, `multiple-matches` for a condition that matches several,
 *   `not-found` for what isn't there or isn't in the author's sight
 */
export async function applyChanges(
  parts: ApplyParts,
  changes: readonly Change[],
  author: Author,
): Promise<Applied> {
  const staged = createStaged()
  const results: ChangeResult[] = []
  for (const change of changes) {
    const result = await apply({ ...parts, staged }, change, author)
    if ('version' in result) staged.add(result.version)
    results.push('version' in result ? resultOf(result.version) : result)
  }
  return { versions: staged.versions(), results }
}

function keysOf(change: Change): ResourceKey[] {
  if (change.kind === 'update') return [change.key]
  const id =
    change.kind === 'create'
      ? change.id
      : change.kind === 'conditional-update'
        ? change.resource.id
        : change.target
  return typeof id === 'string' ? [{ type: change.type, id }] : []
}

type Step = { readonly version: NewVersion } | ChangeResult

function resultOf({ resource, number }: NewVersion): ChangeResult {
  if (resource.method === 'delete') return { outcome: 'deleted', resource }
  return { outcome: resource.method === 'create' || number === 1 ? 'created' : 'updated', resource }
}

async function apply(parts: StepParts, change: Change, author: Author): Promise<Step> {
  switch (change.kind) {
    case 'create':
      return create(parts, change, author)
    case 'update':
      return update(parts, change, author)
    case 'conditional-update':
      return conditionalUpdate(parts, change, author)
    case 'patch':
      return patch(parts, change, author)
    case 'delete':
      return remove(parts, change, author)
  }
}

type Of<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>

async function create(parts: StepParts, change: Of<'create'>, author: Author): Promise<Step> {
  if (change.ifNoneExist) {
    const match = await onlyMatch(parts, change.ifNoneExist, author)
    requireAssumed(match?.key.id ?? change.id, change)
    if (match) return { outcome: 'exists', resource: match }
  }
  const key = { type: change.type, id: change.id ?? newId(change.type) }
  if (parts.staged.has(key)) throw namedTwice()
  const there = change.id === undefined ? undefined : current(parts, key)
  if (there && (there.method !== 'delete' || change.leavesDeleted)) {
    if (!sees(author, there)) throw notFound()
    return { outcome: 'exists', resource: there }
  }
  return { version: checked(nextVersion(key, change.resource, there, author, parts.now), author) }
}

async function update(parts: StepParts, change: Of<'update'>, author: Author): Promise<Step> {
  const there = current(parts, change.key)
  if (there ? !sees(author, there) : !author.mayChooseId) throw notFound()
  requireVersion(there, change.ifMatch)
  const version = nextVersion(change.key, change.resource, there, author, parts.now)
  return { version: checked(version, author) }
}

async function conditionalUpdate(
  parts: StepParts,
  change: Of<'conditional-update'>,
  author: Author,
): Promise<Step> {
  const match = await onlyMatch(parts, change.condition, author)
  const { id: named } = change.resource
  requireAssumed(match?.key.id ?? named ?? change.id, change)
  if (match && named !== undefined && named !== match.key.id) {
    throw new Problem('invalid', 'The resource has another id than the one the condition matches')
  }
  if (!match && named !== undefined) {
    const key = { type: change.type, id: named }
    const other = current(parts, key)
    // It isn't what the condition matches: to write over it would make one patient of two. What isn't seen isn't told of.
    if (other && other.method !== 'delete' && sees(author, other)) throw isAnother()
    return update(
      parts,
      { kind: 'update', key, resource: change.resource, ifMatch: undefined },
      author,
    )
  }
  const key = match?.key ?? { type: change.type, id: change.id ?? newId(change.type) }
  return { version: checked(nextVersion(key, change.resource, match, author, parts.now), author) }
}

async function patch(parts: StepParts, change: Of<'patch'>, author: Author): Promise<Step> {
  const there = await target(parts, change, author)
  if (!there) throw notFound()
  requireVersion(there, change.ifMatch)
  const version = nextVersion(there.key, change.apply(there), there, author, parts.now)
  return { version: checked(version, author) }
}

async function remove(parts: StepParts, change: Of<'delete'>, author: Author): Promise<Step> {
  const there = await target(parts, change, author)
  if (!there) return { outcome: 'absent', resource: undefined }
  requireVersion(there, change.ifMatch)
  return { version: deletionOf(there, parts.now) }
}

/** What a patch or a deletion is about, if it is there and in sight. */
async function target(
  parts: StepParts,
  change: Of<'patch'> | Of<'delete'>,
  author: Author,
): Promise<StoredResource | undefined> {
  if (typeof change.target !== 'string') return onlyMatch(parts, change.target, author)
  const there = current(parts, { type: change.type, id: change.target })
  const visible = there && there.method !== 'delete' && sees(author, there)
  return visible ? there : undefined
}

/** Whether the author's sight covers this version. */
function sees({ sight }: Author, { origin, bytes }: StoredResource): boolean {
  return covers(sight, origin, () =>
    bytes.length > 0 ? indexResource(JSON.parse(String(bytes))) : undefined,
  )
}

const isAnother = () =>
  new Problem('duplicate', 'The id in the resource is that of another than the condition matches')

const notFound = () => new Problem('not-found', 'The resource is not there to be seen')

function requireVersion(there: StoredResource | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined || (there && there.method !== 'delete' && there.version === ifMatch))
    return
  throw new Problem(
    'conflict',
    'The resource has another version than the one in If-Match. Read it again.',
  )
}

/** A change may not put something where its author can't see it: another patient's record, for one. */
function checked(version: NewVersion, author: Author): NewVersion {
  if (sees(author, version.resource)) return version
  throw new Problem('forbidden', 'The resource would belong to a record that you have no right to')
}

/** Other resources of the same transaction point at the id that was found when the condition was looked up. */
function requireAssumed(
  id: string | undefined,
  { assumedId }: Of<'create'> | Of<'conditional-update'>,
): void {
  if (assumedId === undefined || assumedId === id) return
  throw new Problem('lock-error', 'What the condition matches was changed meanwhile. Try again.')
}

/** What a condition matches, in the database or among what the same caller has changed. */
async function onlyMatch(
  parts: StepParts,
  condition: SearchQuery,
  author: Author,
): Promise<StoredResource | undefined> {
  const { staged } = parts
  const count = 2 + staged.versions().length
  const query = { ...condition, count, total: 'none', cursor: undefined, includes: [] } as const
  const { hits } = await search(parts, query, author.sight)
  const untouched = hits.map(({ resource }) => resource).filter(({ key }) => !staged.has(key))
  const [only, second] = [...untouched, ...staged.matching(condition, author.sight)]
  if (second) {
    throw new Problem('multiple-matches', 'The condition matches more than one resource')
  }
  return only
}

/**
 * What the changes name by id. Deleted ones too. Their names are locked already; the rows are not, since a transaction that
 * has locked a row takes the time of a commit, also where all it says is that there is nothing to be seen.
 */
export async function currentOf(parts: SearchParts, changes: readonly Change[]): Promise<Current> {
  const keys = changes.flatMap(keysOf)
  if (keys.length === 0) return new Map()
  const [types, ids] = [createColumn('int2'), createColumn('uuid')]
  for (const { type, id } of keys) {
    types.int2(TYPE_NUMBER.get(type) ?? -1)
    ids.bytes(idBytes(id))
  }
  const rows = await queryRaw(
    parts.db,
    sql`select ${COLUMNS} from (select distinct type, id
        from unnest(${types.done()}::int2[], ${ids.done()}::uuid[]) k (type, id) order by type, id) k
      cross join lateral (select * from store.res r where r.tenant = ${parts.tenant}::int2
        and r.type = k.type and r.id = k.id limit 1) r
      cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
        and v.id = r.id and v.ver = r.ver limit 1) v`,
  )
  const found = await toStored(rows, parts.dictionary)
  return new Map(found.map((resource) => [keyName(resource.key), resource]))
}

const keyName = ({ type, id }: ResourceKey) => `${type}/${id}`

const current = (parts: StepParts, key: ResourceKey) => parts.there.get(keyName(key))

/** Ids that sort by time are kind to indexes; a person's id must not tell when it was made. */
function newId(type: ResourceType): string {
  const random = randomUUID()
  if (type === 'Patient' || type === 'Person' || type === 'RelatedPerson') return random
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
