import { Problem } from '../fhir/problem.ts'
import type { StaffAccess } from './access.ts'
import type { NewDecision } from './decision.ts'
import type { PatientFacts } from './facts.ts'
import type { GateParts } from './judge.ts'
import type { OperationAnswer } from './operation.ts'

/** In milliseconds. */
export const HOUR = 3_600_000
/** A working day and a bit: what was opened closes by itself. */
export const A_DAY = 12 * HOUR
/** An operation under way: who does what, and what is known of the patient. */
export interface Operating {
  readonly parts: GateParts
  readonly access: StaffAccess
  readonly facts: PatientFacts
}

/** A reason of one word answers for nothing. */
export function requireReason(reason: string): void {
  if (reason.trim().length >= 5) return
  throw new Problem('required', 'State the reason, so that it can be followed up (PDL 4:3)')
}

/** A decision for this user at this unit. */
export function own(
  access: StaffAccess,
  { patient }: PatientFacts,
): Pick<NewDecision, 'patient' | 'person' | 'unit' | 'decidedBy'> {
  return { patient, person: access.user, unit: access.unit, decidedBy: access.user }
}

/** Writes a decision down that stops holding by itself. */
export async function decide(
  { parts }: Operating,
  decision: NewDecision,
  holds: number,
): Promise<OperationAnswer> {
  const expires = parts.now() + holds
  return { decision: await parts.facts.decide({ ...decision, expires }), expires }
}
