import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../../fhir/resource-type.ts'
import type { ReferenceEntry } from '../../fhir/search/index-entries.ts'
import { asSeen } from '../../fhir/search/masked-parameters.ts'
import type { Include, SearchQuery } from '../../fhir/search/query.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { Fetched } from './ask-source.ts'
import type { FetchedResource } from './finish.ts'
import type { RecordSource } from './record-source.ts'
import type { SealedIds } from './sealed-id.ts'

/** The most resources that come along with a page; more are said to be left out. As in the store. */
const MOST = 1_000
/** How often `:iterate` goes on. */
const ROUNDS = 5

/** What `_include` and `_revinclude` add to a page: each resource once, and only what the sight covers. */
export async function includedBy(
  source: RecordSource,
  ids: SealedIds,
  query: SearchQuery,
  matches: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const seen = new Set(matches.map(nameOf))
  const resources: FetchedResource[] = []
  const issues: CompletenessIssue[] = []
  let fresh = matches
  for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
    const wanted = query.includes.filter(({ iterate }) => round === 0 || iterate)
    const found: FetchedResource[] = []
    for (const include of wanted) {
      const answer = await follow(source, ids, include, fresh, sight)
      found.push(...answer.resources)
      issues.push(...answer.issues)
    }
    fresh = found.filter((resource) => !seen.has(nameOf(resource)) && seen.add(nameOf(resource)))
    resources.push(...fresh)
  }
  if (resources.length > MOST) issues.push(tooMany())
  return { resources: resources.slice(0, MOST), issues: onceEach(issues) }
}

const nameOf = ({ stored }: FetchedResource) => `${stored.key.type}/${stored.key.id}`

function follow(
  source: RecordSource,
  ids: SealedIds,
  include: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  return include.direction === 'include'
    ? targetsOf(source, include, from, sight)
    : sourcesOf(source, ids, include, from, sight)
}

async function targetsOf(
  source: RecordSource,
  { source: type, param, target }: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const references = from
    .filter(({ stored }) => stored.key.type === type)
    .flatMap(({ stored, indexed }) => asSeen(sight, stored.origin, indexed).entries.references)
    .filter((reference) => param === '*' || reference.param === param)
  const keys = new Map(references.flatMap((each) => targetOf(each, target)))
  const answers = await Promise.all([...keys.values()].map((key) => byKey(source, key)))
  return {
    resources: answers
      .flatMap(({ resources }) => resources)
      .filter(({ stored, indexed }) => covers(sight, stored.origin, () => indexed)),
    issues: answers.flatMap(({ issues }) => issues),
  }
}

function targetOf({ type, id, url }: ReferenceEntry, target: ResourceType | undefined) {
  if (url !== undefined || !type || !id || !isResourceType(type)) return []
  return target && target !== type ? [] : [[`${type}/${id}`, { type, id }] as const]
}

async function byKey(
  source: RecordSource,
  key: { readonly type: ResourceType; readonly id: string },
): Promise<Fetched> {
  try {
    const found = await source.byKey(key)
    return { resources: found ? [found] : [], issues: [] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return {
      resources: [],
      issues: [{ source: key.type, kind: 'unavailable', message: error.message }],
    }
  }
}

/** What points at the matches: it's among what the same patients have. */
async function sourcesOf(
  source: RecordSource,
  ids: SealedIds,
  { source: type, param, target }: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const targets = from.filter(({ stored }) => !target || stored.key.type === target)
  const names = new Set(targets.map(nameOf))
  const patients = targets.flatMap(({ stored }) => stored.origin.patient ?? [])
  const known = patients.filter((id) => ids.open(id) !== undefined)
  const { resources, issues } = await source.ofPatients(type, known, sight)
  const pointing = resources.filter(({ stored, indexed }) =>
    asSeen(sight, stored.origin, indexed).entries.references.some(
      (each) =>
        (param === '*' || each.param === param) &&
        each.url === undefined &&
        names.has(`${each.type}/${each.id}`),
    ),
  )
  return { resources: pointing, issues }
}

function tooMany(): CompletenessIssue {
  const message = `More than ${MOST} included resources; the rest are left out. Ask for a smaller page.`
  return { source: 'includes', kind: 'partial', message }
}

function onceEach(issues: readonly CompletenessIssue[]): CompletenessIssue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()]
}
