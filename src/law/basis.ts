import type { Origin } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import { liftingOf } from './blocks.ts'
import type { PatientFacts } from './facts.ts'
import type { LegalBasis } from './log-entry.ts'
import { relationOf } from './rules/care-relation.ts'
import { openingOf } from './shared-records.ts'
import { choiceOf } from './sight-of.ts'

/** From what every access rests on to what took a deliberate step. The log names the last that what was shown needed. */
const RANKS: readonly LegalBasis['kind'][] = [
  'own-record',
  'proxy',
  'relation',
  'stated-reason',
  'active-choice',
  'block-lift',
  'consent',
  'incapacity',
  'emergency',
  'review',
]

/**
 * What it rests on that this user was shown resources of these origins: the care relation, and what was chosen, lifted or
 * opened beyond that. For the log (PDL 4:3) and for telling the user why something is shown.
 */
export function basisOf(
  access: Access,
  facts: PatientFacts,
  origins: readonly Origin[],
): LegalBasis | undefined {
  if (access.kind === 'patient') return { kind: 'own-record' }
  if (access.kind === 'proxy') return { kind: 'proxy' }
  let basis = relationOf(access, facts)
  for (const origin of origins) {
    const each = basisOfOne(access, facts, origin)
    if (each && (!basis || RANKS.indexOf(each.kind) > RANKS.indexOf(basis.kind))) basis = each
  }
  return basis
}

/** The same conditions as the sight was made of: `basis.test.ts` takes away what is named, and then nothing is shown. */
function basisOfOne(access: Access, facts: PatientFacts, origin: Origin): LegalBasis | undefined {
  if (access.kind !== 'staff' || origin.type === 'Patient') return undefined
  if (origin.provider !== access.provider) {
    const { ground, id } = openingOf(access, facts, origin.provider) ?? {}
    return ground && ground !== 'indispensable' ? { kind: ground, id } : undefined
  }
  const lift = liftingOf(access, facts, origin)
  if (lift) return { kind: 'block-lift', id: lift.id }
  return origin.unit === access.unit ? undefined : choiceOf(access, facts)
}
