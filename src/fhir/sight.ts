import type { ResourceType } from './resource-type.ts'
import { isOpenType } from './resource-type.ts'

/** A Swedish HSA-id, such as `SE2321000016-1A2B`. Source: Inera, HSA-innehåll. */
export type HsaId = string

/**
 * Records of one care unit (vårdenhet) that a patient has closed to others: an inner block (inre spärr).
 * A period closes what was noted inside or partly inside it; without one everything is closed.
 * Source: PDL 4 kap. 4 §; period: RIV-TA CheckBlocks 4.0, TKB.
 */
export interface Block {
  readonly patient: string
  readonly unit: HsaId
  /** Milliseconds since 1970, inclusive. `undefined`: no beginning. */
  readonly from: number | undefined
  /** Milliseconds since 1970, exclusive. `undefined`: no end. */
  readonly to: number | undefined
}

/** What is known of a resource's origin. Stamped at write from the author's commission, never by the caller. */
export interface Origin {
  readonly type: ResourceType
  /** Whose record it belongs to (Patient.id); `undefined` for what concerns no patient, such as an Organization. */
  readonly patient: string | undefined
  /** Care unit (vårdenhet). */
  readonly unit: HsaId
  /** Care provider (vårdgivare): the data controller. Source: PDL 2 kap. 6 §. */
  readonly provider: HsaId
  /** The clinical time it tells of, milliseconds since 1970, [from, to). `undefined`: not known. */
  readonly from: number | undefined
  readonly to: number | undefined
}

declare const minted: unique symbol

/** What one user may see, as data that a record system can turn into its own query. Only `law/` makes one. */
export interface Sight {
  readonly [minted]: true
  /** Patient ids whose records may be seen. `all` is for the sandbox, migration and demographic look-up only. */
  readonly patients: 'all' | readonly string[]
  /** Care providers whose records may be seen. */
  readonly providers: 'all' | readonly HsaId[]
  /** Types that may be seen: a demographic look-up sees `Patient` and nothing that hangs on it. */
  readonly types: 'all' | readonly ResourceType[]
  /** What is closed to this user. Blocks of the user's own unit are not in the list. */
  readonly blocked: readonly Block[]
}

/** Makes a Sight. Only `law/` may: tests/architecture.test.ts sees to it. */
export function mintSight(parts: Omit<Sight, typeof minted>): Sight {
  return parts as Sight
}

/**
 * Whether `sight` covers a resource of this origin: the one definition, with which every record system agrees.
 * What concerns no patient and is of an open type (an Organization, a ValueSet) is seen by every user.
 */
export function covers(sight: Sight, origin: Origin): boolean {
  if (sight.types !== 'all' && !sight.types.includes(origin.type)) return false
  if (isOpenType(origin.type) && origin.patient === undefined) return true
  if (sight.providers !== 'all' && !sight.providers.includes(origin.provider)) return false
  if (sight.patients !== 'all') {
    if (origin.patient === undefined || !sight.patients.includes(origin.patient)) return false
  }
  return !sight.blocked.some((block) => closes(block, origin))
}

/** Whether a block hides this. What has no clinical time is taken to lie in every period. */
function closes(block: Block, origin: Origin): boolean {
  if (block.patient !== origin.patient || block.unit !== origin.unit) return false
  if (block.from !== undefined && origin.to !== undefined && origin.to <= block.from) return false
  if (block.to !== undefined && origin.from !== undefined && origin.from >= block.to) return false
  return true
}
