import type { Access } from '../access.ts'
import type { PatientFacts } from '../facts.ts'
import type { LegalBasis } from '../log-entry.ts'
import type { Rule } from './rules.ts'

/**
 * Inner secrecy (inre sekretess): only those who take part in the patient's care, or need the data
 * for other work in health care, may read. A care relation (vårdrelation) at the user's unit shows it;
 * where none is known the user must state the reason, and answers for it in the log review.
 * A system states nothing: it has nobody to answer. One that makes records available to other providers asks for those who
 * read there, and what lets them is judged there (lag 2022:913 3 kap. 1 §).
 *
 * Source: PDL 4 kap. 1 § and 3 §.
 */
export const careRelation: Rule = (access, facts) => {
  if (access.kind !== 'staff' && access.kind !== 'system') return undefined
  if (access.kind === 'system' && access.makesAvailable) return undefined
  if (relationOf(access, facts)) return undefined
  return { paragraph: 'PDL 4:1', reason: 'No care relation at your unit, and no reason stated' }
}

/** What the access rests on, the surest first. */
export function relationOf(access: Access, facts: PatientFacts): LegalBasis | undefined {
  if (facts.careRelations.includes(access.unit)) return { kind: 'relation', id: access.unit }
  if (access.kind !== 'staff') return undefined
  const stated = facts.decisions.find(
    ({ kind, person, unit }) =>
      kind === 'relation' && person === access.user && unit === access.unit,
  )
  if (stated) return { kind: 'stated-reason', id: stated.id }
  return access.statedReason ? { kind: 'stated-reason' } : undefined
}
