import { Problem } from '../../fhir/problem.ts'
import type { HistoryPage, HistoryQuery } from '../../fhir/record-system.ts'

/**
 * A version of a person's Patient, which several regions have one of: `orebro.1`. No two texts have the same.
 * https://hl7.org/fhir/R4/http.html#versioning
 */
export const federatedVersion = (region: string, version: string): string => `${region}.${version}`

/** What the version is called in a region; `undefined` where it's another region's. */
export const versionIn = (region: string, version: string): string | undefined =>
  version.startsWith(`${region}.`) ? version.slice(region.length + 1) : undefined

type AskHistory = (query: HistoryQuery) => Promise<HistoryPage>

/** Of a place at most so many versions are put in time's order with those of others. */
const MOST_PAGES = 20
const PAGE = 100

/**
 * The histories of some places as one, newest first.
 *
 * @throws Problem `transient` when a place doesn't answer: what is left out of a history is not seen to be
 */
export async function historyOf(
  places: readonly AskHistory[],
  query: HistoryQuery,
): Promise<HistoryPage> {
  const [only, second] = places
  if (!only) return { versions: [], next: undefined, total: 0 }
  if (!second) return await only(query)
  const all = (await Promise.all(places.map((ask) => wholeHistory(ask, query)))).flat()
  all.sort((a, b) => Date.parse(b.lastUpdated) - Date.parse(a.lastUpdated))
  const from = Number(query.cursor ?? 0)
  const to = from + query.count
  return {
    versions: all.slice(from, to),
    next: to < all.length ? String(to) : undefined,
    total: all.length,
  }
}

async function wholeHistory(ask: AskHistory, query: HistoryQuery) {
  const versions: HistoryPage['versions'][number][] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await ask({ ...query, count: PAGE, cursor })
    versions.push(...answer.versions)
    cursor = answer.next
    if (cursor === undefined) return versions
  }
  throw new Problem('too-costly', 'The history is too long to be put together. Ask in one region.')
}
