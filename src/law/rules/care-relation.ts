import type { Rule } from './rules.ts'

/**
 * Inner secrecy (inre sekretess): only those who take part in the patient's care, or need the data
 * for other work in health care, may read. A care relation (vårdrelation) at the user's unit shows it;
 * where none is known the user must state the reason, and answers for it in the log review.
 *
 * Source: PDL 4 kap. 1 § and 3 §.
 */
export const careRelation: Rule = (access, facts) => {
  if (access.kind !== 'staff' && access.kind !== 'system') return undefined
  if (facts.careRelations.includes(access.unit) || access.statedReason) return undefined
  return { paragraph: 'PDL 4:1', reason: 'No care relation at your unit, and no reason stated' }
}
