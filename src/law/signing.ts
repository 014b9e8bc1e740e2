import type { Composition, CompositionAttester, FhirResource, Reference } from 'fhir/r4'
import type { Denial } from './rules/rules.ts'

/** `unneeded`: not a kind of entry that is signed. */
export type SigningState = 'signed' | 'unsigned' | 'unneeded'

/**
 * Whether an entry has been signed by who answers for it. An unsigned entry is shown, and shown as unsigned: it isn't locked
 * away, since care may depend on it.
 *
 * Source: PDL 3 kap. 10 §; docs/demo-data.md for how a note says so.
 */
export function signingState(resource: FhirResource): SigningState {
  if (resource.resourceType !== 'Composition') return 'unneeded'
  const isAttested = resource.attester?.some(({ time }) => time !== undefined)
  if (resource.status === 'preliminary') return 'unsigned'
  return isAttested ? 'signed' : 'unsigned'
}

/** Who writes, and by which references they are known. */
export interface Signer {
  /** HSA-id. */
  readonly user: string
  /** `Practitioner/17`. */
  readonly references: ReadonlySet<string>
}

/**
 * Whether a note may be written as it is signed. Who answers for an entry signs it: nobody in another's name, and no system. What
 * is changed after it was signed is signed anew, or stands unsigned: an old signature isn't one of the new words.
 *
 * @param before the version that it follows; `undefined` for a new note
 * Source: PDL 3 kap. 10 §, 3 kap. 14 § second paragraph.
 */
export function signing(
  before: FhirResource | undefined,
  after: FhirResource,
  signer: Signer,
): Denial | undefined {
  if (after.resourceType !== 'Composition') return undefined
  const kept = before?.resourceType === 'Composition' ? signaturesIn(before) : []
  const isKept = (each: CompositionAttester) => kept.some((other) => isSame(each, other))
  const signatures = signaturesIn(after)
  const fresh = signatures.filter((each) => !isKept(each))
  if (fresh.some((each) => !isBy(each.party, signer))) {
    return { paragraph: 'PDL 3:10', reason: 'Nobody signs in another’s name' }
  }
  if (fresh.length > 0 && signingState(after) !== 'signed') {
    return { paragraph: 'PDL 3:10', reason: 'What is signed is not preliminary' }
  }
  const isChanged = before !== undefined && words(before) !== words(after)
  if (isChanged && signatures.some(isKept)) {
    return { paragraph: 'PDL 3:10', reason: 'What is changed is signed anew, or is unsigned' }
  }
  return undefined
}

const signaturesIn = ({ attester = [] }: Composition) =>
  attester.filter(({ time }) => time !== undefined)

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

const isBy = (party: Reference | undefined, { user, references }: Signer) =>
  party?.identifier?.value === user || references.has(party?.reference ?? '')

/** What was signed: all but who signed it, and what the server says of it. */
function words(note: FhirResource): string {
  const { meta, id, ...rest } = note
  const { attester, status, ...said } = rest as Partial<Composition>
  return JSON.stringify(said, (_, value) => sorted(value))
}

/** In one order, however it was written. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
