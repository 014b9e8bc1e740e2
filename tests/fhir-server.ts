import type { FhirResource } from 'fhir/r4'
import { profileOf } from '../simulators/fhir-server/connect.ts'
import { type FhirSimulator, startFhirSimulator } from '../simulators/fhir-server/fhir-simulator.ts'
import type { FhirProduct } from '../simulators/fhir-server/product.ts'
import { createDatabase } from '../src/db/database.ts'
import type { RecordSystem, SearchPage } from '../src/fhir/record-system.ts'
import type { ResourceType } from '../src/fhir/resource-type.ts'
import { parseSearch } from '../src/fhir/search/parse.ts'
import { EVERYTHING, mintSight, type Sight } from '../src/fhir/sight.ts'
import {
  createFhirServerSystem,
  type FhirServerSystem,
} from '../src/systems/fhir-server/fhir-server-system.ts'
import type { FhirServerProfile } from '../src/systems/fhir-server/profile.ts'
import { populate } from '../tools/population/populate.ts'
import { freshDatabaseUrl } from './database.ts'
import { atEndOfFile } from './endings.ts'

/** A simulated product with a connector to it. */
export interface FhirServerUnderTest {
  readonly simulator: FhirSimulator
  readonly system: FhirServerSystem
  readonly profile: FhirServerProfile
}

/** Sees everything. */
export const everything = mintSight(EVERYTHING)

/** One demo region's invented records, the same each time. */
export function recordsOf(region: string, patients = 60): FhirResource[] {
  const options = { seed: 'karna', patients, until: '2026-11-24T13:05:00+01:00' }
  return [...populate(options)].flatMap((part) => (part.region === region ? part.resources : []))
}

/** Starts a product filled with records, and a connector to it; both end after the tests of the file. */
export async function startFhirServer(
  product: FhirProduct,
  region: string,
  resources: readonly FhirResource[],
  more: Partial<FhirServerProfile> = {},
): Promise<FhirServerUnderTest> {
  const simulator = await startFhirSimulator(product, resources)
  const profile = profileOf(simulator, region, resources, more)
  const db = createDatabase(await freshDatabaseUrl())
  const system = createFhirServerSystem({ profile, db, now: Date.now })
  for (const close of [simulator.close, db.end, system.close]) atEndOfFile(close)
  return { simulator, system, profile }
}

/** Searches a record system as the API would. */
export function searchIn(
  system: RecordSystem,
  type: ResourceType,
  text: string,
  sight: Sight = everything,
): Promise<SearchPage> {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  return system.search(query, sight)
}

/** The ids of a page's resources. */
export const idsOf = ({ hits }: SearchPage) => hits.map(({ resource }) => resource.key.id)
