import { conditionOf } from '../fhir/condition-of.ts'
import { Problem } from '../fhir/problem.ts'
import type {
  Author,
  Change,
  ChangeResult,
  ResourceKey,
  StoredResource,
} from '../fhir/record-system.ts'
import { replacedBy } from '../fhir/replaced-by.ts'
import { isOpenType, type ResourceType } from '../fhir/resource-type.ts'
import { isMasked, type Sight } from '../fhir/sight.ts'
import type { ScopeAction } from '../fhir/smart-scope.ts'
import type { Access } from './access.ts'
import { countLookUp } from './alerts/strangers.ts'
import { basisOf } from './basis.ts'
import { type Checking, checkedChange } from './check-change.ts'
import type { PatientFacts } from './facts.ts'
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
import { patientsNamedBy } from './patients-named.ts'
import { keepsRegisters } from './rules/commission.ts'
import { type Denial, objection, type Request } from './rules/rules.ts'
import { searchTerms } from './rules/search-terms.ts'
import { seesAll, sightOf } from './sight-of.ts'
import { CONTACTS, type WriteEntry, writeEntries } from './write-log.ts'

const ACTIONS: Readonly<Record<Change['kind'], ScopeAction>> = {
  create: 'create',
  update: 'update',
  'conditional-update': 'update',
  patch: 'update',
  delete: 'delete',
}

const typeOf = (change: Change): ResourceType =>
  change.kind === 'update' ? change.key.type : change.type

/**
 * Changes under the law. The patients that a change names must be open to its author. What it names by id is found only if
 * it is: else it's as if it weren't there.
 */
export async function transact(
  parts: GateParts,
  access: Access,
  changes: readonly Change[],
): Promise<readonly ChangeResult[]> {
  const { system, log, facts } = parts
  const { sight, known, targets } = await authorSight(parts, access, changes)
  const entry: WriteEntry = { access, context: await log.contextOf(access), known }
  const author: Author = {
    sight,
    unit: access.unit,
    provider: access.provider,
    process: access.kind === 'staff' ? access.process : undefined,
    mayUnlabel: seesAll(access),
    mayChooseId: seesAll(access),
    originOf: access.kind === 'migration' ? parts.originOf : undefined,
    logEntry: entry,
  }
  const checked = seesAll(access)
    ? changes
    : await Promise.all(changes.map((change) => guarded({ parts, access, sight, known }, change)))
  if (!system.logsWrites) await log.append(intents(access, known))
  const results = await orRefused(parts, { access, known, targets }, () =>
    system.transact(checked, author),
  )
  for (const { resource } of results) {
    if (!resource || !settlesFacts(resource, known)) continue
    facts.forget(resource.origin.patient)
    facts.forget(survivorIn(resource))
  }
  if (!system.logsWrites) await log.append(writeEntries(access, results, known))
  return results.map((result) =>
    result.resource ? { ...result, resource: masked(result.resource, sight) } : result,
  )
}

interface Attempt {
  readonly access: Access
  readonly known: readonly PatientFacts[]
  readonly targets: readonly Target[]
}

/** What is refused, or finds nothing to do, is logged as that: the same, and in the same time, for what is hidden as for what isn't there. */
async function orRefused(
  parts: GateParts,
  attempt: Attempt,
  work: () => Promise<readonly ChangeResult[]>,
): Promise<readonly ChangeResult[]> {
  try {
    const results = await work()
    if (results.some(({ outcome }) => outcome === 'absent')) await logRefused(parts, attempt)
    return results
  } catch (thrown) {
    const isRefused =
      thrown instanceof Problem && (thrown.code === 'not-found' || thrown.code === 'forbidden')
    if (isRefused) await logRefused(parts, attempt)
    throw thrown
  }
}

async function logRefused(parts: GateParts, { access, known, targets }: Attempt): Promise<void> {
  if (seesAll(access)) return
  await Promise.all(targets.map(({ evenly }) => evenly()))
  await countLookUp(parts, access, 'write', { targets: targets.map(({ name }) => name) })
  const refused = targets.length > 0 ? targets : known
  await parts.log.append(
    (refused.length > 0 ? refused : [NOBODY]).map((each) =>
      denied(
        { access, patient: each.patient, action: 'write' },
        'denial' in each ? each.denial : undefined,
      ),
    ),
  )
}

const NOBODY = { patient: undefined }

const survivorIn = ({ key, bytes }: StoredResource) =>
  key.type === 'Patient' && bytes.length > 0 ? replacedBy(bytes) : undefined

/** What the law's own tables follow from: a unit's first entry about a patient too, but not its second. */
function settlesFacts({ key, origin }: StoredResource, known: readonly PatientFacts[]): boolean {
  if (CONTACTS.has(key.type) || key.type === 'Consent' || key.type === 'Patient') return true
  const facts = known.find(({ patient }) => patient === origin.patient)
  return !facts?.holdings.some(
    ({ unit, provider }) => unit === origin.unit && provider === origin.provider,
  )
}

async function authorSight(
  parts: GateParts,
  access: Access,
  changes: readonly Change[],
): Promise<Judged & Pick<Attempt, 'targets'>> {
  if (seesAll(access)) return { sight: sightOf(access, []), known: [], targets: [] }
  if (access.kind === 'patient' || access.kind === 'proxy') {
    throw new Problem('forbidden', 'Direct access is to read (PDL 5:5)')
  }
  const actions = new Set(changes.map(({ kind }) => ACTIONS[kind]))
  for (const change of changes) requireScope(access, ACTIONS[change.kind], typeOf(change))
  refuseOpenTypes(access, changes)
  refuseTerms(access, changes)
  const named = new Set(changes.flatMap(patientsNamedBy))
  const types = changes.map(typeOf)
  const judgedOf = await judged(
    parts,
    access,
    [...named],
    [...actions].map((action) => ({ action, types })),
  )
  const targets = await targetsOf(parts, access, changes)
  const reached = targets.flatMap(({ facts, denial }) => (facts && !denial ? [facts] : []))
  const known = new Map([...judgedOf, ...reached].map((facts) => [facts.patient, facts])).values()
  const [action = 'update'] = actions
  const all = [...known]
  return { sight: sightOf(access, all, action), known: all, targets }
}

async function judged(
  parts: GateParts,
  access: Access,
  patients: readonly string[],
  requests: readonly Request[],
): Promise<readonly PatientFacts[]> {
  if (patients.length === 0) return []
  let known: readonly PatientFacts[] = []
  for (const request of requests) {
    known = await permitted(parts, access, patients, { request, action: 'write' })
  }
  return known
}

/** What a change names by id: whose it is, and what the rules say of its author. */
interface Target {
  /** `Observation/17`, for counting what is asked for in vain. */
  readonly name: string
  readonly patient: string | undefined
  readonly facts: PatientFacts | undefined
  readonly denial: Denial | undefined
  readonly evenly: () => Promise<void>
}

async function targetsOf(
  { system, facts }: GateParts,
  access: Access,
  changes: readonly Change[],
): Promise<readonly Target[]> {
  const targets: Target[] = []
  for (const change of changes) {
    const key = keyOf(change)
    if (!key) continue
    const patient = (await system.locate(key))?.origin.patient
    const evenly = evenRefusals(facts, key, patient)
    const known = patient === undefined ? undefined : await facts.of(patient)
    const request = { action: ACTIONS[change.kind], types: [typeOf(change)] }
    const denial = known && objection(access, known, request)
    targets.push({ name: `${key.type}/${key.id}`, patient, facts: known, denial, evenly })
  }
  return targets
}

function keyOf(change: Change): ResourceKey | undefined {
  if (change.kind === 'update') return change.key
  if (change.kind !== 'patch' && change.kind !== 'delete') return undefined
  return typeof change.target === 'string' ? { type: change.type, id: change.target } : undefined
}

/** Who, where and definitions are kept by administrators and imports, not from the bedside (PDL 4:2). */
function refuseOpenTypes(access: Access, changes: readonly Change[]): void {
  if (keepsRegisters(access)) return
  if (changes.some((change) => isOpenType(typeOf(change)))) {
    throw new Problem('forbidden', 'Your commission may not change this kind of resource (PDL 4:2)')
  }
}

/** A condition is a search like any other (PDL 2:8). */
function refuseTerms(access: Access, changes: readonly Change[]): void {
  for (const change of changes) {
    const condition = conditionOf(change)
    const denial = condition && searchTerms(access, condition)
    if (denial) throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
}

const PERSONS: ReadonlySet<ResourceType> = new Set(['Patient', 'RelatedPerson', 'Person'])

/** The change, if nobody by it writes over an identity that is masked to them, or learns of it by a patch. */
async function guarded(checking: Checking, change: Change): Promise<Change> {
  const {
    parts: { system },
    sight,
  } = checking
  if (PERSONS.has(typeOf(change)) && change.kind !== 'create') {
    const key = keyOf(change)
    const condition = conditionOf(change)
    const there = key ? [await system.locate(key)] : []
    const matches = condition
      ? (await system.search({ ...condition, count: 2, cursor: undefined }, sight)).hits
      : []
    const origins = [...there, ...matches.map(({ resource }) => resource)].map((x) => x?.origin)
    if (
      origins.some((origin) => origin && isMasked(sight, origin) && isSeen(sight, origin.patient))
    ) {
      throw new Problem('forbidden', 'The identity is protected: reveal it first (OSL 22:1)')
    }
  }
  return checkedChange(checking, change)
}

const isSeen = ({ patients }: Sight, patient: string | undefined) =>
  patients === 'all' || (patient !== undefined && patients.includes(patient))

function intents(access: Access, known: readonly PatientFacts[]): LogEntry[] {
  return known.map((facts) => ({
    access,
    patient: facts.patient,
    action: 'write',
    outcome: 'permit',
    paragraph: undefined,
    basis: basisOf(access, facts, []),
    resources: [],
  }))
}
