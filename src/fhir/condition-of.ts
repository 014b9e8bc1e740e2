import type { Change } from './record-system.ts'
import type { SearchQuery } from './search/query.ts'

/** The search under which a change is made, or by which it finds what it changes; `undefined` where it names an id. */
export function conditionOf(change: Change): SearchQuery | undefined {
  if (change.kind === 'create') return change.ifNoneExist
  if (change.kind === 'conditional-update') return change.condition
  if (change.kind === 'update' || typeof change.target === 'string') return undefined
  return change.target
}
