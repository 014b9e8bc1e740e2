import type { SearchHit, SearchPage } from '../../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../../fhir/resource-type.ts'
import { extract } from '../../fhir/search/extract.ts'
import type { Include, SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'

/** How often `:iterate` goes on. */
const ROUNDS = 5
/** The most resources that come along with a page. As in the store. */
const MOST = 1_000
/** Ids asked for in one question. */
const AT_ONCE = 100

/**
 * What `_include` and `_revinclude` add to a page whose matches and what they point at lie in different parts: each is
 * searched for, under the same sight as everything else.
 *
 * @param find answers a search without includes
 */
export async function followIncludes(
  query: SearchQuery,
  page: SearchPage,
  find: (query: SearchQuery) => Promise<SearchPage>,
): Promise<SearchPage> {
  const seen = new Set(page.hits.map(nameOf))
  const added: SearchHit[] = []
  const issues = [...page.issues]
  let fresh: readonly SearchHit[] = page.hits
  for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
    const includes = query.includes.filter(({ iterate }) => round === 0 || iterate)
    const asked = includes.flatMap((include) =>
      questionsFor(
        { ...include, ...(query.base !== undefined && { base: query.base }) },
        fresh,
        seen,
      ),
    )
    const answers = await Promise.all(asked.map((each) => find({ ...query, ...PLAIN, ...each })))
    issues.push(...answers.flatMap((answer) => answer.issues))
    fresh = answers
      .flatMap(({ hits }) => hits)
      .filter((hit) => !seen.has(nameOf(hit)) && seen.add(nameOf(hit)))
    added.push(...fresh.map(({ resource }) => ({ resource, mode: 'include' }) as const))
  }
  if (added.length > MOST) {
    const message = `More than ${MOST} included resources; the rest are left out`
    issues.push({ source: 'include', kind: 'partial', message })
  }
  return { ...page, hits: [...page.hits, ...added.slice(0, MOST)], issues }
}

const PLAIN = {
  includes: [],
  sort: [],
  count: MOST,
  total: 'none',
  cursor: undefined,
  text: '',
} as const satisfies Partial<SearchQuery>

const nameOf = ({ resource }: SearchHit) => `${resource.key.type}/${resource.key.id}`

/** The server's own address: references under it are followed as relative ones are. */
type Followed = Include & Pick<SearchQuery, 'base'>

type Question = Pick<SearchQuery, 'type' | 'clauses'>

function questionsFor(
  include: Followed,
  from: readonly SearchHit[],
  seen: ReadonlySet<string>,
): Question[] {
  return include.direction === 'include' ? targets(include, from, seen) : sources(include, from)
}

/** By type, the ids that are pointed at and not there yet. */
function targets(
  { source, param, target, base }: Followed,
  from: readonly SearchHit[],
  seen: ReadonlySet<string>,
): Question[] {
  const names = new Set(
    from
      .filter(({ resource }) => resource.key.type === source)
      .flatMap(({ resource }) => extract(JSON.parse(String(resource.bytes)), base).references)
      .filter((each) => each.url === undefined && (param === '*' || each.param === param))
      .filter(({ type }) => target === undefined || target === type)
      .map(({ type, id }) => `${type}/${id}`)
      .filter((name) => !seen.has(name)),
  )
  const byType = Map.groupBy(names, (name) => name.split('/')[0] ?? '')
  return [...byType].flatMap(([type, found]) =>
    isResourceType(type)
      ? inPieces(found).map((some) => ({
          type,
          clauses: [idClause(some.map((name) => name.slice(type.length + 1)))],
        }))
      : [],
  )
}

const idClause = (ids: readonly string[]): SearchClause => ({
  param: '_id',
  kind: 'token',
  modifier: undefined,
  values: ids.map((code) => ({ kind: 'token', system: undefined, code })),
})

/** Those of the type that point at what is there, by each parameter that may. */
function sources({ source, param, target }: Include, from: readonly SearchHit[]): Question[] {
  const keys = from
    .map(({ resource }) => resource.key)
    .filter(({ type }) => target === undefined || type === target)
  const patients = [...new Set(from.flatMap(({ resource }) => resource.origin.patient ?? []))]
  const parameters = [...searchParametersOf(source).values()].filter(
    ({ code, kind }) => kind === 'reference' && (param === '*' || code === param),
  )
  return parameters.flatMap(({ code, targets }) => {
    const pointed = keys.filter(({ type }) => targets.length === 0 || targets.includes(type))
    return inPieces(pointed).map((some) => ({
      type: source,
      clauses: [referenceClause(code, some), ...ownerClause(source, code, patients)],
    }))
  })
}

function referenceClause(
  param: string,
  keys: readonly { readonly type: ResourceType; readonly id: string }[],
): SearchClause {
  const values = keys.map(
    ({ type, id }) =>
      ({ kind: 'reference', type, id, version: undefined, url: undefined }) as const,
  )
  return { param, kind: 'reference', modifier: undefined, values }
}

/** Whose they are, so that a system that is asked about patients can be asked. */
function ownerClause(
  type: ResourceType,
  param: string,
  patients: readonly string[],
): SearchClause[] {
  if (param === 'patient' || param === 'subject' || patients.length === 0) return []
  if (!searchParametersOf(type).has('patient')) return []
  return [
    referenceClause(
      'patient',
      patients.map((id) => ({ type: 'Patient', id })),
    ),
  ]
}

function inPieces<Item>(items: readonly Item[]): Item[][] {
  const pieces: Item[][] = []
  for (let from = 0; from < items.length; from += AT_ONCE) {
    pieces.push(items.slice(from, from + AT_ONCE))
  }
  return pieces
}
