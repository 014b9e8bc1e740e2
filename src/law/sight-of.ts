import type { ResourceType } from '../fhir/resource-type.ts'
import type { SearchClause } from '../fhir/search/query.ts'
import { type ClosedLabel, EVERYTHING, mintSight, type Sight } from '../fhir/sight.ts'
import { type ScopeAction, type SmartScope, scopesFor } from '../fhir/smart-scope.ts'
import type { Access } from './access.ts'
import { blocksFor } from './blocks.ts'
import type { DecisionKind } from './decision.ts'
import type { PatientFacts } from './facts.ts'
import type { LegalBasis } from './log-entry.ts'
import { typesNeeded } from './rules/commission.ts'
import { otherProviders } from './shared-records.ts'

/** Who is under no secrecy: there are no patients in the sandbox, and an import brings the records. */
export const seesAll = ({ kind }: Access) => kind === 'sandbox' || kind === 'migration'

/**
 * What this user may see of these patients, to whose records the rules had no objection.
 *
 * @param action what an app's scopes must allow of what it finds
 */
export function sightOf(
  access: Access,
  known: readonly PatientFacts[],
  action: ScopeAction = 'search',
): Sight {
  if (seesAll(access)) return mintSight(EVERYTHING)
  const patients = known.map(({ patient }) => patient)
  return mintSight({
    ...EVERYTHING,
    ...whose(access, known),
    patients,
    ...withinScopes(access, patients, action),
    blocked: known.flatMap((facts) => blocksFor(access, facts)),
    closed: closedTo(access),
    protectedPatients: known.filter(({ isProtected }) => isProtected).map(({ patient }) => patient),
    revealed: known.filter((facts) => isRevealed(access, facts)).map(({ patient }) => patient),
  })
}

/**
 * Who people are, and nothing that hangs on them: for finding the patient who has come (PDL 2:4 first paragraph 1).
 *
 * @param protectedPatients whose identity is protected though their own Patient doesn't say so
 */
export function lookUpSight(access: Access, protectedPatients: readonly string[]): Sight {
  const { types, conditions } = withinScopes(access, undefined, 'search')
  const isAllowed = types === 'all' || types.includes('Patient')
  return mintSight({
    ...EVERYTHING,
    types: isAllowed ? ['Patient'] : [],
    conditions,
    closed: closedTo(access),
    protectedPatients,
    revealed: [],
  })
}

/** What belongs to no patient. */
export function openSight(access: Access, action: ScopeAction = 'search'): Sight {
  return sightOf(access, [], action)
}

function whose(
  access: Access,
  known: readonly PatientFacts[],
): Pick<Sight, 'providers' | 'units' | 'chosen' | 'shared'> {
  if (access.kind === 'patient' || access.kind === 'proxy') {
    return { providers: 'all', units: 'all', chosen: [], shared: [] }
  }
  return {
    providers: [access.provider],
    units: access.kind === 'system' ? 'all' : [access.unit],
    chosen: known.filter((facts) => hasChosen(access, facts)).map(({ patient }) => patient),
    shared: known.flatMap((facts) =>
      otherProviders(access, facts)
        .filter(({ reach }) => reach === 'content')
        .map(({ provider }) => ({ patient: facts.patient, provider })),
    ),
  }
}

/**
 * Whether the user has made the active choice (aktivt val) to see what the provider's other units have noted. Who states a
 * reason for opening a record, with the request or as a relation beforehand, has chosen with that: it is as deliberate, and
 * is followed up in the log review.
 *
 * Source: PDL 4 kap. 1 §; HSLF-FS 2016:40 4 kap.
 */
export function hasChosen(access: Access, facts: PatientFacts): boolean {
  return choiceOf(access, facts) !== undefined
}

/** What the choice is: made as such, or with a stated reason. `undefined`: none was made. */
export function choiceOf(access: Access, { decisions }: PatientFacts): LegalBasis | undefined {
  if (access.kind !== 'staff') return undefined
  const made = (kind: DecisionKind) =>
    decisions.find(
      (each) => each.kind === kind && each.person === access.user && each.unit === access.unit,
    )
  const choice = made('choice')
  if (choice) return { kind: 'active-choice', id: choice.id }
  const relation = made('relation')
  if (relation) return { kind: 'stated-reason', id: relation.id }
  return access.statedReason === undefined ? undefined : { kind: 'stated-reason' }
}

/** Whether a protected identity is shown to this user: the patient's own, or after a deliberate step that holds for an hour. */
export function isRevealed(access: Access, { patient, decisions }: PatientFacts): boolean {
  if (access.kind === 'patient') return access.ownPatient === patient
  if (access.kind !== 'staff') return false
  return decisions.some(
    ({ kind, person, unit }) => kind === 'reveal' && person === access.user && unit === access.unit,
  )
}

/**
 * Insurance medicine investigations stay in their unit and process (PDL 4:2 second paragraph), and so does the Consent that
 * says what is blocked (PDL 4:4 third paragraph: that there is a block may be shown; not whose). Some of the record may not be
 * given to the patient (OSL 25:6), or to a guardian (OSL 12:3). Who makes records available to other care providers is at no unit,
 * whichever it is let in as.
 */
function closedTo(access: Access): readonly ClosedLabel[] {
  const nobody = { unit: undefined, process: undefined }
  if (access.kind === 'patient') return [{ label: 'not-for-patient', ...nobody }]
  if (access.kind === 'proxy') {
    return [
      { label: 'not-for-patient', ...nobody },
      { label: 'not-for-guardian', ...nobody },
    ]
  }
  const process = access.kind === 'staff' ? access.process : undefined
  const isForOthers = access.kind === 'system' && access.makesAvailable
  const own = isForOthers ? nobody : { unit: access.unit, process }
  return [
    { label: 'insurance-medicine', ...own },
    { label: 'block', ...own },
  ]
}

/**
 * The types and conditions of an app's scopes, and of what the commission needs.
 *
 * @param patients whom it is about; `undefined`: everybody, whom no scope of one patient reaches
 */
function withinScopes(
  access: Access,
  patients: readonly string[] | undefined,
  action: ScopeAction,
): Pick<Sight, 'types' | 'conditions'> {
  const needed = typesNeeded(access)
  const { app } = access
  if (!app) {
    return { types: needed === 'all' ? 'all' : [...needed], conditions: EVERYTHING.conditions }
  }
  const reaching = app.scopes.filter(
    ({ level }) =>
      level !== 'patient' || (patients?.every((patient) => patient === app.patient) ?? false),
  )
  const allowed = ({ type, actions }: SmartScope) =>
    actions.includes(action) && (type === '*' || needed === 'all' || needed.has(type))
  const inScope = reaching.filter(allowed)
  const isAll = needed === 'all' && inScope.some(({ type }) => type === '*')
  const named = inScope.flatMap(({ type }) => (type === '*' ? [] : [type]))
  const types = inScope.some(({ type }) => type === '*') && needed !== 'all' ? [...needed] : named
  return {
    types: isAll ? 'all' : [...new Set(types)],
    conditions: conditionsOf(inScope, action, new Set(named)),
  }
}

/** A type with a scope that asks for nothing has no condition. */
function conditionsOf(
  scopes: readonly SmartScope[],
  action: ScopeAction,
  types: ReadonlySet<ResourceType>,
): Sight['conditions'] {
  const found = new Map<ResourceType, readonly (readonly SearchClause[])[]>()
  for (const type of types) {
    const alternatives = scopesFor(scopes, action, type).map(({ where }) => where)
    if (alternatives.every((where) => where.length > 0)) found.set(type, alternatives)
  }
  return found
}
