import { Problem } from '../fhir/problem.ts'
import type { StaffAccess } from './access.ts'
import { liftableFor } from './blocks.ts'
import { A_DAY, decide, type Operating, own, requireReason } from './decide.ts'
import type { BlockTarget, LiftBlock, OperationAnswer } from './operation.ts'

/**
 * Lifting a block (häva spärr), in two deliberate steps, each logged. First the user says what it rests on, and learns which
 * units or processes have blocked; then which of them may matter for the care, and for what period, and only that is opened,
 * to this user, until the working day is over. What another provider keeps is not lifted from here.
 *
 * Source: PDL 4 kap. 5 §.
 * @throws Problem `forbidden` for who is no authorised holder, `not-found` for what isn't blocked or isn't known to be
 */
export async function liftBlock(
  operating: Operating,
  operation: LiftBlock,
): Promise<OperationAnswer> {
  const { parts, access, facts } = operating
  requireAuthorised(access)
  requireReason(operation.reason)
  const blocks = liftableFor(access, facts).map(({ unit, process }) => ({ unit, process }))
  const { ground, reason, targets, from, to } = operation
  const lift = { ...own(access, facts), kind: 'lift', ground, reason } as const
  const alert = async () => {
    if (ground !== 'indispensable') return
    await parts.alerts.raise({ kind: 'block-lifted', access, patient: facts.patient, reason })
  }
  if (targets.length === 0) {
    await alert()
    const step = { ...lift, unit: undefined, recipient: access.unit, step: 1 }
    return { ...(await decide(operating, step, A_DAY)), blocks: onceEach(blocks) }
  }
  const isKnown = facts.decisions.some(
    (each) => each.kind === 'lift' && each.person === access.user && each.ground === ground,
  )
  if (!isKnown) throw new Problem('business-rule', 'First ask who has blocked (PDL 4:5)')
  for (const target of targets) {
    if (!blocks.some((block) => isSame(block, target))) {
      throw new Problem('not-found', 'There is no such block to be lifted')
    }
  }
  await alert()
  let answer: OperationAnswer = {}
  for (const { unit, process } of targets) {
    const step = { ...lift, unit, process, recipient: access.unit, step: 2, from, to }
    answer = await decide({ ...operating, parts }, step, A_DAY)
  }
  return answer
}

/** An authorised holder (behörig befattningshavare): who gives care and answers for it by licence. */
function requireAuthorised({ role, purpose }: StaffAccess): void {
  if (purpose === 'care' && (role === 'doctor' || role === 'nurse')) return
  throw new Problem('forbidden', 'Your commission may not lift blocks (PDL 4:5)')
}

const isSame = (a: BlockTarget, b: BlockTarget) => a.unit === b.unit && a.process === b.process

const onceEach = (targets: readonly BlockTarget[]) =>
  targets.filter((target, index) => targets.findIndex((each) => isSame(each, target)) === index)
