import type { ResourceType } from '../resource-type.ts'

/** What a search is read with. */
export interface SearchOptions {
  /** What the system answers (`Capability.types`). A type or parameter that isn't here is refused. */
  readonly types: ReadonlyMap<ResourceType, { readonly searchParams: ReadonlyMap<string, unknown> }>
  /** The server's own address, no slash at the end: references under it are its own. */
  readonly base: string | undefined
  /** The time that `ap` reckons from, in ms since 1970. */
  readonly now: number
  /** Whether parameters that aren't known are left out, and named in the query, instead of refused. */
  readonly lenient?: boolean
}
