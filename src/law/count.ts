import { Problem } from '../fhir/problem.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { EVERYTHING, mintSight } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import { denied, type GateParts } from './judge.ts'
import { type CountInterval, feasibilityCount, toInterval } from './rules/feasibility-count.ts'
import { searchTerms } from './rules/search-terms.ts'

const PAGE = 1_000
/** More pages than this is no count but a load. */
const MOST_PAGES = 200

/**
 * How many persons have something that a search finds, in the own provider's records. Nothing but the number leaves, and that
 * as an interval: no list, no page, no resource.
 *
 * Source: PDL 5 kap. 7 §.
 * @throws Problem `forbidden` for any other purpose, `too-costly` for more than can be counted
 */
export async function countPersons(
  { system, log, facts }: GateParts,
  access: Access,
  query: SearchQuery,
): Promise<CountInterval> {
  const entry = { access, patient: undefined, action: 'count' } as const
  const denial = feasibilityCount(access) ?? searchTerms(access, query)
  if (denial) {
    await log.append([denied(entry, denial)])
    throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  const asked = `${query.type}?${query.text}`
  await log.append([
    { ...entry, outcome: 'permit', paragraph: undefined, resources: [], query: asked },
  ])
  const protectedPatients = await facts.protectedByMerge()
  const own = { providers: [access.provider], protectedPatients, revealed: [] }
  const sight = mintSight({ ...EVERYTHING, ...own })
  const persons = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const plain = { ...query, count: PAGE, total: 'none', includes: [], sort: [], cursor } as const
    const { hits, next } = await system.search(plain, sight)
    for (const { resource } of hits)
      if (resource.origin.patient) persons.add(resource.origin.patient)
    if (next === undefined) return toInterval(persons.size)
    cursor = next
  }
  throw new Problem('too-costly', 'More than can be counted: narrow the search')
}
