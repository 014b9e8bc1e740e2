import { Problem } from '../problem.ts'
import { isResourceType, type ResourceType } from '../resource-type.ts'
import { supportedParameter } from './parse-clause.ts'
import { isTargetOf } from './parse-value.ts'
import type { Include } from './query.ts'
import type { SearchOptions } from './search-options.ts'

/** Which parameter asks for more resources, and whether `:iterate` follows it. */
export interface IncludeName {
  readonly direction: Include['direction']
  readonly iterate: boolean
}

/** `_include`, `_revinclude:iterate` and so on; `undefined` for any other name. */
export function includeName(name: string): IncludeName | undefined {
  const found = /^_(include|revinclude)(:iterate)?$/.exec(name)
  if (found === null) return undefined
  const direction = found[1] === 'include' ? 'include' : 'revinclude'
  return { direction, iterate: found[2] !== undefined }
}

/**
 * Reads `Observation:subject`, `Observation:subject:Patient`, `Observation:*`, or `*` for all that the type searched
 * refers to. Throws `invalid` for what could never include anything.
 * https://hl7.org/fhir/R4/search.html#revinclude
 */
export function parseInclude(
  type: ResourceType,
  { direction, iterate }: IncludeName,
  value: string,
  options: SearchOptions,
): Include {
  if (value === '*' && direction === 'include') {
    return { direction, source: type, param: '*', target: undefined, iterate }
  }
  const wrong = new Problem('invalid', `The value of _${direction} cannot be read`)
  const [source = '', param = '', target, ...more] = value.split(':')
  if (!isResourceType(source) || param === '' || more.length > 0) throw wrong
  if (target !== undefined && !isResourceType(target)) throw wrong
  if (direction === 'include' && source !== type && !iterate) throw wrong
  if (!options.types.has(source)) throw new Problem('not-supported', `${source} is not supported`)
  const include: Include = { direction, source, param, target, iterate }
  if (param !== '*' && !reaches(include, type, options)) throw wrong
  return include
}

/** Whether the parameter refers to the target named and, in a reverse include, to the type searched. */
function reaches(include: Include, searched: ResourceType, options: SearchOptions): boolean {
  const { direction, source, param, target, iterate } = include
  const parameter = supportedParameter(source, param, options)
  const needed = direction === 'revinclude' && !iterate ? [searched, target] : [target]
  return (
    parameter.kind === 'reference' &&
    needed.every((type) => type === undefined || isTargetOf(type, parameter))
  )
}
