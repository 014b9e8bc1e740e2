import type { FhirResource, Patient } from 'fhir/r4'
import type { CompletenessIssue, SearchHit, SearchPage } from '../../fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import type { FederationParts } from './federation-system.ts'
import type { Member } from './members.ts'

/** Asked for from each region. More than these from one region, and the search should say more about whom it's for. */
export const MOST_PERSONS = 200

const NUMBERS = new Set(['urn:oid:1.2.752.129.2.1.3.1', 'urn:oid:1.2.752.129.2.1.3.3'])

/**
 * Finds people, each once: whoever several regions know is one Patient, as the first of them writes it. So all answers are
 * put together before they are cut into pages.
 */
export async function searchPersons(
  { members, persons }: FederationParts,
  query: SearchQuery,
  ask: (member: Member) => Promise<SearchPage | CompletenessIssue>,
): Promise<SearchPage> {
  const asked = await regionsFor(query, members(), persons)
  const answers = await Promise.all(
    asked.map(async (member) => ({ member, answer: await ask(member) })),
  )
  const { found, beside, issues } = gather(answers)
  const byIndex = new Map<IndexedResource, SearchHit>()
  for (const hit of found) {
    const { key, bytes, lastUpdated } = hit.resource
    const value = JSON.parse(String(bytes)) as FhirResource
    byIndex.set({ ...indexResource(value), key, lastUpdated }, hit)
  }
  // They match already, by their regions' own ids.
  const page = searchInMemory({ ...query, clauses: [] }, byIndex.keys())
  const hits = page.matches.flatMap((indexed) => byIndex.get(indexed) ?? [])
  return {
    hits: [...hits, ...beside],
    total: query.total === 'none' || issues.length > 0 ? undefined : page.total,
    next: page.next,
    issues,
  }
}

interface RegionAnswer {
  readonly member: Member
  readonly answer: SearchPage | CompletenessIssue
}

function gather(answers: readonly RegionAnswer[]) {
  const found = new Map<string, SearchHit>()
  const beside = new Map<string, SearchHit>()
  const issues: CompletenessIssue[] = []
  for (const { member, answer } of answers) {
    const page = 'hits' in answer ? answer : undefined
    issues.push(...(page ? page.issues : []), ...('hits' in answer ? [] : [answer]))
    if (page?.next !== undefined) issues.push(tooMany(member))
    for (const hit of page?.hits ?? []) keep(hit.mode === 'match' ? found : beside, hit)
  }
  return { found: [...found.values()], beside: [...beside.values()], issues }
}

function keep(kept: Map<string, SearchHit>, hit: SearchHit): void {
  const name = `${hit.resource.key.type}/${hit.resource.key.id}`
  if (!kept.has(name)) kept.set(name, hit)
}

function tooMany({ region: source, name }: Member): CompletenessIssue {
  const message = `${name} har fler än ${MOST_PERSONS} som passar; sök snävare`
  return { source, kind: 'partial', message }
}

/** By number, those that the index names; if it names none, everyone: it may be new to it. */
async function regionsFor(
  { clauses }: SearchQuery,
  members: readonly Member[],
  persons: FederationParts['persons'],
): Promise<readonly Member[]> {
  const clause = clauses.find(
    ({ param, modifier }) => param === 'identifier' && modifier === undefined,
  )
  const [value, second] = clause?.values ?? []
  if (value?.kind !== 'token' || second || value.code === undefined) return members
  const person = await persons.byNumber(value.code)
  if (person === undefined) return members
  const regions = new Set((await persons.whereIs(person)).map(({ region }) => region))
  return members.filter(({ region }) => regions.has(region))
}

/** The personnummer or samordningsnummer of a Patient, twelve digits. */
export function numberIn({ identifier }: Patient): string | undefined {
  const found = identifier?.find(
    ({ system, value }) => NUMBERS.has(system ?? '') && /^\d{12}$/.test(value ?? ''),
  )
  return found?.value
}
