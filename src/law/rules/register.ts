import type { PatientFacts } from '../facts.ts'
import type { Denial } from './rules.ts'

/**
 * Nobody is in a quality register against their will; who objects later is taken out. Asked before anything is sent to a
 * register.
 *
 * Source: PDL 7 kap. 2 §.
 */
export function register({ decisions }: PatientFacts): Denial | undefined {
  if (!decisions.some(({ kind }) => kind === 'register-opt-out')) return undefined
  return { paragraph: 'PDL 7:2', reason: 'The patient objects to quality registers' }
}
