import type { ResourceType } from '../resource-type.ts'
import { type SearchParameter, searchParametersOf } from './search-parameter.ts'

/** By type: parameters that find just what others together find, with these. */
const known = new Map<ResourceType, ReadonlyMap<string, readonly string[]>>()

const NONE: readonly string[] = []

/**
 * The parameters that one is the union of, such as `code` and `component-code` for Observation's `combo-code`; empty for
 * nearly all. Found in the table: the same kind and targets, and together the same elements.
 */
export function unionOf(type: ResourceType, param: string): readonly string[] {
  return unionsOf(type).get(param) ?? NONE
}

/** All of a type's parameters that are the union of others. Who keeps entries needn't keep theirs. */
export function unionsOf(type: ResourceType): ReadonlyMap<string, readonly string[]> {
  const there = known.get(type)
  if (there) return there
  const all = [...searchParametersOf(type).values()]
  const unions = new Map(
    all.flatMap((whole) => {
      const parts = all.filter((part) => isPart(part, whole))
      const covered = new Set(parts.flatMap(elementsOf))
      const isUnion = elementsOf(whole).every((element) => covered.has(element))
      return isUnion ? [[whole.code, parts.map(({ code }) => code)] as const] : []
    }),
  )
  known.set(type, unions)
  return unions
}

/** Smaller than the whole, so that no two parameters are each other's parts. */
function isPart(part: SearchParameter, whole: SearchParameter): boolean {
  if (part.kind !== whole.kind || part.targets.join() !== whole.targets.join()) return false
  const elements = new Set(elementsOf(whole))
  return part.paths.length < elements.size && elementsOf(part).every((each) => elements.has(each))
}

const elementsOf = ({ paths }: SearchParameter): string[] =>
  paths.map((path) => JSON.stringify(path))
