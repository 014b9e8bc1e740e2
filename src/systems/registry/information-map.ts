import { existsSync, readFileSync } from 'node:fs'
import type { ResourceType } from '../../fhir/resource-type.ts'
import type { Lack } from '../composed/legacy-system.ts'
import type { RegionKind } from './registry.ts'

/** One kind of information, and where a region has it from. */
export interface InformationEntry {
  readonly type: ResourceType
  /** In Swedish, for the screen. */
  readonly name: string
  /** Where the region's own system has it; `undefined` if it doesn't. */
  readonly from?: string
  /**
   * `native`: as FHIR; `mapped`: made of something else; `own`: in our store alone; `missing`: what the region's own
   * system has of it isn't seen, and `means` says what that means for care.
   */
  readonly answer: 'native' | 'mapped' | 'own' | 'missing'
  readonly means?: string
  /** Elements that aren't told, by the connector's own statement. */
  readonly lacks?: readonly Lack[]
}

const FOLDER = new URL('../../../information-map/', import.meta.url)

/**
 * Which information comes from where in a region, what is missing and what that means.
 *
 * @param routes types that have moved to our own store
 * @param lacks what the region's connector says that its source doesn't tell
 */
export function informationMap(
  kind: RegionKind,
  routes: ReadonlyMap<ResourceType, 'legacy' | 'own'>,
  lacks: readonly Lack[] = [],
): readonly InformationEntry[] {
  return entriesOf(kind).map((entry) => {
    if (routes.get(entry.type) === 'own') {
      return { type: entry.type, name: entry.name, from: 'Kärna', answer: 'own' as const }
    }
    const untold = lacks.filter(({ element }) => element.startsWith(`${entry.type}.`))
    return untold.length === 0 ? entry : { ...entry, lacks: untold }
  })
}

function entriesOf(kind: RegionKind): readonly InformationEntry[] {
  const file = new URL(`${kind}.json`, FOLDER)
  if (kind !== 'own' && kind !== 'karna' && existsSync(file)) {
    const map = JSON.parse(readFileSync(file, 'utf8')) as { information: InformationEntry[] }
    return map.information
  }
  const map = JSON.parse(readFileSync(new URL('cosmic.json', FOLDER), 'utf8')) as {
    information: InformationEntry[]
  }
  return map.information.map(({ type, name }) => ({ type, name, from: 'Kärna', answer: 'own' }))
}
