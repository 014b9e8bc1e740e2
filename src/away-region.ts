import { Problem } from './fhir/problem.ts'
import type { RecordSystem } from './fhir/record-system.ts'
import type { Facts } from './law/facts.ts'
import type { RegionRecord } from './systems/registry/registry.ts'

/**
 * A region that takes part and can't be opened: what it holds isn't known, and so it's named where it might hold something.
 * What is decided here of its patients holds all the same.
 */
export interface AwayRegion {
  readonly record: RegionRecord
  readonly facts: Facts
}

/** Those that take part, open or not: what is missing of them is told. */
export const takesPart = ({ state }: Pick<RegionRecord, 'state'>): boolean =>
  state === 'live' || state === 'paused'

/** A record system that isn't there: whatever is asked of it is a silence. */
export function absentSystem(name: string, capability: RecordSystem['capability']): RecordSystem {
  const absent = async (): Promise<never> => {
    throw new Problem('transient', `${name} does not answer now`)
  }
  return {
    name,
    logsWrites: false,
    capability,
    locate: absent,
    search: absent,
    history: absent,
    transact: absent,
    changes: absent,
  }
}
