import { Problem } from '../../fhir/problem.ts'
import type { SearchHit, SearchPage, StoredResource } from '../../fhir/record-system.ts'
import { isOpenType, type ResourceType } from '../../fhir/resource-type.ts'
import { asSeen } from '../../fhir/search/masked-parameters.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { searchInMemory } from '../../fhir/search/search-in-memory.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { FetchedResource } from './finish.ts'
import { includedBy } from './include-records.ts'
import { narrow } from './narrow.ts'
import type { FhirServerProfile } from './profile.ts'
import type { Fetched, RecordSource } from './record-source.ts'
import { idsIn, whoIsAskedAbout } from './who-is-asked-about.ts'

/** What searches are answered with. */
export interface SearchParts {
  readonly profile: FhirServerProfile
  readonly source: RecordSource
}

/**
 * Answers a search by asking the source for what can match, and matching in memory what the sight covers.
 * A total is only told when everything was answered: a number that is too low looks like a fact.
 */
export async function searchRecords(
  parts: SearchParts,
  query: SearchQuery,
  sight: Sight,
): Promise<SearchPage> {
  const { resources, issues } = await candidates(parts, query, sight)
  const seen = resources.filter(({ stored, indexed }) =>
    covers(sight, stored.origin, () => indexed),
  )
  const bySearch = new Map(
    seen.map((resource) => [asSeen(sight, resource.stored.origin, resource.indexed), resource]),
  )
  const page = searchInMemory(query, bySearch.keys())
  const matches = page.matches.flatMap((indexed) => bySearch.get(indexed) ?? [])
  const included = await includedBy(parts.source, query, matches, sight)
  const missing = [...issues, ...included.issues]
  return {
    hits: [
      ...matches.map(({ stored }) => hit('match', stored)),
      ...included.resources.map(({ stored }) => hit('include', stored)),
    ],
    total: query.total === 'none' || issues.length > 0 ? undefined : page.total,
    next: page.next,
    issues: missing,
  }
}

function hit(mode: SearchHit['mode'], resource: StoredResource): SearchHit {
  return { resource, mode }
}

async function candidates(parts: SearchParts, query: SearchQuery, sight: Sight): Promise<Fetched> {
  const { source } = parts
  const ids = idsIn(query)
  if (ids) return byIds(parts, query.type, ids)
  if (query.type === 'Patient') return persons(parts, query, sight)
  if (isOpenType(query.type)) return together(await Promise.all(openQuestions(parts, query)))
  const rules = parts.profile.product.types.get(query.type)
  if (!rules) return { resources: [], issues: [] }
  const narrowed = narrow(query, rules)
  const patients = whoIsAskedAbout(query, sight)
  return together(
    await Promise.all(patients.map((patient) => source.ofPatient(query.type, patient, narrowed))),
  )
}

/** Each by itself; one that can't be told of is said, and the others shown. */
async function byIds(
  { source, profile }: SearchParts,
  type: ResourceType,
  ids: readonly string[],
): Promise<Fetched> {
  const found = await Promise.all(
    ids.map((id) =>
      source.byKey({ type, id }).catch((thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown
        return thrown
      }),
    ),
  )
  return {
    resources: found.flatMap((each) => (each && !(each instanceof Problem) ? [each] : [])),
    issues: found.flatMap((each) =>
      each instanceof Problem
        ? [{ source: profile.source, kind: 'unavailable', message: each.message } as const]
        : [],
    ),
  }
}

/** Those the sight names are had by id; anybody else as far as the product can be asked. */
async function persons(
  { source, profile }: SearchParts,
  query: SearchQuery,
  sight: Sight,
): Promise<Fetched> {
  const { product } = profile
  const questions = product.persons.questionsFor(query)
  if (questions) {
    return together(await Promise.all(questions.map((each) => source.asked('Patient', each))))
  }
  if (sight.patients !== 'all') return byIds({ source, profile }, 'Patient', sight.patients)
  throw new Problem(
    'not-supported',
    `${profile.source} finds people by ${product.persons.by.join(', ')}. Name one of them.`,
  )
}

function openQuestions(
  { source, profile }: SearchParts,
  { type, clauses }: SearchQuery,
): Promise<Fetched>[] {
  const named = clauses.find(
    ({ param, modifier }) => modifier === undefined && ['identifier', 'name'].includes(param),
  )
  if (!named) {
    throw new Problem(
      'not-supported',
      `${profile.source} finds a ${type} by _id, identifier or name`,
    )
  }
  return named.values.map((value) => {
    const text =
      value.kind === 'string'
        ? value.text
        : value.kind === 'token'
          ? [value.system, value.code].filter((part) => part !== undefined).join('|')
          : ''
    return source.asked(type, new URLSearchParams({ [named.param]: text }))
  })
}

function together(answers: readonly Fetched[]): Fetched {
  const resources = new Map<string, FetchedResource>()
  for (const resource of answers.flatMap((each) => each.resources)) {
    resources.set(resource.stored.key.id, resource)
  }
  const issues = new Map(answers.flatMap((each) => each.issues).map((each) => [each.message, each]))
  return { resources: [...resources.values()], issues: [...issues.values()] }
}
