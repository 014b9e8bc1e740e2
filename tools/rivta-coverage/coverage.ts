import {
  type Fate,
  fatesOf,
  reasonFor,
  sampleOf,
  variantsOf,
} from '../../simulators/rivta/schema/contract-sample.ts'
import type { Contract } from '../../src/systems/rivta/contracts/contract.ts'

/** What becomes of every element of a contract's answer. Elements are paths from the item down. */
export interface Coverage {
  /** How many have an element of their own in FHIR, or an extension. */
  readonly mapped: number
  /** Kept beside what was mapped, as they were sent (`urn:karna:extension:rivta-field`). */
  readonly kept: readonly string[]
  /** How many are left out on purpose, by reason. */
  readonly ignored: Readonly<Record<string, number>>
}

/** What becomes of each element, in the variant that does the most with it. @throws Error if one is lost */
export function fatesOfAll(contract: Contract): ReadonlyMap<string, Fate> {
  const fates = new Map<string, Fate>()
  for (const variant of variantsOf(contract)) {
    for (const [path, fate] of fatesOf(contract, variant)) {
      if (fate === 'lost') throw new Error(`${path} is lost`)
      if (fates.get(path) !== 'mapped') fates.set(path, fate)
    }
  }
  return fates
}

/** The report of a contract. */
export function coverageOf(contract: Contract): Coverage {
  const fates = [...fatesOfAll(contract)]
  const ignored = new Map<string, number>()
  for (const field of sampleOf(contract, undefined).fields) {
    const reason = reasonFor(field)
    if (reason) ignored.set(reason, (ignored.get(reason) ?? 0) + 1)
  }
  return {
    mapped: fates.filter(([, fate]) => fate === 'mapped').length,
    kept: fates.filter(([, fate]) => fate === 'kept').map(([path]) => short(path)),
    ignored: Object.fromEntries(ignored),
  }
}

/** Without the name of the answer. */
const short = (path: string) => path.split('/').slice(1).join('/')
