import type { FhirResource } from 'fhir/r4'
import { Problem } from '../fhir/problem.ts'
import type { Change, StoredResource } from '../fhir/record-system.ts'
import { survivorOf } from '../fhir/replaced-by.ts'
import { unseal } from '../fhir/seal.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import { EVERYTHING, mintSight, type Sight } from '../fhir/sight.ts'
import type { ValidResource } from '../fhir/validation/valid-resource.ts'
import type { Access } from './access.ts'
import { checkConsent } from './consent.ts'
import type { PatientFacts } from './facts.ts'
import type { GateParts } from './judge.ts'
import { type Signer, signing } from './signing.ts'

/** What a check is made under. */
export interface Checking {
  readonly parts: GateParts
  readonly access: Access
  readonly sight: Sight
  readonly known: readonly PatientFacts[]
}

/**
 * The change, with what must hold of its result: that a Consent says what the law can keep, and a note is signed by who signs.
 * A patch's result is checked as it is made.
 *
 * @throws Problem `business-rule` or `forbidden`, with the paragraph
 */
export async function checkedChange(checking: Checking, change: Change): Promise<Change> {
  const type = change.kind === 'update' ? change.key.type : change.type
  const signer = type === 'Composition' ? await signerOf(checking) : undefined
  const check = (before: StoredResource | undefined, after: ValidResource) => {
    checkConsent(after, checking.known)
    checkMerge(before, after, checking.known)
    const denial = signer && signing(contentOf(before), after.value, signer)
    if (denial) throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  if (change.kind === 'patch') {
    const apply = (current: StoredResource) => {
      const result = change.apply(current)
      check(current, result)
      return result
    }
    return { ...change, apply }
  }
  if ('resource' in change) {
    check(signer && (await formerOf(checking, change)), change.resource)
  }
  return change
}

const survivorIn = ({ value }: ValidResource) => survivorOf(value)

/**
 * That one patient is another is said by who may open both records: from then on what closes the one closes the other. In a
 * patch nobody is named, so there it can't be.
 *
 * Source: PDL 4 kap. 1 §.
 */
function checkMerge(
  before: StoredResource | undefined,
  after: ValidResource,
  known: readonly PatientFacts[],
): void {
  const survivor = survivorIn(after)
  if (survivor === undefined || known.some(({ patient }) => patient === survivor)) return
  const there = contentOf(before)
  if (there && survivorOf(there) === survivor) return
  throw new Problem('forbidden', 'Both patients’ records must be open to who merges them (PDL 4:1)')
}

const contentOf = (resource: StoredResource | undefined): FhirResource | undefined =>
  resource && resource.bytes.length > 0 ? JSON.parse(String(resource.bytes)) : undefined

/** The version that a change would follow, if its author sees it. */
async function formerOf(
  { parts: { system }, sight }: Checking,
  change: Exclude<Change, { kind: 'patch' | 'delete' }>,
): Promise<StoredResource | undefined> {
  if (change.kind === 'update') {
    const sealed = await system.locate(change.key)
    return sealed && unseal(sealed, sight)
  }
  if (change.kind === 'create') return undefined
  const { hits } = await system.search({ ...change.condition, count: 2, cursor: undefined }, sight)
  return hits[0]?.resource
}

/** By what the one who writes is known in the record. */
async function signerOf({ parts: { system, now }, access }: Checking): Promise<Signer> {
  const { types } = system.capability()
  if (access.kind !== 'staff' || !types.has('Practitioner')) {
    return { user: access.kind === 'staff' ? access.user : '', references: new Set() }
  }
  const options = { types, base: undefined, now: now() }
  const query = parseSearch('Practitioner', [['identifier', access.user]], options)
  const sight = mintSight({ ...EVERYTHING, patients: [], types: ['Practitioner'] })
  const { hits } = await system.search(query, sight)
  const references = hits.map(({ resource }) => `Practitioner/${resource.key.id}`)
  return { user: access.user, references: new Set(references) }
}
