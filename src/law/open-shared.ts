import { Problem } from '../fhir/problem.ts'
import type { HsaId } from '../fhir/sight.ts'
import type { StaffAccess } from './access.ts'
import { A_DAY, decide, type Operating, own, requireReason } from './decide.ts'
import type { PatientFacts } from './facts.ts'
import type { OpenShared, OperationAnswer, Source } from './operation.ts'
import { consents, otherProviders } from './shared-records.ts'

/**
 * What the user must affirm for each ground and step, as the act puts it. Consent needs nothing said but that the records may
 * matter (3:1 first paragraph 3); incapacity that the patient lastingly can't consent (3:3), then its three points; danger
 * that there is danger and no consent to be had (3:6), then that the care can't be done without.
 */
const AFFIRMED: Readonly<
  Record<OpenShared['ground'], Readonly<Record<'sources' | 'content', readonly string[]>>>
> = {
  consent: { sources: [], content: ['relevant'] },
  incapacity: {
    sources: ['lasting-incapacity'],
    content: ['lasting-incapacity', 'necessary', 'attitude-clarified', 'no-reason-to-object'],
  },
  emergency: {
    sources: ['danger', 'no-consent-possible'],
    content: ['danger', 'no-consent-possible', 'indispensable'],
  },
}

/**
 * Opening what other care providers keep (sammanhållen journalföring), in the order of the act and two deliberate steps: first
 * who has records, then what those say that matter. To this user, until the working day is over. A block at the other
 * provider stays: in an emergency one learns who has blocked, and asks them.
 *
 * Source: lag 2022:913, 3 kap. 1 and 3–7 §§.
 * @throws Problem `forbidden` with the paragraph, `required` for what must be affirmed
 */
export async function openShared(
  operating: Operating,
  operation: OpenShared,
): Promise<OperationAnswer> {
  const { access, facts, parts } = operating
  const { ground, reason, providers, affirmed } = operation
  requireGiver(access)
  const step = providers.length === 0 ? 'sources' : 'content'
  const missing = AFFIRMED[ground][step].filter((each) => !affirmed.includes(each))
  if (missing.length > 0) throw new Problem('required', `Affirm first: ${missing.join(', ')}`)
  if (ground !== 'consent') requireReason(reason)
  if (ground === 'consent') requireConsent(access, facts, providers)
  if (step === 'content') requireSeen(access, facts, ground, providers)
  if (ground === 'emergency') {
    await parts.alerts.raise({ kind: ground, access, patient: facts.patient, reason })
  }
  const opening = { ...own(access, facts), kind: 'opening', ground, reason } as const
  if (step === 'sources') {
    const answer = await decide(operating, { ...opening, step: 1 }, A_DAY)
    const after = await parts.facts.of(facts.patient)
    return { ...answer, sources: sourcesIn(access, after) }
  }
  let answer: OperationAnswer = {}
  for (const provider of providers) {
    answer = await decide(operating, { ...opening, provider, step: 2 }, A_DAY)
  }
  const after = await parts.facts.of(facts.patient)
  return {
    ...answer,
    sources: sourcesIn(access, after).filter(({ provider }) => providers.includes(provider)),
  }
}

function requireGiver({ purpose }: StaffAccess): void {
  if (purpose === 'care') return
  throw new Problem('forbidden', 'Other providers’ records are opened for care (2022:913 3:1)')
}

/** Consent can't be had by wishing: a Consent says so, or the patient is a child who can't judge it. */
function requireConsent(
  access: StaffAccess,
  facts: PatientFacts,
  providers: readonly HsaId[],
): void {
  const asked = providers.length > 0 ? providers : facts.holdings.map(({ provider }) => provider)
  if (asked.length === 0 || asked.some((provider) => consents(access, facts, provider))) return
  throw new Problem('forbidden', 'The patient’s consent is not registered (2022:913 3:1)')
}

/** First who, then what. */
function requireSeen(
  access: StaffAccess,
  facts: PatientFacts,
  ground: OpenShared['ground'],
  providers: readonly HsaId[],
): void {
  const isSeen = facts.decisions.some(
    (each) => each.kind === 'opening' && each.person === access.user && each.ground === ground,
  )
  if (!isSeen) throw new Problem('business-rule', 'First ask who has records (2022:913 ch. 3)')
  const known = otherProviders(access, facts).filter(
    ({ availability }) => availability === 'unblocked',
  )
  if (providers.every((each) => known.some(({ provider }) => provider === each))) return
  throw new Problem('not-found', 'That provider has no records to be opened')
}

/** Whom one has come so far as to know. */
function sourcesIn(access: StaffAccess, facts: PatientFacts): readonly Source[] {
  return otherProviders(access, facts)
    .filter(({ reach }) => reach === 'sources' || reach === 'content')
    .map(({ provider, reach, availability }) => ({
      provider,
      reach,
      blocked: availability === 'blocked',
    }))
}
