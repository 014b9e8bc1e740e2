import type { Support } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'

/** What can be searched by, of every type: by patient the source itself, by all else in memory. */
const NATIVE: ReadonlySet<string> = new Set(['patient', 'subject', '_id'])

/**
 * The search parameters of a type and how they're answered. The source itself finds what belongs to a patient; the rest
 * is matched in memory.
 */
export function searchParametersFor(type: ResourceType): ReadonlyMap<string, Support> {
  const codes = [...searchParametersOf(type).keys()]
  return new Map(codes.map((code) => [code, supportOf(type, code)]))
}

function supportOf(type: ResourceType, code: string): Support {
  if (type === 'Organization') return 'emulated'
  if (type === 'Patient' && code === 'identifier') return 'native'
  return NATIVE.has(code) ? 'native' : 'emulated'
}
