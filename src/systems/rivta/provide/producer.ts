import type { XmlContent } from '../soap/write-xml.ts'
import type { Produced, Production } from './production.ts'

/** How one version of a contract is answered. */
export interface Producer {
  /** `clinicalprocess:healthcond:description`. */
  readonly domain: string
  /** The types' version, where it isn't the contract's. */
  readonly coreMajor?: number
  readonly item: string
  /** How the result is written: in the operation's namespace, in a later one, as text alone, or not at all. */
  readonly result: 'own' | 'later' | 'text' | 'none'
  /** The version that a later namespace, prefix `later`, ends with. */
  readonly later?: string
  items(production: Production): readonly Produced<XmlContent>[]
}
