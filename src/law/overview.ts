import type { Access } from './access.ts'
import { hasBlocks } from './blocks.ts'
import type { PatientFacts } from './facts.ts'
import type { OperationAnswer } from './operation.ts'
import { otherProviders } from './shared-records.ts'
import { hasChosen } from './sight-of.ts'

/** That there is more, and nothing of what (PDL 4:4 third paragraph; 2022:913 2:4 and 2:5). */
export function overview(access: Access, facts: PatientFacts): OperationAnswer {
  const others = otherProviders(access, facts)
  return {
    blocked: hasBlocks(access, facts),
    otherUnits: !hasChosen(access, facts) && hasOtherUnits(access, facts),
    otherProviders: others.length > 0,
    otherProvidersBlocked: others.some(({ availability }) => availability === 'blocked'),
    unopenedProviders: others.some(({ reach }) => reach !== 'content'),
  }
}

/** Whether an active choice would show more. What is blocked altogether doesn't count: that would tell where it is. */
function hasOtherUnits(access: Access, { holdings, decisions }: PatientFacts): boolean {
  if (access.kind !== 'staff') return false
  const isBlocked = (unit: string) =>
    decisions.some((each) => each.kind === 'block' && each.unit === unit)
  return holdings.some(
    ({ unit, provider }) =>
      provider === access.provider && unit !== access.unit && !isBlocked(unit),
  )
}
