import type { ResourceKey } from '../fhir/record-system.ts'
import { unseal } from '../fhir/seal.ts'
import type { Access } from './access.ts'
import { basisOf } from './basis.ts'
import type { PatientFacts } from './facts.ts'
import type { GateParts } from './judge.ts'
import type { Because, OperationAnswer } from './operation.ts'
import { overview } from './overview.ts'
import { isOwn } from './own-decision.ts'
import { isRevealed, sightOf } from './sight-of.ts'

/**
 * Why something is shown (the relation, the choice, the lifting it rests on), and why there may be more that isn't. Of what is
 * hidden it tells only that there is some, as the act allows: a resource that isn't shown is explained as one that isn't there.
 */
export async function explain(
  { system, closing }: GateParts,
  access: Access,
  facts: PatientFacts,
  resource: ResourceKey | undefined,
): Promise<OperationAnswer> {
  const hidden = hiddenIn(access, facts)
  const sealed = resource && (await system.locate(resource))
  const ruled = sightOf(access, [facts], 'read')
  const sight = closing && sealed ? await closing(ruled, sealed.origin) : ruled
  const shown = sealed && unseal(sealed, sight)
  if (resource && !shown) return { because: [NOT_THERE] }
  const basis = basisOf(access, facts, shown ? [shown.origin] : [])
  const why: Because = {
    effect: 'shown',
    paragraph: PARAGRAPHS[basis?.kind ?? 'relation'],
    rule: basis?.kind ?? 'relation',
    ...(basis && { basis }),
  }
  if (resource) return { because: [why] }
  const own = facts.decisions.filter((each) => isOwn(access, each))
  return { because: [why, ...hidden], own }
}

const NOT_THERE: Because = { effect: 'hidden', paragraph: 'PDL 4:1', rule: 'not-there-to-be-seen' }

const PARAGRAPHS = {
  'own-record': 'PDL 5:5',
  proxy: 'PDL 5:5',
  relation: 'PDL 4:1',
  'stated-reason': 'PDL 4:1',
  'active-choice': 'HSLF-FS 2016:40 4 kap.',
  'block-lift': 'PDL 4:5',
  consent: '2022:913 3:1',
  incapacity: '2022:913 3:3',
  emergency: '2022:913 3:6',
  review: 'PDL 4:3',
} as const

function hiddenIn(access: Access, facts: PatientFacts): readonly Because[] {
  const { blocked, otherUnits, unopenedProviders } = overview(access, facts)
  const because: Because[] = []
  if (blocked) because.push({ effect: 'hidden', paragraph: 'PDL 4:4', rule: 'block' })
  if (otherUnits) {
    because.push({ effect: 'hidden', paragraph: 'HSLF-FS 2016:40 4 kap.', rule: 'active-choice' })
  }
  if (unopenedProviders) {
    because.push({ effect: 'hidden', paragraph: '2022:913 2:4', rule: 'shared-records' })
  }
  if (facts.isProtected && !isRevealed(access, facts)) {
    because.push({ effect: 'hidden', paragraph: 'OSL 22:1', rule: 'protected-identity' })
  }
  return because
}
