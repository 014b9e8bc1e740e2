import type { Queryable } from '../../db/database.ts'
import type { Dictionary } from '../dictionary.ts'

/** What a search works on. */
export interface SearchParts {
  readonly db: Queryable
  readonly tenant: number
  readonly dictionary: Dictionary
}
