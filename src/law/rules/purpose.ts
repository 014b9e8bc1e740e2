import type { Purpose } from '../access.ts'
import type { Rule } from './rules.ts'

/** Whether the act's purpose opens single patients' records. The compiler asks for every purpose there is. */
const OPENS_RECORDS: Readonly<Record<Purpose, boolean>> = {
  care: true,
  'care-administration': true,
  'required-documentation': true,
  quality: false,
  administration: false,
  statistics: false,
  'feasibility-count': false,
}

/**
 * Records are opened for the purposes of the act, a closed list, and authorization is limited to what the work needs. Care,
 * its administration and the documentation that statutes demand are about one patient; a commission (medarbetaruppdrag) for
 * quality, administration of the business, statistics or counts is about many, and opens no single patient's record.
 *
 * Source: PDL 2 kap. 4 § and 4 kap. 2 §.
 */
export const purpose: Rule = (access) => {
  if (access.kind !== 'staff' && access.kind !== 'system') return undefined
  if (OPENS_RECORDS[access.purpose]) return undefined
  return { paragraph: 'PDL 4:2', reason: 'Your commission is not for care' }
}
