import { Problem } from '../fhir/problem.ts'
import type {
  HistoryQuery,
  ResourceKey,
  SearchPage,
  StoredResource,
} from '../fhir/record-system.ts'
import { isOpenType, type ResourceType } from '../fhir/resource-type.ts'
import { unseal } from '../fhir/seal.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { scopesFor } from '../fhir/smart-scope.ts'
import type { Access } from './access.ts'
import { costOfList, countLookUp, strangersAmong } from './alerts/strangers.ts'
import { basisOf } from './basis.ts'
import { transact } from './changes.ts'
import { countPersons } from './count.ts'
import type { PatientFacts } from './facts.ts'
import type { Gate } from './gate.ts'
import {
  denied,
  evenRefusals,
  type GateParts,
  type Judged,
  permitted,
  requireScope,
} from './judge.ts'
import type { LogEntry } from './log-entry.ts'
import { masked } from './mask.ts'
import { withNationalServices } from './national-services.ts'
import { operate } from './operate.ts'
import { patientsNamedIn } from './patients-named.ts'
import { type Denial, objection, type Request } from './rules/rules.ts'
import { searchTerms } from './rules/search-terms.ts'
import { lookUpSight, openSight, seesAll, sightOf } from './sight-of.ts'
import { nameOf, writeEntries } from './write-log.ts'

/** Puts the law in front of a record system. See {@link Gate} for what it promises. */
export function createGate(parts: GateParts): Gate {
  const { system, region } = parts
  const here = (access: Access) => inRegion(access, region)
  const told = (access: Access) => {
    const own = parts.systemFor ? { ...parts, system: parts.systemFor(access) } : parts
    return withNationalServices(own, access)
  }
  return {
    region,
    capability: () => system.capability(),
    read: async (access, key, version) => read(told(access), here(access), key, version),
    search: async (access, query) => search(told(access), here(access), query),
    history: async (access, query) => history(told(access), here(access), query),
    transact: async (access, changes) => transact(told(access), here(access), changes),
    operate: async (access, operation) => operate(told(access), here(access), operation),
    countPersons: async (access, query) => countPersons(told(access), here(access), query),
  }
}

/** A commission holds in its own region; across regions the shared records act decides, which is another path. */
function inRegion(access: Access, region: string): Access {
  if (access.region === region) return access
  throw new Problem('forbidden', 'Your commission is in another region (PDL 4:2)')
}

const PERMITTED = { outcome: 'permit', paragraph: undefined } as const

async function read(
  parts: GateParts,
  access: Access,
  key: ResourceKey,
  version: string | undefined,
): Promise<StoredResource> {
  const { system, facts, log, closing } = parts
  requireScope(access, 'read', key.type)
  const sealed = await system.locate(key, version)
  const patient = sealed?.origin.patient
  const evenly = evenRefusals(facts, key, patient)
  const entry = { access, patient, action: 'read' } as const
  const known = patient === undefined || seesAll(access) ? undefined : await facts.of(patient)
  const denial = known && objection(access, known, { action: 'read', types: [key.type] })
  const ruled = known && !denial ? sightOf(access, [known], 'read') : openSight(access, 'read')
  const isOpen = sealed && known && !denial
  const sight = closing && isOpen ? await closing(ruled, sealed.origin) : ruled
  const resource = sealed && !denial ? unseal(sealed, sight) : undefined
  if (!resource) {
    if (!seesAll(access)) await evenly()
    await countMiss(parts, access, 'read', key)
    await log.append([denied(entry, denial)])
    throw new Problem('not-found', `There is no such ${key.type} to be seen`)
  }
  if (known) await countLookUp(parts, access, 'read', { targets: strangersAmong(access, [known]) })
  const basis = known && basisOf(access, known, [resource.origin])
  await log.append([{ ...entry, ...PERMITTED, basis, resources: [nameOf(resource)] }])
  return masked(resource, sight)
}

/** What isn't there and what isn't for the user are asked for alike. Of what belongs to no patient nobody is looked up. */
async function countMiss(
  parts: GateParts,
  access: Access,
  action: LogEntry['action'],
  { type, id }: ResourceKey,
): Promise<void> {
  if (isOpenType(type)) return
  await countLookUp(parts, access, action, { targets: [`${type}/${id}`] })
}

async function search(parts: GateParts, access: Access, query: SearchQuery): Promise<SearchPage> {
  requireScope(access, 'search', query.type)
  const forbidden = searchTerms(access, query)
  if (forbidden) {
    await parts.log.append([denied({ access, patient: undefined, action: 'search' }, forbidden)])
    throw new Problem('forbidden', `${forbidden.reason} (${forbidden.paragraph})`)
  }
  const { sight, known, isLookUp } = await searchSight(parts, access, query)
  const page = await parts.system.search(query, sight)
  if (isLookUp) await countList(parts, access, query, page)
  const shown = new Map<string | undefined, StoredResource[]>()
  for (const patient of patientsNamedIn(query)) shown.set(patient, [])
  for (const { resource } of page.hits) {
    const { patient } = resource.origin
    const resources = shown.get(patient) ?? []
    shown.set(patient, resources)
    resources.push(resource)
  }
  if (shown.size === 0) shown.set(undefined, [])
  await parts.log.append(
    [...shown].map(([patient, resources]) => shownEntry(access, known, query, patient, resources)),
  )
  return {
    ...page,
    hits: page.hits.map((hit) => ({ ...hit, resource: masked(hit.resource, sight) })),
  }
}

/** People are found by who they are; those in the user's care cost nothing. */
async function countList(
  parts: GateParts,
  access: Access,
  { type, text, cursor = '' }: SearchQuery,
  { hits, total = hits.length, next }: SearchPage,
): Promise<void> {
  const people = hits.flatMap(({ resource }) => resource.origin.patient ?? [])
  const isWhole = next === undefined && total <= hits.length
  const cost = costOfList(access, await parts.facts.ofMany(people), isWhole)
  const targets = cost > 0 ? [`${type}?${text} ${cursor}`] : []
  await countLookUp(parts, access, 'search', { targets, cost })
}

function shownEntry(
  access: Access,
  known: readonly PatientFacts[],
  { type, text }: SearchQuery,
  patient: string | undefined,
  resources: readonly StoredResource[],
): LogEntry {
  const facts = known.find((each) => each.patient === patient)
  return {
    ...PERMITTED,
    access,
    patient,
    action: 'search',
    resources: resources.map(nameOf),
    ...(facts && {
      basis: basisOf(
        access,
        facts,
        resources.map(({ origin }) => origin),
      ),
    }),
    ...(patient === undefined && text !== '' && { query: `${type}?${text}` }),
  }
}

/**
 * Whose records a search is about decides what it may see: named patients, each under the rules; a demographic look-up,
 * which shows who people are and nothing that hangs on them; else the patients in care at the user's unit.
 */
async function searchSight(
  parts: GateParts,
  access: Access,
  query: SearchQuery,
): Promise<Judged & { readonly isLookUp?: true }> {
  if (seesAll(access)) return { sight: openSight(access), known: [] }
  const named = namedOrOwn(access, query)
  if (named.length > 0) {
    const known = await permitted(parts, access, named, {
      request: { action: 'search', types: [query.type] },
      action: 'search',
    })
    return { sight: sightOf(access, known), known }
  }
  if (query.type === 'Patient' && query.includes.length === 0) {
    const sight = lookUpSight(access, await parts.facts.protectedByMerge())
    return { sight, known: [], isLookUp: true }
  }
  if (isOpenType(query.type) && query.includes.length === 0) {
    return { sight: openSight(access), known: [] }
  }
  return unitSight(parts, access, query.type)
}

/** Who is limited to one patient, by law or by an app's scopes, and names nobody asks about that one. */
function namedOrOwn(access: Access, query: SearchQuery): readonly string[] {
  const named = patientsNamedIn(query)
  if (named.length > 0 || (isOpenType(query.type) && query.includes.length === 0)) return named
  if (access.kind === 'patient' || access.kind === 'proxy') return [access.ownPatient]
  const { app } = access
  const scopes = app ? scopesFor(app.scopes, 'search', query.type) : []
  const isOfOne = scopes.length > 0 && scopes.every(({ level }) => level === 'patient')
  return isOfOne && app?.patient !== undefined ? [app.patient] : named
}

/** The patients in care at the user's unit, as far as the rules let each be seen. */
async function unitSight(
  { facts }: GateParts,
  access: Access,
  type: ResourceType | undefined,
): Promise<Judged> {
  const own = access.kind === 'patient' || access.kind === 'proxy'
  const patients = own ? [access.ownPatient] : await facts.patientsOf(access.unit)
  const request: Request = { action: 'search', types: type ? [type] : [] }
  const all = await facts.ofMany(patients)
  const known = all.filter((each) => !objection(access, each, request))
  return { sight: sightOf(access, known), known }
}

async function history(parts: GateParts, access: Access, query: HistoryQuery) {
  const { system, log } = parts
  if (query.type) requireScope(access, query.id ? 'read' : 'search', query.type)
  const { sight, known, denial, evenly } = await historySight(parts, access, query)
  const page = await system.history(query, sight)
  const versions = page.versions.map((resource) => ({ outcome: 'unchanged', resource }) as const)
  const entries = writeEntries(access, versions, known)
  const isAll = !query.cursor && !query.since && !query.at
  const isAbsent = query.id !== undefined && isAll && page.versions.length === 0
  if (isAbsent) await evenly()
  const { type, id } = query
  if (type && id && isAbsent) await countMiss(parts, access, 'history', { type, id })
  else if (id) {
    await countLookUp(parts, access, 'history', { targets: strangersAmong(access, known) })
  }
  const nothing = { ...PERMITTED, access, patient: undefined, resources: [] } as const
  const refused = page.versions.length === 0 ? denial : undefined
  await log.append(
    (refused ? [refused] : entries.length > 0 ? entries : [nothing]).map((entry) => ({
      ...entry,
      action: 'history',
    })),
  )
  if (isAbsent) {
    throw new Problem('not-found', `There is no such ${query.type} to be seen`)
  }
  return { ...page, versions: page.versions.map((resource) => masked(resource, sight)) }
}

async function historySight(
  parts: GateParts,
  access: Access,
  { type, id }: HistoryQuery,
): Promise<Judged & { readonly denial?: LogEntry; readonly evenly: () => Promise<void> }> {
  const open = { sight: openSight(access, 'read'), known: [], evenly: async () => {} }
  const asRefused = (patient: string | undefined, denial?: Denial) =>
    denied({ access, patient, action: 'history' }, denial)
  if (seesAll(access)) return open
  if (!type || !id) return { ...open, ...(await unitSight(parts, access, type)) }
  const sealed = await parts.system.locate({ type, id })
  const patient = sealed?.origin.patient
  const evenly = evenRefusals(parts.facts, { type, id }, patient)
  if (!sealed || patient === undefined) return { ...open, evenly, denial: asRefused(patient) }
  const known = await parts.facts.of(patient)
  const denial = objection(access, known, { action: 'read', types: [type] })
  const refused = { ...open, evenly, denial: asRefused(patient, denial) }
  if (denial) return refused
  // Decided before it is asked for: to look for what is hidden takes longer than to look for nothing.
  const sight = sightOf(access, [known], 'read')
  return unseal(sealed, sight) ? { ...refused, sight, known: [known] } : refused
}
