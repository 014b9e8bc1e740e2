import type { FhirResource } from 'fhir/r4'

/** `unneeded`: not a kind of entry that is signed. */
export type SigningState = 'signed' | 'unsigned' | 'unneeded'

/**
 * Whether an entry has been signed by who answers for it. An unsigned entry is shown, and shown as unsigned: it isn't locked
 * away, since care may depend on it.
 *
 * Source: PDL 3 kap. 9 and 10 §§; docs/demo-data.md for how a note says so.
 */
export function signingState(resource: FhirResource): SigningState {
  if (resource.resourceType !== 'Composition') return 'unneeded'
  const isAttested = resource.attester?.some(({ time }) => time !== undefined)
  if (resource.status === 'preliminary') return 'unsigned'
  return isAttested ? 'signed' : 'unsigned'
}
