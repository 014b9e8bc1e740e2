import type { HsaId } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { Decision } from './decision.ts'
import type { PatientFacts } from './facts.ts'
import { relationOf } from './rules/care-relation.ts'
import { isBelow } from './rules/proxy.ts'

/**
 * How far one has come with another provider's records: nobody has any, that there are some (2:4), who has made them
 * available or who has blocked them (3:3, 3:5, 3:6), or what they say (3:1, 3:3, 3:6).
 */
export type Reach = 'nothing' | 'existence' | 'sources' | 'content'

/** What the reading provider rests on. `none`: nothing yet but the wish. */
export type SharedGround = 'none' | 'consent' | 'incapacity' | 'emergency'

/** Whether the reader has only asked, or has also judged that the records matter for the care in question. */
export type Judgement = 'asked' | 'judged'

/** Whether the patient has objected with the provider that keeps the records (2:3). */
export type Availability = 'unblocked' | 'blocked'

type Table = Readonly<
  Record<SharedGround, Readonly<Record<Availability, Readonly<Record<Judgement, Reach>>>>>
>

/**
 * The act as a table that the compiler completes. A block is never lifted from here: with danger to life one may learn who
 * has blocked, and ask them to lift it (3:5). Without a ground one learns that there are records, not whose (2:4, 2:5).
 *
 * Source: lag 2022:913, 2 kap. 2–5 §§, 3 kap. 1 and 3–7 §§.
 */
const WITH_RELATION: Table = {
  none: {
    unblocked: { asked: 'existence', judged: 'existence' },
    blocked: { asked: 'existence', judged: 'existence' },
  },
  consent: {
    unblocked: { asked: 'sources', judged: 'content' },
    blocked: { asked: 'existence', judged: 'existence' },
  },
  incapacity: {
    unblocked: { asked: 'sources', judged: 'content' },
    blocked: { asked: 'existence', judged: 'existence' },
  },
  emergency: {
    unblocked: { asked: 'sources', judged: 'content' },
    blocked: { asked: 'sources', judged: 'sources' },
  },
}

/** The circumstances of one question about one other provider's records. */
export interface SharedQuestion {
  /** The engagement index says that this provider has records of the patient. */
  readonly indexHit: boolean
  /** There is a current patient relation (3:1 first paragraph 1). */
  readonly relation: boolean
  readonly ground: SharedGround
  readonly availability: Availability
  readonly judgement: Judgement
}

/** What the act lets a care provider see of another's records. */
export function sharedRecords(question: SharedQuestion): Reach {
  const { indexHit, relation, ground, availability, judgement } = question
  if (!indexHit) return 'nothing'
  if (!relation) return 'existence'
  return WITH_RELATION[ground][availability][judgement]
}

/** One other provider, and how far this user has come with it. */
export interface OtherProvider {
  readonly provider: HsaId
  readonly reach: Reach
  readonly availability: Availability
  readonly ground: SharedGround
}

/** Every other provider of the region that has records of the patient, by what has been decided so far. */
export function otherProviders(access: Access, facts: PatientFacts): readonly OtherProvider[] {
  if (access.kind !== 'staff') return []
  const relation = relationOf(access, facts) !== undefined
  const providers = new Set(facts.holdings.map(({ provider }) => provider))
  providers.delete(access.provider)
  return [...providers].map((provider) => {
    const availability = isBlocked(facts, provider) ? 'blocked' : 'unblocked'
    const { ground, judgement } = howFar(access, facts, provider)
    const question = { indexHit: true, relation, ground, availability, judgement } as const
    return { provider, availability, ground, reach: sharedRecords(question) }
  })
}

const isBlocked = ({ decisions }: PatientFacts, provider: HsaId) =>
  decisions.some(
    (each) => each.kind === 'outer-block' && each.provider === provider && each.unit === undefined,
  )

/** The furthest that this user has opened this provider's records. A consent that was withdrawn opens nothing. */
export function openingOf(
  access: Access,
  facts: PatientFacts,
  provider: HsaId,
): Decision | undefined {
  const openings = facts.decisions.filter((each) => isOpening(each, access, provider))
  const valid = openings.filter(
    ({ ground }) => ground !== 'consent' || consents(access, facts, provider),
  )
  return valid.find(({ step }) => step === 2) ?? valid[0]
}

function howFar(access: Access, facts: PatientFacts, provider: HsaId) {
  const best = openingOf(access, facts, provider)
  const ground: SharedGround =
    best?.ground && best.ground !== 'indispensable' ? best.ground : 'none'
  return { ground, judgement: best?.step === 2 ? 'judged' : 'asked' } as const
}

const isOpening = (each: Decision, access: Access, provider: HsaId) =>
  each.kind === 'opening' &&
  each.person === access.user &&
  each.unit === access.unit &&
  (each.provider === undefined || each.provider === provider)

/**
 * Whether the patient has agreed that this user's provider reads the other's records; a child too young to agree need not.
 * Source: 2022:913 3 kap. 1 § first paragraph 2 and third paragraph.
 */
export function consents(access: Access, facts: PatientFacts, provider: HsaId): boolean {
  if (isBelow(CONSENTS_FROM, facts)) return true
  return facts.decisions.some(
    (each) =>
      each.kind === 'consent' &&
      each.recipient !== undefined &&
      [access.provider, access.unit, access.user].includes(each.recipient) &&
      (each.provider === undefined || each.provider === provider),
  )
}

/** A child below this can't judge it, as a rule. A judgement for each provider to make; the act names no age. */
const CONSENTS_FROM = 13
