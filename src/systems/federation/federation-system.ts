import type { Patient } from 'fhir/r4'
import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  CompletenessIssue,
  HistoryPage,
  HistoryQuery,
  RecordSystem,
  ResourceKey,
  Sealed,
  SearchPage,
  StoredResource,
  Support,
  TypeCapability,
} from '../../fhir/record-system.ts'
import { isOpenType, type ResourceType } from '../../fhir/resource-type.ts'
import { reseal } from '../../fhir/seal.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { covers, type Sight, sightWithin } from '../../fhir/sight.ts'
import { mergedSearch } from '../merge/merged-search.ts'
import type { FederatedIds } from './federated-ids.ts'
import type { Member, MemberAsker } from './members.ts'
import { federatedVersion, historyOf, versionIn } from './person-history.ts'
import { isPerson, type Persons } from './persons.ts'
import { rewriteIds, rewriteVersion } from './rewrite-ids.ts'
import { MOST_PERSONS, numberIn, searchPersons } from './search-persons.ts'
import { idsNamedIn, lookUpNames, type Names, queryFor } from './translate.ts'
import { LATE, within } from './within.ts'

/** What a federation is made of. */
export interface FederationParts {
  readonly name: string
  /** Those that take part now; asked for at every question, so that regions join and leave while it runs. */
  readonly members: () => readonly Member[]
  readonly persons: Persons
  readonly ids: FederatedIds
  readonly asker: MemberAsker
  /** What is not known of where persons have records. */
  readonly doubts?: (persons: Iterable<string>) => readonly CompletenessIssue[]
  /** Milliseconds that a member may take. */
  readonly deadline: number
}

/**
 * One record system made of regions: those that have something about a person are asked, in parallel and within a time
 * limit, and whoever doesn't answer is named. One Patient a person; other ids have their region before them. To be read:
 * what is written is written in a region.
 */
export function createFederation(parts: FederationParts): RecordSystem {
  return {
    name: parts.name,
    logsWrites: false,
    capability: () => capabilityOf(parts.members()),
    locate: (key, version) => locate(parts, key, version),
    search: (query, sight) => search(parts, query, sight),
    history: (query, sight) => history(parts, query, sight),
    async transact() {
      throw new Problem(
        'not-supported',
        'Write in a region: /fhir/{region}. All regions together are read.',
      )
    },
    async changes() {
      throw new Problem('not-supported', 'The regions tell what has changed, each its own')
    },
  }
}

/** The union of what the members answer; `native` where all of them do it so. */
function capabilityOf(members: readonly Member[]): Capability {
  const types = new Map<ResourceType, TypeCapability>()
  const interactions: TypeCapability['interactions'] = new Set([
    'read',
    'vread',
    'search-type',
    'history-instance',
  ])
  for (const { system } of members) {
    for (const [type, { searchParams }] of system.capability().types) {
      const known = new Map(types.get(type)?.searchParams)
      for (const [code, support] of searchParams) known.set(code, least(known.get(code), support))
      types.set(type, { interactions, searchParams: known })
    }
  }
  return { types, system: new Set(['batch']) }
}

const least = (one: Support | undefined, other: Support): Support =>
  one === 'emulated' ? 'emulated' : other

async function search(
  parts: FederationParts,
  query: SearchQuery,
  sight: Sight,
): Promise<SearchPage> {
  const names = await namesIn(parts, query, sight)
  const page =
    query.type === 'Patient'
      ? await searchPersons(parts, query, (member) =>
          askRegion(parts, member, { ...query, ...ALL_PERSONS }, sight, names),
        )
      : await mergedSearch(
          regionsAsked(parts, query, sight, names).map((member) => ({
            name: member.region,
            search: (each) => askRegion(parts, member, each, sight, names),
          })),
          query,
        )
  await parts.ids.settled()
  return doubted(parts, query, sight, page)
}

/** Where it isn't known that everybody was asked who has something, no number is told. */
function doubted(
  { doubts }: FederationParts,
  query: SearchQuery,
  { patients }: Sight,
  page: SearchPage,
): SearchPage {
  const named = idsNamedIn(query).filter(isPerson)
  const people = named.length > 0 || patients === 'all' ? named : patients
  const issues = doubts?.(new Set(people)) ?? []
  if (issues.length === 0) return page
  return { ...page, total: undefined, issues: [...page.issues, ...issues] }
}

const ALL_PERSONS = { count: MOST_PERSONS, cursor: undefined } as const

function namesIn(parts: FederationParts, query: SearchQuery, sight: Sight): Promise<Names> {
  const { patients, chosen, shared, blocked, protectedPatients, revealed } = sight
  const ids = [
    ...idsNamedIn(query),
    ...(patients === 'all' ? [] : patients),
    ...chosen,
    ...[...shared, ...blocked].map(({ patient }) => patient),
    ...protectedPatients,
    ...(revealed === 'all' ? [] : revealed),
  ]
  return lookUpNames(ids, parts.persons, parts.ids.toRegional)
}

/**
 * Those that have something about whom the search is about, as far as the sight reaches; else everyone. What belongs to no
 * patient (staff, units, substances) may be anywhere.
 */
function regionsAsked(
  parts: FederationParts,
  query: SearchQuery,
  { patients }: Sight,
  names: Names,
): readonly Member[] {
  const members = parts.members()
  const named = idsNamedIn(query)
  const asked = named.length > 0 ? named : patients
  if (asked === 'all' || (named.length === 0 && isOpenType(query.type))) return members
  const regions = new Set(asked.flatMap((id) => names.regionsOf(id)))
  return members.filter(({ region }) => regions.has(region))
}

async function askRegion(
  parts: FederationParts,
  member: Member,
  query: SearchQuery,
  sight: Sight,
  names: Names,
) {
  const { region } = member
  const translated = queryFor(query, region, names)
  if (!translated) return NOTHING
  const narrowed = sightWithin(sight, (id) => names.patientIn(region, id))
  const answer = await parts.asker.ask(member, translated, narrowed)
  if (!('hits' in answer)) return answer
  if (query.type === 'Patient') await noteNew(parts, region, answer)
  const federated = await renamer(
    parts,
    region,
    answer.hits.map(({ resource }) => resource),
  )
  const hits = answer.hits
    .map(({ resource, mode }) => ({ resource: federated(resource), mode }))
    .filter(({ resource: { origin, bytes } }) =>
      covers(sight, origin, () => indexResource(JSON.parse(String(bytes)))),
    )
  const issues = answer.issues.map((issue) => ({ ...issue, source: region }))
  const others = answer.hits.length - hits.length
  if (others === 0) return { ...answer, hits, issues }
  // What was asked is not what was answered: what else is in it, and whether it's all, is anybody's guess.
  return { ...answer, total: undefined, hits, issues: [...issues, unasked(member, others)] }
}

function unasked({ region: source, name }: Member, count: number): CompletenessIssue {
  const message = `${name} svarade med ${count} uppgifter som ingen frågade efter; de visas inte`
  return { source, kind: 'partial', message }
}

/** People that the index didn't know of in a region: now it does. */
async function noteNew(
  { persons }: FederationParts,
  region: string,
  { hits }: SearchPage,
): Promise<void> {
  for (const { resource } of hits) {
    const { key, bytes } = resource
    if (key.type !== 'Patient' || (await persons.byPatient(region, key.id))) continue
    const number = numberIn(JSON.parse(String(bytes)) as Patient)
    if (number !== undefined) await persons.note({ number, region, patient: key.id })
  }
}

const NOTHING: SearchPage = { hits: [], total: 0, next: undefined, issues: [] }

/** Gives a region's resources the federation's ids, in their bytes, key and origin. */
async function renamer(
  { persons, ids }: FederationParts,
  region: string,
  resources: readonly { readonly origin: StoredResource['origin'] }[],
): Promise<(resource: StoredResource) => StoredResource> {
  const patients = new Set(resources.flatMap(({ origin }) => origin.patient ?? []))
  const known = new Map<string, string>()
  await Promise.all(
    [...patients].map(async (patient) => {
      const person = await persons.byPatient(region, patient)
      if (person) known.set(patient, person)
    }),
  )
  const rename = (type: string, id: string) =>
    (type === 'Patient' ? known.get(id) : undefined) ?? ids.toFederated(region, id)
  return (resource) => {
    const { key, origin, bytes } = resource
    const id = rename(key.type, key.id)
    const patient = origin.patient === undefined ? undefined : rename('Patient', origin.patient)
    // A person's Patient is one region's at a time, and they all have a first version.
    const isShared = key.type === 'Patient' && known.has(key.id)
    const version = isShared ? federatedVersion(region, resource.version) : resource.version
    const renamed = { ...resource, version, key: { ...key, id }, origin: { ...origin, patient } }
    if (bytes.length === 0) return renamed
    const rewritten = () => rewriteIds(bytes, id, rename)
    return withBytes(renamed, () => (isShared ? rewriteVersion(rewritten(), version) : rewritten()))
  }
}

/** The resource with bytes that are made when they are first read: of seven pages one is shown. */
function withBytes(resource: StoredResource, make: () => Buffer): StoredResource {
  let made: Buffer | undefined
  return Object.defineProperty({ ...resource }, 'bytes', {
    enumerable: true,
    get() {
      made ??= make()
      return made
    },
  })
}

/** The first place that has it. A person is in several: one that is silent hides nobody whom another one knows. */
async function locate(
  parts: FederationParts,
  key: ResourceKey,
  version: string | undefined,
): Promise<Sealed | undefined> {
  const places = await placesOf(parts, key, version)
  const asked = places.map(({ member, id, version: theirs }) =>
    within(parts.deadline, member.system.locate({ ...key, id }, theirs)).then(
      (found) =>
        found === LATE ? new Problem('transient', `${member.name} did not answer in time`) : found,
      (thrown: unknown) => {
        if (thrown instanceof Problem && thrown.code === 'transient') return thrown
        throw thrown
      },
    ),
  )
  let silence: Problem | undefined
  for (const each of asked) each.catch(() => {}) // who has found it waits for nobody else
  for (const [index, { member }] of places.entries()) {
    const answer = await asked[index]
    if (answer instanceof Problem) silence ??= answer
    if (!answer || answer instanceof Problem) continue
    const federated = await renamer(parts, member.region, [answer])
    const closed = reseal(answer, federated)
    await parts.ids.settled()
    return closed
  }
  // Where one was silent it isn't known that there is nothing.
  if (silence) throw silence
  return undefined
}

/** Where a resource of the federation is, the first place first. A person is in several; a version of theirs in one. */
async function placesOf(parts: FederationParts, { type, id }: ResourceKey, version?: string) {
  const members = new Map(parts.members().map((member) => [member.region, member]))
  if (type === 'Patient' && isPerson(id)) {
    return (await parts.persons.whereIs(id)).flatMap(({ region, patient }) => {
      const member = members.get(region)
      const theirs = version === undefined ? undefined : versionIn(region, version)
      const isThere = member && patient !== undefined && (version === undefined || theirs)
      return isThere ? [{ member, id: patient, version: theirs }] : []
    })
  }
  const regional = await parts.ids.toRegional(id)
  const member = regional && members.get(regional.region)
  return member ? [{ member, id: regional.id, version }] : []
}

/** Of a resource the history of its place; of a person that of every place as one, or none while one of them is silent. */
async function history(
  parts: FederationParts,
  query: HistoryQuery,
  sight: Sight,
): Promise<HistoryPage> {
  const { type, id } = query
  if (type === undefined || id === undefined) {
    throw new Problem('not-supported', 'Ask for the history of one resource')
  }
  const places = await placesOf(parts, { type, id })
  const patients = sight.patients === 'all' ? [] : sight.patients
  const names = await lookUpNames(
    [...patients, ...sight.shared.map((each) => each.patient)],
    parts.persons,
    parts.ids.toRegional,
  )
  const page = await historyOf(
    places.map(({ member, id: theirs }) => async (each) => {
      const narrowed = sightWithin(sight, (patient) => names.patientIn(member.region, patient))
      const asked = member.system.history({ ...each, id: theirs }, narrowed)
      const answer = await within(parts.deadline, asked)
      if (answer === LATE) throw new Problem('transient', `${member.name} did not answer in time`)
      const federated = await renamer(parts, member.region, answer.versions)
      return { ...answer, versions: answer.versions.map(federated) }
    }),
    query,
  )
  await parts.ids.settled()
  return page
}
