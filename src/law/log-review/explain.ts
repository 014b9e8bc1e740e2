import type { Visit } from './visit.ts'

/** What of an access is accounted for without anybody having to be asked. */
export type Explanation = 'relation' | 'documented' | 'consent'

/** What is known that may explain a visit. */
export interface ExplainingFacts {
  /** Whether the unit took part in the patient's care then: an encounter, a booking or a referral there. */
  hasRelation(visit: Visit): boolean
}

/** The most visits are explained: in one hospital over 94 % were (Fabbri and LeFevre 2013). Those need no reviewer's time. */
export function explanationsOf(visit: Visit, facts: ExplainingFacts): readonly Explanation[] {
  const bases = new Set(visit.accesses.map(({ basis }) => basis?.split(':')[0]))
  const found: Explanation[] = []
  if (bases.has('relation') || facts.hasRelation(visit)) found.push('relation')
  if (hasDocumented(visit)) found.push('documented')
  if (bases.has('consent')) found.push('consent')
  return found
}

/** Who writes in the record that day has left a trace of the care that the access was for. */
const hasDocumented = ({ accesses }: Visit) =>
  accesses.some(({ action, outcome }) => action === 'write' && outcome === 'permit')
