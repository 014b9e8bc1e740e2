import type { Rule } from './rules.ts'

/**
 * A patient may be given direct access to data about themselves, and to nobody else's. Direct access is to read; what the
 * patient wants noted goes through care.
 *
 * Source: PDL 5 kap. 4 and 5 §§.
 */
export const ownRecord: Rule = (access, facts, { action }) => {
  if (access.kind !== 'patient') return undefined
  if (access.ownPatient !== facts.patient) {
    return { paragraph: 'PDL 5:5', reason: 'Not your own record' }
  }
  if (action === 'read' || action === 'search') return undefined
  return { paragraph: 'PDL 5:5', reason: 'Direct access is to read' }
}
