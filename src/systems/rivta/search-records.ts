import type { SearchHit, SearchPage, StoredResource } from '../../fhir/record-system.ts'
import { asSeen } from '../../fhir/search/masked-parameters.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { Fetched } from './ask-source.ts'
import type { FetchedResource } from './finish.ts'
import { includedBy } from './include-records.ts'
import type { RecordSource } from './record-source.ts'
import type { SealedIds } from './sealed-id.ts'
import { whoIsAskedAbout } from './who-is-asked-about.ts'

/**
 * Answers a search by asking the sources for all of the type about the patients in question, and matching in memory what
 * the sight covers. A total is only told when every source answered: a number that is too low looks like a fact.
 */
export async function searchRecords(
  source: RecordSource,
  ids: SealedIds,
  query: SearchQuery,
  sight: Sight,
): Promise<SearchPage> {
  const { resources, issues } = await candidates(source, ids, query, sight)
  const bySearch = new Map(
    resources.map((resource) => [
      asSeen(sight, resource.stored.origin, resource.indexed),
      resource,
    ]),
  )
  const page = searchInMemory(query, bySearch.keys())
  const matches = page.matches.flatMap((indexed) => bySearch.get(indexed) ?? [])
  const total = query.total === 'none' || issues.length > 0 ? undefined : page.total
  const included = await includedBy(source, ids, query, matches, sight)
  return {
    hits: [
      ...matches.map(({ stored }) => hit('match', stored)),
      ...included.resources.map(({ stored }) => hit('include', stored)),
    ],
    total,
    next: page.next,
    issues: [...issues, ...included.issues],
  }
}

async function candidates(
  source: RecordSource,
  ids: SealedIds,
  query: SearchQuery,
  sight: Sight,
): Promise<Fetched> {
  const open: readonly FetchedResource[] = source.open(query.type)
  if (open.length > 0) {
    const resources = open.filter(({ stored, indexed }) =>
      covers(sight, stored.origin, () => indexed),
    )
    return { resources, issues: [] }
  }
  return source.ofPatients(query.type, whoIsAskedAbout(query, sight, ids), sight)
}

function hit(mode: SearchHit['mode'], resource: StoredResource): SearchHit {
  return { resource, mode }
}
