import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import { isResourceType } from '../../fhir/resource-type.ts'
import type { ReferenceEntry } from '../../fhir/search/index-entries.ts'
import { asSeen } from '../../fhir/search/masked-parameters.ts'
import type { Include, SearchQuery } from '../../fhir/search/query.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { FetchedResource } from './finish.ts'
import type { Fetched, RecordSource } from './record-source.ts'

/** The most resources that come along with a page; more are said to be left out. As in the store. */
const MOST = 1_000
/** How often `:iterate` goes on. */
const ROUNDS = 5

/** What `_include` and `_revinclude` add to a page: each resource once, and only what the sight covers. */
export async function includedBy(
  source: RecordSource,
  query: SearchQuery,
  matches: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const seen = new Set(matches.map(nameOf))
  const resources: FetchedResource[] = []
  const issues: CompletenessIssue[] = []
  let fresh = matches
  for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
    const found: FetchedResource[] = []
    for (const include of query.includes.filter(({ iterate }) => round === 0 || iterate)) {
      const answer = await follow(source, include, fresh, sight)
      found.push(
        ...answer.resources.filter(({ stored, indexed }) =>
          covers(sight, stored.origin, () => indexed),
        ),
      )
      issues.push(...answer.issues)
    }
    fresh = found.filter((each) => !seen.has(nameOf(each)) && seen.add(nameOf(each)))
    resources.push(...fresh)
  }
  if (resources.length > MOST) {
    const message = `More than ${MOST} included resources; the rest are left out`
    issues.push({ source: 'include', kind: 'partial', message })
  }
  return { resources: resources.slice(0, MOST), issues }
}

const nameOf = ({ stored }: FetchedResource) => `${stored.key.type}/${stored.key.id}`

function follow(
  source: RecordSource,
  include: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  return include.direction === 'include'
    ? targetsOf(source, include, from, sight)
    : sourcesOf(source, include, from, sight)
}

async function targetsOf(
  source: RecordSource,
  { source: type, param, target }: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const keys = new Map(
    from
      .filter(({ stored }) => stored.key.type === type)
      .flatMap(({ stored, indexed }) => asSeen(sight, stored.origin, indexed).entries.references)
      .filter((reference) => param === '*' || reference.param === param)
      .flatMap((reference) => {
        const key = keyOf(reference, target)
        return key ? [[`${key.type}/${key.id}`, key] as const] : []
      }),
  )
  const answers = await Promise.all(
    [...keys.values()].map((key) => source.byKey(key).catch(unanswered)),
  )
  return {
    resources: answers.flatMap((each) => (each && 'stored' in each ? [each] : [])),
    issues: answers.flatMap((each) => (each && 'kind' in each ? [each] : [])),
  }
}

function keyOf({ type, id, url }: ReferenceEntry, target: Include['target']) {
  if (url !== undefined || type === undefined || id === undefined) return undefined
  if (!isResourceType(type) || (target !== undefined && target !== type)) return undefined
  return { type, id }
}

function unanswered(thrown: unknown): CompletenessIssue {
  if (!(thrown instanceof Problem)) throw thrown
  return { source: 'include', kind: 'unavailable', message: thrown.message }
}

/** Of the type that refers, all in the same patients' records that points at a match. */
async function sourcesOf(
  source: RecordSource,
  { source: type, param, target }: Include,
  from: readonly FetchedResource[],
  sight: Sight,
): Promise<Fetched> {
  const targets = from.filter(({ stored }) => target === undefined || stored.key.type === target)
  const names = new Set(targets.map(nameOf))
  const patients = new Set(targets.flatMap(({ stored }) => stored.origin.patient ?? []))
  const answers = await Promise.all(
    [...patients].map((patient) => source.ofPatient(type, patient, new URLSearchParams())),
  )
  const points = ({ param: code, type: to, id, url }: ReferenceEntry) =>
    (param === '*' || code === param) && url === undefined && names.has(`${to}/${id}`)
  return {
    resources: answers
      .flatMap(({ resources }) => resources)
      .filter(({ stored, indexed }) =>
        asSeen(sight, stored.origin, indexed).entries.references.some(points),
      ),
    issues: answers.flatMap(({ issues }) => issues),
  }
}
