import type { Rule } from './rules.ts'

/**
 * What the patient has objected to isn't made available to other care providers: with a block of the whole provider, nothing
 * of its records is given to a service that they read through. Blocks of single units are in the sight.
 *
 * Source: lag 2022:913 2 kap. 3 §.
 */
export const madeAvailable: Rule = (access, { decisions }) => {
  if (access.kind !== 'system' || !access.makesAvailable) return undefined
  const isClosed = decisions.some(
    ({ kind, provider, unit }) =>
      kind === 'outer-block' && unit === undefined && provider === access.provider,
  )
  return isClosed
    ? { paragraph: '2022:913 2:3', reason: 'The patient has closed the records to other providers' }
    : undefined
}
