import type { ExemptKind, HsaId } from '../fhir/sight.ts'

/**
 * What can be decided about a patient's record.
 * - `block`: the patient closes a unit's or process's records to others (PDL 4:4).
 * - `outer-block`: the patient closes a provider's records to other providers (2022:913 2:3).
 * - `consent`: the patient lets another provider read (2022:913 3:1).
 * - `relation`: a member of staff says why they take part in the care (PDL 4:1).
 * - `choice`: a member of staff chooses to see other units' records (HSLF-FS 2016:40 ch. 4).
 * - `lift`: a block is lifted for one member of staff, in two steps (PDL 4:5).
 * - `opening`: other providers' records are opened by one member of staff, in two steps (2022:913 ch. 3).
 * - `reveal`: a protected identity is shown to one member of staff.
 * - `guardian`, `mandate`: somebody may read in the patient's place (PDL 5:5).
 * - `register-opt-out`: the patient objects to quality registers (PDL 7:2).
 */
export const DECISION_KINDS = [
  'block',
  'outer-block',
  'consent',
  'relation',
  'choice',
  'lift',
  'opening',
  'reveal',
  'guardian',
  'mandate',
  'register-opt-out',
] as const

export type DecisionKind = (typeof DECISION_KINDS)[number]

/** What a lift or an opening rests on. */
export type Ground = 'consent' | 'indispensable' | 'emergency' | 'incapacity'

/** One decision that holds now. */
export interface Decision {
  readonly id: string
  readonly kind: DecisionKind
  readonly person: HsaId | undefined
  readonly unit: HsaId | undefined
  readonly process: string | undefined
  readonly provider: HsaId | undefined
  /** The provider that a consent is given to. */
  readonly recipient: HsaId | undefined
  readonly ground: Ground | undefined
  /** 1: who has records. 2: their content. */
  readonly step: number
  /** Period of the information, milliseconds since 1970, [from, to). */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly exempt: readonly ExemptKind[]
  /** When it stops holding by itself, milliseconds since 1970; `undefined`: when it is ended. */
  readonly expires?: number | undefined
}

/** A decision of which only what matters is said; `id` is `said` for one that is kept nowhere here. */
export function decisionOf(kind: DecisionKind, said: Partial<Decision>): Decision {
  return {
    id: 'said',
    kind,
    person: undefined,
    unit: undefined,
    process: undefined,
    provider: undefined,
    recipient: undefined,
    ground: undefined,
    step: 1,
    from: undefined,
    to: undefined,
    exempt: [],
    ...said,
  }
}

/** A decision to be written down. What isn't said is empty. */
export interface NewDecision {
  readonly kind: DecisionKind
  readonly patient: string
  readonly decidedBy: string
  readonly person?: HsaId | undefined
  readonly unit?: HsaId | undefined
  readonly process?: string | undefined
  readonly provider?: HsaId | undefined
  readonly recipient?: HsaId | undefined
  readonly ground?: Ground | undefined
  readonly step?: number
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly exempt?: readonly ExemptKind[]
  readonly reason?: string | undefined
  /** The Consent that says so. */
  readonly consent?: string | undefined
  /** When it holds, milliseconds since 1970. */
  readonly starts?: number | undefined
  readonly expires?: number | undefined
}
