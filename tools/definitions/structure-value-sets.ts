/** Writes out the codes of value sets as far as R4's own definitions can tell them. */
import type { CodeSystem, Concept, Include, ValueSet } from './structure-source.ts'

/** Code system → its codes in the value set. */
export type Codes = Map<string, Set<string>>

/** Above this a value set is left to the terminology server. */
const MOST_CODES = 1000

/**
 * Makes a function that expands a value set by its canonical URL, version ignored.
 * It gives `undefined` where a code system isn't fully known, a filter isn't understood, or the set is very large.
 */
export function createExpander(
  codeSystems: ReadonlyMap<string, CodeSystem>,
  valueSets: ReadonlyMap<string, ValueSet>,
): (canonical: string) => Codes | undefined {
  const expand = (canonical: string): Codes | undefined => {
    const compose = valueSets.get(canonical.split('|')[0] ?? '')?.compose
    const within = unite(compose?.include ?? [], partOf)
    const without = unite(compose?.exclude ?? [], partOf)
    if (within === undefined || without === undefined) return undefined
    const codes = combine(within, without, (one, other) => !other.has(one))
    const size = [...codes.values()].reduce((sum, set) => sum + set.size, 0)
    return size > 0 && size <= MOST_CODES ? codes : undefined
  }
  /** What one include or exclude names: all that it says must hold at once. */
  const partOf = (include: Include): Codes | undefined => {
    const sets = (include.valueSet ?? []).map(expand)
    if (include.system !== undefined) {
      const listed = systemCodes(include, codeSystems.get(include.system))
      sets.push(listed && new Map([[include.system, listed]]))
    }
    return sets.reduce(
      (codes, set) => codes && set && combine(codes, set, (one, other) => other.has(one)),
      sets[0],
    )
  }
  return expand
}

/** All that any of the parts names; `undefined` where one of them can't be told. */
function unite(
  parts: readonly Include[],
  partOf: (include: Include) => Codes | undefined,
): Codes | undefined {
  const all: Codes = new Map()
  for (const codes of parts.map(partOf)) {
    if (codes === undefined) return undefined
    for (const [system, more] of codes)
      all.set(system, new Set([...(all.get(system) ?? []), ...more]))
  }
  return all
}

/** The codes that stay when compared with those of the same system in another set. */
function combine(
  codes: Codes,
  other: Codes,
  stays: (code: string, others: ReadonlySet<string>) => boolean,
): Codes {
  return new Map(
    [...codes].map(([system, set]) => {
      const others = other.get(system) ?? new Set<string>()
      return [system, new Set([...set].filter((code) => stays(code, others)))]
    }),
  )
}

function systemCodes(include: Include, system: CodeSystem | undefined): Set<string> | undefined {
  if (include.concept) return new Set(include.concept.map((concept) => concept.code))
  if (system?.content !== 'complete' || system.concept === undefined) return undefined
  const codes = withDescendants(system.concept)
  const kept = (include.filter ?? []).map((filter) => filtered(system.concept ?? [], filter))
  if (kept.includes(undefined)) return undefined
  return new Set(codes.filter((code) => kept.every((wanted) => wanted?.has(code))))
}

/** The codes that a filter lets through; `undefined` for a filter that isn't understood. */
function filtered(
  concepts: readonly Concept[],
  { op, value }: { readonly op: string; readonly value: string },
): Set<string> | undefined {
  if (op !== 'is-a' && op !== 'descendent-of') return undefined
  const root = find(concepts, value)
  return root && new Set(withDescendants(op === 'is-a' ? [root] : (root.concept ?? [])))
}

function withDescendants(concepts: readonly Concept[]): string[] {
  return concepts.flatMap((concept) => [concept.code, ...withDescendants(concept.concept ?? [])])
}

function find(concepts: readonly Concept[], code: string): Concept | undefined {
  for (const concept of concepts) {
    const found = concept.code === code ? concept : find(concept.concept ?? [], code)
    if (found) return found
  }
  return undefined
}
