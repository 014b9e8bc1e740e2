import type { ProxyAccess } from '../access.ts'
import type { PatientFacts } from '../facts.ts'
import type { Rule } from './rules.ts'

/**
 * From this age a minor's record is not opened to guardians directly: the older and more mature, the more the minor's own
 * say counts (OSL 12:3, föräldrabalken 6:11). Thirteen is what 1177 has settled on; a judgement, not a statute.
 */
const OWN_SAY_FROM = 13

/**
 * Somebody else may read in the patient's place where that is known: a guardian of a child below thirteen whose age is known,
 * or who has the patient's mandate. Only in that patient's record, and only to read.
 *
 * Source: PDL 5 kap. 4 and 5 §§; OSL 12 kap. 2 and 3 §§.
 */
export const proxy: Rule = (access, facts, { action }) => {
  if (access.kind !== 'proxy') return undefined
  if (access.ownPatient !== facts.patient || !isKnown(access, facts)) {
    return {
      paragraph: 'PDL 5:5',
      reason: 'No right to read in the place of this patient is known',
    }
  }
  if (access.basis === 'guardian' && !isBelow(OWN_SAY_FROM, facts)) {
    return { paragraph: 'OSL 12:3', reason: 'The patient is old enough to have a say of their own' }
  }
  if (action === 'read' || action === 'search') return undefined
  return { paragraph: 'PDL 5:5', reason: 'Direct access is to read' }
}

const isKnown = ({ basis, user }: ProxyAccess, { decisions }: PatientFacts) =>
  decisions.some(({ kind, person }) => kind === basis && person === user)

/** Whether the patient is younger, for certain: a birth date that isn't known in full makes nobody young. */
export function isBelow(years: number, { birthDate, today }: PatientFacts): boolean {
  if (!birthDate || !/^\d{4}-\d\d-\d\d$/.test(birthDate)) return false
  const ofAge = `${Number(birthDate.slice(0, 4)) + years}${birthDate.slice(4)}`
  return today < ofAge
}
