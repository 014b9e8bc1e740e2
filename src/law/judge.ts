import { Problem } from '../fhir/problem.ts'
import type { Author, RecordSystem, ResourceKey } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import type { Origin, Sight } from '../fhir/sight.ts'
import { type ScopeAction, scopesFor } from '../fhir/smart-scope.ts'
import type { Access } from './access.ts'
import type { AccessLog } from './access-log.ts'
import type { Alerts } from './alerts/alerts.ts'
import type { LookUps } from './alerts/look-ups.ts'
import { countLookUp, strangersAmong } from './alerts/strangers.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { LogEntry } from './log-entry.ts'
import type { NationalServices } from './national-services.ts'
import { type Denial, objection, type Request } from './rules/rules.ts'

/** What the gate needs from the world; `main.ts` supplies it. */
export interface GateParts {
  readonly region: string
  readonly system: RecordSystem
  /** The same system asked in one person's name, where parts of it decide by that themselves. */
  readonly systemFor?: (access: Access) => RecordSystem
  readonly facts: Facts
  readonly log: AccessLog
  /** How many people outside their care a user asks about. */
  readonly lookUps: LookUps
  readonly alerts: Alerts
  readonly now: () => number
  /** What the national security services say, where they are asked. */
  readonly national?: NationalServices | undefined
  /** A sight without what the national services close of a resource. Asked only about what the rules let be opened. */
  readonly closing?: (sight: Sight, origin: Origin) => Promise<Sight>
  /** Where a resource that is imported says it comes from. For migration only. */
  readonly originOf: Author['originOf']
}

/** A sight, and the facts that it was made of. */
export interface Judged {
  readonly sight: Sight
  readonly known: readonly PatientFacts[]
}

/** A log entry of a refusal. */
export function denied(
  entry: Pick<LogEntry, 'access' | 'patient' | 'action'>,
  denial: Denial | undefined,
): LogEntry {
  return { ...entry, outcome: 'deny', paragraph: denial?.paragraph, resources: [] }
}

/**
 * What isn't there and what isn't for you must take the same time: one look-up of facts, whether or not those of the
 * patient whose it is were remembered. Ask before the facts are looked up; what is returned is for when it is refused.
 *
 * @param patient whose the record is that was asked for; `undefined`: there is none
 */
export function evenRefusals(
  facts: Facts,
  { id }: ResourceKey,
  patient: string | undefined,
): () => Promise<void> {
  const isOwed = patient === undefined || facts.remembers(patient)
  return async () => {
    if (!isOwed) return
    facts.forget(id)
    await facts.of(id)
  }
}

/**
 * What an app may do with a type at all doesn't depend on whose record it is, and is told as it is.
 * @throws Problem `forbidden` where no scope of the app reaches the type
 */
export function requireScope({ app }: Access, action: ScopeAction, type: ResourceType): void {
  if (!app || scopesFor(app.scopes, action, type).length > 0) return
  throw new Problem('forbidden', 'The scopes of the app do not reach this (SMART)')
}

/** @throws Problem `forbidden`, whether or not the patient exists; `throttled` after too many outside the user's care */
export async function permitted(
  { facts, log, lookUps }: Pick<GateParts, 'facts' | 'log' | 'lookUps'>,
  access: Access,
  patients: readonly string[],
  { request, action }: { readonly request: Request; readonly action: LogEntry['action'] },
): Promise<readonly PatientFacts[]> {
  const known = await facts.ofMany(patients)
  await countLookUp({ lookUps, log }, access, action, { targets: strangersAmong(access, known) })
  for (const each of known) {
    const denial = objection(access, each, request)
    if (!denial) continue
    await log.append([denied({ access, patient: each.patient, action }, denial)])
    throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  return known
}
