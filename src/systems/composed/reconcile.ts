import { createHash } from 'node:crypto'
import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Author, RecordSystem, StoredResource } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { validResource } from '../../fhir/validation/validate.ts'

/** How a type stands in the legacy system and in our store, over all patients asked for. */
export interface Reconciliation {
  readonly type: ResourceType
  readonly patients: number
  readonly inLegacy: number
  /** Of those, with the same content in our store, by SHA-256 of all but `meta`. */
  readonly same: number
  readonly copied: number
  /** There in both with different content: brought up to the legacy system's. */
  readonly corrected: number
}

/** What is reconciled with. */
export interface ReconcileParts {
  readonly legacy: RecordSystem
  readonly own: RecordSystem
  /** The import's: sees and may write everything. */
  readonly author: Author
}

const PAGE = 200

/**
 * Brings our store up to the legacy system for one type and some patients, under the same ids; and says how it was.
 * When a run copies and corrects nothing, the route may be switched. It may be run again at any time.
 *
 * @throws Problem `transient` when the legacy system doesn't answer in full: a type isn't switched on a guess
 */
export async function reconcile(
  parts: ReconcileParts,
  type: ResourceType,
  patients: readonly string[],
): Promise<Reconciliation> {
  const sum = { inLegacy: 0, same: 0, copied: 0, corrected: 0 }
  for (const patient of patients) {
    const theirs = await allOf(parts.legacy, type, patient, parts.author)
    const ours = new Map(
      (await allOf(parts.own, type, patient, parts.author)).map((each) => [each.key.id, each]),
    )
    for (const resource of theirs) {
      sum.inLegacy++
      const there = ours.get(resource.key.id)
      if (there && contentHash(there.bytes) === contentHash(resource.bytes)) sum.same++
      else if (there) sum.corrected++
      else sum.copied++
      if (!there || contentHash(there.bytes) !== contentHash(resource.bytes)) {
        await copy(parts, resource, there !== undefined)
      }
    }
  }
  return { type, patients: patients.length, ...sum }
}

async function copy(
  { own, author }: ReconcileParts,
  { key, bytes, origin }: StoredResource,
  isThere: boolean,
): Promise<void> {
  const resource = validResource(parseJson(bytes))
  const { unit, provider } = origin
  const change = isThere
    ? ({ kind: 'update', key, resource, ifMatch: undefined } as const)
    : ({ kind: 'create', type: key.type, id: key.id, resource, ifNoneExist: undefined } as const)
  await own.transact([change], { ...author, originOf: () => ({ unit, provider }) })
}

async function allOf(
  system: RecordSystem,
  type: ResourceType,
  patient: string,
  { sight }: Author,
): Promise<readonly StoredResource[]> {
  const found: StoredResource[] = []
  let cursor: string | undefined
  do {
    const page = await system.search({ ...queryFor(type, patient), cursor }, sight)
    if (page.issues.length > 0) {
      throw new Problem('transient', `${system.name} did not answer in full`)
    }
    found.push(...page.hits.map(({ resource }) => resource))
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

function queryFor(type: ResourceType, id: string): SearchQuery {
  const reference = {
    kind: 'reference',
    type: 'Patient',
    id,
    version: undefined,
    url: undefined,
  } as const
  return {
    type,
    clauses: [{ param: 'patient', kind: 'reference', modifier: undefined, values: [reference] }],
    sort: [],
    count: PAGE,
    total: 'none',
    includes: [],
    summary: 'false',
    elements: undefined,
    cursor: undefined,
    text: '',
  }
}

/** Of the content as a value, without what a server stamps: order and white space don't matter, digits do. */
function contentHash(bytes: Buffer): string {
  const { meta: _, ...rest } = JSON.parse(String(bytes)) as Record<string, unknown>
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex')
}
