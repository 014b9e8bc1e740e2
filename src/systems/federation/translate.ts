import type { SearchClause, SearchQuery, SearchValue } from '../../fhir/search/query.ts'
import type { RegionalId } from './federated-ids.ts'
import { type Engagement, isPerson, type Persons } from './persons.ts'

/** Ids of the federation that a search and its sight name, looked up beforehand. */
export interface Names {
  /** A person's Patient.id in a region; `undefined` where there's nothing about them. */
  patientIn(region: string, person: string): string | undefined
  /** What any other id leads to. */
  regionalOf(id: string): RegionalId | undefined
  /** The regions of a person, or of an id. */
  regionsOf(id: string): readonly string[]
}

/** Looks up all ids at once. */
export async function lookUpNames(
  ids: Iterable<string>,
  persons: Persons,
  toRegional: (id: string) => Promise<RegionalId | undefined>,
): Promise<Names> {
  const engagements = new Map<string, readonly Engagement[]>()
  const regional = new Map<string, RegionalId>()
  await Promise.all(
    [...new Set(ids)].map(async (id) => {
      if (isPerson(id)) engagements.set(id, await persons.whereIs(id))
      const found = isPerson(id) ? undefined : await toRegional(id)
      if (found) regional.set(id, found)
    }),
  )
  return {
    patientIn: (region, id) => {
      const engaged = engagements.get(id)?.find((each) => each.region === region)
      const named = regional.get(id)
      return engaged?.patient ?? (named?.region === region ? named.id : undefined)
    },
    regionalOf: (id) => regional.get(id),
    regionsOf: (id) =>
      engagements.get(id)?.map(({ region }) => region) ??
      [regional.get(id)?.region ?? ''].filter((region) => region !== ''),
  }
}

/** Every id of this server that a search names. */
export function idsNamedIn({ clauses }: SearchQuery): string[] {
  return clauses.flatMap(({ param, values }) =>
    values.flatMap((value) => {
      if (value.kind === 'reference' && value.url === undefined) return value.id ?? []
      return param === '_id' && value.kind === 'token' ? (value.code ?? []) : []
    }),
  )
}

/**
 * The search as one region understands it: with its own ids. Ids of other regions are left out; `undefined` when that
 * leaves nothing that could match.
 */
export function queryFor(
  query: SearchQuery,
  region: string,
  names: Names,
): SearchQuery | undefined {
  const clauses: SearchClause[] = []
  for (const clause of query.clauses) {
    const values = clause.values.flatMap((value) => valueFor(clause, value, region, names))
    if (values.length === 0 && clause.modifier === 'not') continue
    if (values.length === 0 && clause.values.length > 0) return undefined
    clauses.push({ ...clause, values })
  }
  return { ...query, clauses, text: textFor(query, region, names) }
}

/** The parameters as the region would have been asked: its own ids in the place of ours. */
function textFor(query: SearchQuery, region: string, names: Names): string {
  const ids = idsNamedIn(query).flatMap((id) => {
    const theirs = idIn(region, id, names)
    return theirs === undefined ? [] : [[id, theirs] as const]
  })
  if (ids.length === 0) return query.text
  const parameters = [...new URLSearchParams(query.text)].map(([name, value]) => {
    const parts = value.split(',').map((part) => {
      const [, before = '', id = part] = /^(.*\/)?([^/]*)$/.exec(part) ?? []
      return `${before}${ids.find(([ours]) => ours === id)?.[1] ?? id}`
    })
    return [name, parts.join(',')]
  })
  return String(new URLSearchParams(parameters))
}

function valueFor(
  { param }: SearchClause,
  value: SearchValue,
  region: string,
  names: Names,
): SearchValue[] {
  if (value.kind === 'reference' && value.url === undefined && value.id !== undefined) {
    const id = idIn(region, value.id, names)
    return id === undefined ? [] : [{ ...value, id }]
  }
  if (param === '_id' && value.kind === 'token' && value.code !== undefined) {
    const id = idIn(region, value.code, names)
    return id === undefined ? [] : [{ ...value, code: id }]
  }
  return [value]
}

function idIn(region: string, id: string, names: Names): string | undefined {
  if (isPerson(id)) return names.patientIn(region, id)
  const regional = names.regionalOf(id)
  return regional?.region === region ? regional.id : undefined
}
