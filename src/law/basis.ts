import type { Origin } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { PatientFacts } from './facts.ts'
import type { LegalBasis } from './log-entry.ts'
import { relationOf } from './rules/care-relation.ts'

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

function basisOfOne(
  access: Access,
  { decisions }: PatientFacts,
  { type, unit, provider, process }: Origin,
): LegalBasis | undefined {
  if (access.kind !== 'staff' || type === 'Patient') return undefined
  const mine = decisions.filter(({ person }) => person === access.user)
  if (provider !== access.provider) {
    const opening = mine.find(
      (each) =>
        each.kind === 'opening' &&
        each.step === 2 &&
        (each.provider === undefined || each.provider === provider),
    )
    const ground = opening?.ground
    return ground && ground !== 'indispensable' ? { kind: ground, id: opening.id } : undefined
  }
  const lift = mine.find(
    (each) =>
      each.kind === 'lift' &&
      each.step === 2 &&
      (each.unit === undefined || each.unit === unit) &&
      (each.process === undefined || each.process === process),
  )
  if (lift) return { kind: 'block-lift', id: lift.id }
  if (unit === access.unit) return undefined
  const choice = mine.find(({ kind }) => kind === 'choice')
  return choice && { kind: 'active-choice', id: choice.id }
}
