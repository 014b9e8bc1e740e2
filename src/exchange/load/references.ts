import { eachOf } from './each-of.ts'
import type { LoadTarget } from './load.ts'

/** What the conditional references of one resource lead to. */
export interface FoundReferences {
  /** `Practitioner?identifier=…` → `Practitioner/7`. */
  readonly found: ReadonlyMap<string, string>
  /** Conditions that match nothing, or more than one resource. */
  readonly missing: readonly string[]
  readonly complete: boolean
}

export interface ReferenceFinder {
  /**
   * Looks up every condition in some resources, many at once.
   *
   * @param flush writes what is waiting, so that it can be found; called once, and only if something is missing
   */
  lookUp(resources: readonly Buffer[], flush: () => Promise<void>): Promise<void>
  /** What is known of the conditions in one resource, which was among those looked up. */
  resolve(bytes: Buffer): FoundReferences
}

const NONE: FoundReferences = { found: new Map(), missing: [], complete: true }

/** Finds what conditional references point at, and remembers it for the whole load. */
export function referencesTo(target: LoadTarget): ReferenceFinder {
  const known = new Map<string, string>()
  const unknownOf = (conditions: Iterable<string>) =>
    [...conditions].filter((condition) => !known.has(condition))

  async function find(condition: string): Promise<void> {
    const [only, second] = await target.find(condition)
    if (only && !second) known.set(condition, only)
  }

  return {
    async lookUp(resources, flush) {
      const conditions = new Set(resources.flatMap(conditionsIn))
      await eachOf(unknownOf(conditions), find)
      const missing = unknownOf(conditions)
      if (missing.length === 0) return
      await flush()
      await eachOf(missing, find)
    },
    resolve(bytes) {
      const conditions = conditionsIn(bytes)
      if (conditions.length === 0) return NONE
      const found = new Map<string, string>()
      for (const condition of conditions) {
        const target = known.get(condition)
        if (target !== undefined) found.set(condition, target)
      }
      const missing = unknownOf(conditions)
      return { found, missing, complete: missing.length === 0 }
    },
  }
}

/** `"reference": "Practitioner?identifier=…"` in a resource. https://hl7.org/fhir/R4/http.html#trules */
function conditionsIn(bytes: Buffer): string[] {
  if (!bytes.includes('?')) return []
  const found = String(bytes).matchAll(/"reference"\s*:\s*"([A-Z]\w+\?(?:[^"\\]|\\.)+)"/g)
  return [...new Set([...found].map(([, text = '']) => JSON.parse(`"${text}"`) as string))]
}
