import type { SearchPage } from '../../fhir/record-system.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'

/** What a source last answered in full, for when it doesn't. */
export interface LastKnown {
  keep(query: SearchQuery, sight: Sight, page: SearchPage, inNameOf?: string): void
  /** The same question under the very same sight, so that nobody sees what they wouldn't have been given. */
  find(
    query: SearchQuery,
    sight: Sight,
    inNameOf?: string,
  ): { readonly page: SearchPage; readonly at: number } | undefined
  forget(): void
}

const MOST = 500
/** Older than this it isn't shown: what has happened since may be what matters. */
const OLDEST = 4 * 3_600_000

export function createLastKnown(now: () => number): LastKnown {
  const pages = new Map<string, { readonly page: SearchPage; readonly at: number }>()
  return {
    keep(query, sight, page, inNameOf) {
      const key = keyOf(query, sight, inNameOf)
      pages.delete(key)
      pages.set(key, { page, at: now() })
      const [oldest] = pages.keys()
      if (pages.size > MOST && oldest !== undefined) pages.delete(oldest)
    },
    find(query, sight, inNameOf) {
      const found = pages.get(keyOf(query, sight, inNameOf))
      return found && now() - found.at < OLDEST ? found : undefined
    },
    forget: () => pages.clear(),
  }
}

function keyOf(query: SearchQuery, sight: Sight, inNameOf: string | undefined): string {
  const { type, clauses, sort, count, includes, cursor } = query
  const conditions = [...sight.conditions]
  return JSON.stringify(
    [type, clauses, sort, count, includes, cursor, { ...sight, conditions }, inNameOf],
    asText,
  )
}

/** JSON has no infinity. */
const asText = (_name: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
