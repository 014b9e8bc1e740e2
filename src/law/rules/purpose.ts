import type { Rule } from './rules.ts'

/**
 * Records are opened for the purposes of the act, and authorization is limited to what the work needs: a commission
 * (medarbetaruppdrag) for administration, quality or statistics opens no single patient's record.
 *
 * Source: PDL 2 kap. 4 § and 4 kap. 2 §.
 */
export const purpose: Rule = (access) => {
  if ((access.kind !== 'staff' && access.kind !== 'system') || access.purpose === 'care')
    return undefined
  return { paragraph: 'PDL 4:2', reason: 'Your commission is not for care' }
}
