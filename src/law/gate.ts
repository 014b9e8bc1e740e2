import type {
  Capability,
  Change,
  ChangeResult,
  HistoryPage,
  HistoryQuery,
  ResourceKey,
  SearchPage,
  StoredResource,
} from '../fhir/record-system.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import type { Access } from './access.ts'
import type { Operation, OperationAnswer } from './operation.ts'
import type { CountInterval } from './rules/feasibility-count.ts'

/**
 * The one way from a user to a record. Every method decides under the law, and its log entry is durable
 * before anything is returned; when the log can't be written, nothing is.
 *
 * @throws Problem `forbidden` with the paragraph when a rule says no and that reveals nothing;
 *   `not-found` when the record isn't there to be seen, which is all that one without the right is told
 */
export interface Gate {
  readonly region: string
  capability(): Capability
  /** The current version, or the named one. A deletion comes as `method: 'delete'`. */
  read(access: Access, key: ResourceKey, version?: string): Promise<StoredResource>
  search(access: Access, query: SearchQuery): Promise<SearchPage>
  history(access: Access, query: HistoryQuery): Promise<HistoryPage>
  /** All or none, in one transaction, logged in the same. */
  transact(access: Access, changes: readonly Change[]): Promise<readonly ChangeResult[]>
  /** What a user does about what they may see: chooses, states, lifts, opens, reveals, asks why. */
  operate(access: Access, operation: Operation): Promise<OperationAnswer>
  /** How many persons a search is about, as an interval: for counts before research (PDL 5:7). */
  countPersons(access: Access, query: SearchQuery): Promise<CountInterval>
}
