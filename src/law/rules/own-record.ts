import type { Rule } from './rules.ts'

/**
 * A patient may be given direct access to data about themselves, and to nobody else's.
 *
 * Source: PDL 5 kap. 5 §.
 */
export const ownRecord: Rule = (access, facts) => {
  if (access.kind === 'proxy') return { paragraph: 'PDL 5:5', reason: 'No mandate is known' }
  if (access.kind !== 'patient' || access.ownPatient === facts.patient) return undefined
  return { paragraph: 'PDL 5:5', reason: 'Not your own record' }
}
