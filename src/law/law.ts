import { Problem } from '../fhir/problem.ts'
import type {
  Author,
  Change,
  HistoryQuery,
  RecordSystem,
  ResourceKey,
  StoredResource,
} from '../fhir/record-system.ts'
import { isOpenType, type ResourceType } from '../fhir/resource-type.ts'
import { unseal } from '../fhir/seal.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { EVERYTHING, mintSight, type Sight } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { AccessLog } from './access-log.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { Gate } from './gate.ts'
import type { LogEntry } from './log-entry.ts'
import { patientsNamedBy, patientsNamedIn } from './patients-named.ts'
import { type Denial, rules } from './rules/rules.ts'
import { CONTACTS, nameOf, type WriteEntry, writeEntries } from './write-log.ts'

/** What the gate needs from the world; `main.ts` supplies it. */
export interface GateParts {
  readonly region: string
  readonly system: RecordSystem
  readonly facts: Facts
  readonly log: AccessLog
  /** Where a resource that is imported says it comes from. For migration only. */
  readonly originOf: Author['originOf']
}

/** Puts the law in front of a record system. See {@link Gate} for what it promises. */
export function createGate(parts: GateParts): Gate {
  const { system, region } = parts
  return {
    region,
    capability: () => system.capability(),
    read: (access, key, version) => read(parts, inRegion(access, region), key, version),
    search: (access, query) => search(parts, inRegion(access, region), query),
    history: (access, query) => history(parts, inRegion(access, region), query),
    transact: (access, changes) => transact(parts, inRegion(access, region), changes),
    hasBlocked: (access, patient) => hasBlocked(parts, inRegion(access, region), patient),
  }
}

/** A commission holds in its own region; across regions the shared records act decides, which is another path. */
function inRegion(access: Access, region: string): Access {
  if (access.region === region) return access
  throw new Problem('forbidden', 'Your commission is in another region (PDL 4:2)')
}

const seesAll = ({ kind }: Access) => kind === 'sandbox' || kind === 'migration'

async function read(
  { system, facts, log }: GateParts,
  access: Access,
  key: ResourceKey,
  version: string | undefined,
): Promise<StoredResource> {
  const sealed = await system.locate(key, version)
  const patient = sealed?.origin.patient
  const entry = { access, patient, action: 'read' } as const
  const known = patient === undefined || seesAll(access) ? undefined : await facts.of(patient)
  const denial = known && objection(access, known)
  const sight = sightOf(access, known && !denial ? [known] : [])
  const resource = sealed && !denial ? unseal(sealed, sight) : undefined
  if (!resource) {
    if (sealed) await log.append([denied(entry, denial)])
    throw new Problem('not-found', `There is no such ${key.type} to be seen`)
  }
  await log.append([{ ...entry, ...PERMITTED, resources: [nameOf(resource)] }])
  return resource
}

const PERMITTED = { outcome: 'permit', paragraph: undefined } as const

function denied(
  entry: Pick<LogEntry, 'access' | 'patient' | 'action'>,
  denial: Denial | undefined,
): LogEntry {
  return { ...entry, outcome: 'deny', paragraph: denial?.paragraph, resources: [] }
}

function objection(access: Access, facts: PatientFacts): Denial | undefined {
  for (const rule of rules) {
    const denial = rule(access, facts)
    if (denial) return denial
  }
  return undefined
}

/** What this user may see of these patients: own provider's records, but for what other units have closed. */
function sightOf(
  access: Access,
  known: readonly PatientFacts[],
  types: Sight['types'] = 'all',
): Sight {
  if (seesAll(access)) {
    return mintSight(EVERYTHING)
  }
  return mintSight({
    ...EVERYTHING,
    patients: known.map(({ patient }) => patient),
    providers: access.kind === 'patient' ? 'all' : [access.provider],
    types,
    blocked:
      access.kind === 'patient'
        ? []
        : known.flatMap(({ blocks }) => blocks.filter(({ unit }) => unit !== access.unit)),
  })
}

async function search(parts: GateParts, access: Access, query: SearchQuery) {
  const sight = await searchSight(parts, access, query)
  const page = await parts.system.search(query, sight)
  const shown = new Map<string | undefined, string[]>()
  for (const patient of patientsNamedIn(query)) shown.set(patient, [])
  for (const { resource } of page.hits) {
    const { patient } = resource.origin
    const names = shown.get(patient) ?? []
    shown.set(patient, names)
    names.push(nameOf(resource))
  }
  if (shown.size === 0) shown.set(undefined, [])
  await parts.log.append(
    [...shown].map(([patient, resources]) => ({
      ...PERMITTED,
      access,
      patient,
      action: 'search',
      query: patient === undefined ? `${query.type}?${query.text}` : undefined,
      resources,
    })),
  )
  return page
}

/**
 * Whose records a search is about decides what it may see: named patients, each under the rules; a demographic look-up,
 * which shows who people are and nothing that hangs on them; else the patients in care at the user's unit.
 */
async function searchSight(parts: GateParts, access: Access, query: SearchQuery): Promise<Sight> {
  if (seesAll(access)) return sightOf(access, [])
  const named = namedOrOwn(access, query)
  if (named.length > 0) return sightOf(access, await permitted(parts, access, named, 'search'))
  if (query.type === 'Patient' && query.includes.length === 0) {
    return mintSight({ ...EVERYTHING, types: ['Patient'], revealed: [] })
  }
  if (isOpenType(query.type) && query.includes.length === 0) return sightOf(access, [])
  return unitSight(parts, access)
}

/** A patient who names nobody asks about themselves. */
function namedOrOwn(access: Access, query: SearchQuery): readonly string[] {
  const named = patientsNamedIn(query)
  const isOwn = access.kind === 'patient' || access.kind === 'proxy'
  return named.length === 0 && isOwn ? [access.ownPatient] : named
}

/** @throws Problem `forbidden`, whether or not the patient exists */
async function permitted(
  { facts, log }: GateParts,
  access: Access,
  patients: readonly string[],
  action: LogEntry['action'],
): Promise<readonly PatientFacts[]> {
  const known = await Promise.all(patients.map((patient) => facts.of(patient)))
  for (const each of known) {
    const denial = objection(access, each)
    if (!denial) continue
    await log.append([denied({ access, patient: each.patient, action }, denial)])
    throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  return known
}

async function unitSight({ facts }: GateParts, access: Access): Promise<Sight> {
  const patients = await facts.patientsOf(access.unit)
  const known = await Promise.all(patients.map((patient) => facts.of(patient)))
  return sightOf(
    access,
    known.filter((each) => !objection(access, each)),
  )
}

async function history(parts: GateParts, access: Access, query: HistoryQuery) {
  const { system, log } = parts
  const sight = await historySight(parts, access, query)
  const page = await system.history(query, sight)
  const entries = writeEntries(
    access,
    page.versions.map((resource) => ({ outcome: 'unchanged', resource })),
  ).map((entry) => ({ ...entry, action: 'history' as const }))
  await log.append(
    entries.length > 0
      ? entries
      : [{ ...PERMITTED, access, patient: undefined, action: 'history', resources: [] }],
  )
  if (query.type && query.id && !query.cursor && !query.since && page.versions.length === 0) {
    throw new Problem('not-found', `There is no such ${query.type} to be seen`)
  }
  return page
}

async function historySight(
  parts: GateParts,
  access: Access,
  { type, id }: HistoryQuery,
): Promise<Sight> {
  if (seesAll(access)) return sightOf(access, [])
  if (!type || !id) return unitSight(parts, access)
  const patient = (await parts.system.locate({ type, id }))?.origin.patient
  if (patient === undefined) return sightOf(access, [])
  const known = await parts.facts.of(patient)
  return sightOf(access, objection(access, known) ? [] : [known])
}

async function transact(parts: GateParts, access: Access, changes: readonly Change[]) {
  const { system, log } = parts
  if (access.kind === 'patient' || access.kind === 'proxy') {
    throw new Problem('forbidden', 'Direct access is to read (PDL 5:5)')
  }
  const patients = seesAll(access) ? [] : await patientsOf(parts, changes)
  const known = await permitted(parts, access, patients, 'write')
  const entry: WriteEntry = { access, context: await log.contextOf(access) }
  const author: Author = {
    sight: sightOf(access, known),
    unit: access.unit,
    provider: access.provider,
    process: access.kind === 'staff' ? access.process : undefined,
    mayUnlabel: seesAll(access),
    mayChooseId: seesAll(access),
    originOf: access.kind === 'migration' ? parts.originOf : undefined,
    logEntry: entry,
  }
  if (!seesAll(access)) refuseOpenTypes(changes)
  if (!system.logsWrites) await log.append(intents(access, patients))
  const results = await system.transact(changes, author)
  for (const { resource } of results) {
    if (resource && CONTACTS.has(resource.key.type)) parts.facts.forget(resource.origin.patient)
  }
  if (!system.logsWrites) await log.append(writeEntries(access, results))
  return results
}

/** Every patient whose record a change would touch: the one it names, and the one whose it is now. */
async function patientsOf(
  { system }: GateParts,
  changes: readonly Change[],
): Promise<readonly string[]> {
  const patients = new Set<string>()
  const there = await Promise.all(
    changes.map((change) => {
      for (const patient of patientsNamedBy(change)) patients.add(patient)
      const key = keyOf(change)
      return key && system.locate(key)
    }),
  )
  for (const sealed of there) {
    if (sealed?.origin.patient !== undefined) patients.add(sealed.origin.patient)
  }
  return [...patients]
}

function keyOf(change: Change): ResourceKey | undefined {
  if (change.kind === 'update') return change.key
  if (change.kind !== 'patch' && change.kind !== 'delete') return undefined
  return typeof change.target === 'string' ? { type: change.type, id: change.target } : undefined
}

/** Who, where and definitions are kept by administrators and imports, not from the bedside (PDL 4:2). */
function refuseOpenTypes(changes: readonly Change[]): void {
  const typeOf = (change: Change): ResourceType =>
    change.kind === 'update' ? change.key.type : change.type
  if (changes.some((change) => isOpenType(typeOf(change)))) {
    throw new Problem('forbidden', 'Your commission may not change this kind of resource (PDL 4:2)')
  }
}

function intents(access: Access, patients: readonly string[]): LogEntry[] {
  return patients.map((patient) => ({
    ...PERMITTED,
    access,
    patient,
    action: 'write',
    resources: [],
  }))
}

async function hasBlocked(parts: GateParts, access: Access, patient: string): Promise<boolean> {
  const [known] = await permitted(parts, access, [patient], 'see-blocked')
  await parts.log.append([{ ...PERMITTED, access, patient, action: 'see-blocked', resources: [] }])
  return known?.blocks.some(({ unit }) => unit !== access.unit) ?? false
}
