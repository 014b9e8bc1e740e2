import { queryRaw, type Sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'
import type { StoredResource } from '../../fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import { isMaskedParameter } from '../../fhir/search/masked-parameters.ts'
import type { SearchQuery, SortKey } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import type { Sight } from '../../fhir/sight.ts'
import { toStored } from '../row.ts'
import type { SearchParts } from './search-parts.ts'

/** So many matches are sorted in memory at most. A patient's records of one kind are fewer. */
const MOST_SORTED = 5_000

/** Whether the tables don't hold what a key sorts by: of a code, a reference and a uri they hold hashes. */
export function isSortedInMemory({ param, kind }: SortKey): boolean {
  return param !== '_id' && (kind === 'token' || kind === 'reference' || kind === 'uri')
}

/** The same search for all that is to be sorted. */
export function unsorted(query: SearchQuery): SearchQuery {
  return { ...query, sort: [], cursor: undefined, count: MOST_SORTED }
}

/**
 * A page of a search that is sorted by what the tables don't hold: all matches are read and sorted here.
 *
 * @param all the statement of the {@link unsorted} search, which gives one row more
 *
 * @throws Problem `too-costly` where there are more than {@link MOST_SORTED}
 */
export async function sortedInMemory(
  parts: SearchParts,
  query: SearchQuery,
  all: Sql,
  sight: Sight,
): Promise<{ matches: readonly StoredResource[]; next: string | undefined }> {
  const masked = query.sort.some(({ param }) => isMaskedParameter(query.type, param))
  if (masked && sight.revealed !== 'all') {
    throw new Problem('not-supported', 'Patients are not sorted by what may be protected')
  }
  const rows = await queryRaw(parts.db, all)
  if (rows.length > MOST_SORTED) {
    const message = `A sort by code, reference or uri takes ${MOST_SORTED} matches at most. Narrow the search.`
    throw new Problem('too-costly', message)
  }
  const found = (await toStored(rows, parts.dictionary)).map(indexed)
  const { matches, next } = searchInMemory({ ...query, clauses: [] }, found)
  return { matches: matches.map(({ resource }) => resource), next }
}

function indexed(
  resource: StoredResource,
): IndexedResource & { readonly resource: StoredResource } {
  return { ...indexResource(JSON.parse(String(resource.bytes))), resource }
}
