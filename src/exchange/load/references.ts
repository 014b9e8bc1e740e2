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
  /** @param flush writes what is waiting, so that it can be found; called only when something is missing */
  resolve(bytes: Buffer, flush: () => Promise<void>): Promise<FoundReferences>
}

const NONE: FoundReferences = { found: new Map(), missing: [], complete: true }

/** Finds what conditional references point at, and remembers it for the whole load. */
export function referencesTo(target: LoadTarget): ReferenceFinder {
  const known = new Map<string, string>()

  async function find(condition: string): Promise<string | undefined> {
    const [only, second] = await target.find(condition)
    if (only && !second) known.set(condition, only)
    return second ? undefined : only
  }

  return {
    async resolve(bytes, flush) {
      const conditions = conditionsIn(bytes)
      if (conditions.length === 0) return NONE
      const unknown = conditions.filter((condition) => !known.has(condition))
      let missing = await missingOf(unknown, find)
      if (missing.length > 0) {
        await flush()
        missing = await missingOf(missing, find)
      }
      const found = new Map(
        conditions.flatMap((condition) => {
          const target = known.get(condition)
          return target ? [[condition, target] as const] : []
        }),
      )
      return { found, missing, complete: missing.length === 0 }
    },
  }
}

async function missingOf(
  conditions: readonly string[],
  find: (condition: string) => Promise<string | undefined>,
): Promise<string[]> {
  const missing: string[] = []
  for (const condition of conditions) {
    if (!(await find(condition))) missing.push(condition)
  }
  return missing
}

/** `"reference": "Practitioner?identifier=…"` in a resource. https://hl7.org/fhir/R4/http.html#trules */
function conditionsIn(bytes: Buffer): string[] {
  if (!bytes.includes('?')) return []
  const found = String(bytes).matchAll(/"reference"\s*:\s*"([A-Z]\w+\?(?:[^"\\]|\\.)+)"/g)
  return [...new Set([...found].map(([, text = '']) => JSON.parse(`"${text}"`) as string))]
}
