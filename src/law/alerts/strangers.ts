import { Problem } from '../../fhir/problem.ts'
import type { Access } from '../access.ts'
import type { AccessLog } from '../access-log.ts'
import type { PatientFacts } from '../facts.ts'
import type { LogEntry } from '../log-entry.ts'
import type { LookUp, LookUps } from './look-ups.ts'

/**
 * Whether a patient isn't in the user's care, as far as is known: no relation at the unit, nor one stated beforehand. A reason
 * sent with the request makes nobody less of a stranger: it costs nothing to send.
 */
export function isStranger(access: Access, facts: PatientFacts): boolean {
  if (access.kind === 'patient' || access.kind === 'proxy') {
    return facts.patient !== access.ownPatient
  }
  if (access.kind !== 'staff' || facts.careRelations.includes(access.unit)) return false
  return !facts.decisions.some(
    ({ kind, person, unit }) =>
      kind === 'relation' && person === access.user && unit === access.unit,
  )
}

/** The strangers among patients, as targets of a look-up. */
export const strangersAmong = (access: Access, known: readonly PatientFacts[]): string[] =>
  known.filter((facts) => isStranger(access, facts)).map(({ patient }) => `Patient/${patient}`)

/** So many strangers in a list cost as much as a look-up of one. */
const IN_A_LIST = 10

/**
 * What a list of people costs: one for having asked, and more by how many strangers it shows. Own patients cost nothing by
 * themselves; that there are others beyond them is told too.
 *
 * @param isWhole whether nothing is told of more people than those that are shown
 */
export function costOfList(
  access: Access,
  known: readonly PatientFacts[],
  isWhole: boolean,
): number {
  const strangers = known.filter((facts) => isStranger(access, facts)).length
  if (strangers === 0) return known.length > 0 && isWhole ? 0 : 1
  return Math.ceil(strangers / IN_A_LIST)
}

const TOO_MANY = [
  'You have looked up more people outside your care than ordinary work takes, so this one is not shown.',
  'Patients in care at your unit are open to you as before.',
  'Wait as long as Retry-After says; for a patient who needs you now, state the care relation ($state-relation).',
  'The log reviewers of your care provider have been told (PDL 4:1, 4:3).',
].join(' ')

/**
 * Counts a look-up of people who aren't in the user's care; ask before anything of it is told, and alike for what is there and
 * what isn't.
 *
 * @throws Problem `throttled`, with when to come back; the refusal is in the log
 */
export async function countLookUp(
  { lookUps, log }: { readonly lookUps: LookUps; readonly log: AccessLog },
  access: Access,
  action: LogEntry['action'],
  asked: LookUp,
): Promise<void> {
  const retryAfter = await lookUps.meet(access, asked)
  if (retryAfter === undefined) return
  await log.append([
    { access, patient: undefined, action, outcome: 'deny', paragraph: 'PDL 4:1', resources: [] },
  ])
  throw new Problem('throttled', TOO_MANY, { retryAfter })
}
