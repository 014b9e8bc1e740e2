import type { ResourceKey } from '../fhir/record-system.ts'
import type { HsaId } from '../fhir/sight.ts'
import type { Decision, Ground } from './decision.ts'
import type { LegalBasis } from './log-entry.ts'
import type { Reach } from './shared-records.ts'

/** What a user does about what they may see of one patient. Each takes effect on the next request. */
export type Operation =
  | { readonly kind: 'blocked'; readonly patient: string }
  /** Told by who prints what is on the screen: paper is out of the gate's reach, and is followed up all the same. */
  | { readonly kind: 'print'; readonly patient: string }
  | { readonly kind: 'choose-units'; readonly patient: string }
  | { readonly kind: 'state-relation'; readonly patient: string; readonly reason: string }
  | LiftBlock
  | OpenShared
  | { readonly kind: 'reveal'; readonly patient: string; readonly reason: string }
  | {
      readonly kind: 'explain'
      readonly patient: string
      readonly resource: ResourceKey | undefined
    }
  | { readonly kind: 'end'; readonly patient: string; readonly decision: string }
  | HandOut

/** PDL 3:11. What is handed out, to whom, and why they may have it. */
export interface HandOut {
  readonly kind: 'hand-out'
  readonly patient: string
  readonly resources: readonly ResourceKey[]
  readonly recipient: string
  readonly reason: string
}

/** PDL 4:5. Without `targets` the first step: which units and processes have blocked. With them the second. */
export interface LiftBlock {
  readonly kind: 'lift-block'
  readonly patient: string
  readonly ground: Extract<Ground, 'consent' | 'indispensable'>
  readonly reason: string
  readonly targets: readonly BlockTarget[]
  /** Only what was noted in this period, milliseconds since 1970, [from, to). */
  readonly from: number | undefined
  readonly to: number | undefined
}

/** What a block is of: a unit, a process, or what is of both. */
export interface BlockTarget {
  readonly unit: HsaId | undefined
  readonly process: string | undefined
}

/** 2022:913 ch. 3. Without `providers` the first step: who has records. With them the second: what they say. */
export interface OpenShared {
  readonly kind: 'open-shared'
  readonly patient: string
  readonly ground: Extract<Ground, 'consent' | 'emergency' | 'incapacity'>
  readonly reason: string
  readonly providers: readonly HsaId[]
  /** What the user affirms, as the paragraph of the ground asks for. */
  readonly affirmed: readonly string[]
}

/** What an operation answers. What isn't its business is left out. */
export interface OperationAnswer {
  /** Where it stands in the record what was done (PDL 3:11). */
  readonly documented?: ResourceKey
  /** The decision that was made, by which it can be ended. */
  readonly decision?: string
  /** Milliseconds since 1970: when it stops holding by itself. */
  readonly expires?: number
  /** There are records that the patient has closed to this user (PDL 4:4 third paragraph). */
  readonly blocked?: boolean
  /** Other units of the same provider have records that an active choice would show. */
  readonly otherUnits?: boolean
  /** Other providers have records (2022:913 2:4), and some are blocked (2:5). */
  readonly otherProviders?: boolean
  readonly otherProvidersBlocked?: boolean
  /** Of other providers' records there are some that this user has not opened. */
  readonly unopenedProviders?: boolean
  /** First step of a lifting: who has blocked. */
  readonly blocks?: readonly BlockTarget[]
  /** First step of an opening: who has records, or has blocked them. */
  readonly sources?: readonly Source[]
  /** Why something is shown or hidden. */
  readonly because?: readonly Because[]
  /** What the user has decided about this record, and holds now. */
  readonly own?: readonly Decision[]
}

export interface Source {
  readonly provider: HsaId
  readonly reach: Reach
  readonly blocked: boolean
}

/** One reason why something is shown, or why more is not. Never tells what is hidden: whose it is, when, of what kind. */
export interface Because {
  readonly effect: 'shown' | 'hidden'
  readonly paragraph: string
  readonly rule: string
  readonly basis?: LegalBasis
}
