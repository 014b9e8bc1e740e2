import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  HistoryPage,
  HistoryQuery,
  RecordSystem,
  TypeCapability,
} from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { seal } from '../../fhir/seal.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { Lack } from '../composed/legacy-system.ts'
import { searchParametersFor } from './capability.ts'
import { lacksOf, lostIn } from './contracts/contracts.ts'
import { createDirectory } from './directory.ts'
import { createFetchPerson } from './fetch-person.ts'
import { contractsOf, createFetchRecords } from './fetch-records.ts'
import { rootOf } from './mapping/code-systems.ts'
import type { FindPerson } from './national/person-register.ts'
import { pingSources } from './ping-sources.ts'
import type { RivtaProfile } from './profile.ts'
import { createRecordSource, type RecordSource } from './record-source.ts'
import { createSealedIds } from './sealed-id.ts'
import { searchRecords } from './search-records.ts'
import { createSoapClient, type TlsOptions } from './soap/soap-client.ts'

/** What a RIV-TA system needs from the world. */
export interface RivtaParts {
  readonly profile: RivtaProfile
  /** What ids are sealed with, 32 bytes or more; kept as long as ids shall hold. */
  readonly secret: Buffer
  readonly now: () => number
  readonly tls?: TlsOptions
  /** HSA-id of our own system, for the sources' logs. */
  readonly consumer?: string
  /** A population register for names and protected identities: `createFindPerson` of national/person-register.ts. */
  readonly findPerson?: FindPerson
}

/** A record system, and what ends it. */
export interface RivtaSystem extends RecordSystem {
  /** What its contracts can't carry. */
  readonly lacks: readonly Lack[]
  /** Ids are made of the number, so nobody is asked. */
  patientOf(number: string): Promise<string | undefined>
  /** See `LegacySystem`. */
  ping(): Promise<string | undefined>
  close(): void
}

/** Connections to one source at a time. */
const CONNECTIONS = 16

/**
 * A region's record systems behind the national service contracts, as one {@link RecordSystem}: Melior, Melior+,
 * TakeCare and whatever else answers them. It can only be read, and only about patients who are named.
 */
export function createRivtaSystem(parts: RivtaParts): RivtaSystem {
  const { profile, secret, now, tls, consumer, findPerson } = parts
  const directory = createDirectory(profile)
  const ids = createSealedIds({
    secret,
    system: profile.name,
    reserveNumbers: profile.reserveNumbers,
  })
  const client = createSoapClient({
    maxConnections: CONNECTIONS,
    ...(tls && { tls }),
    ...(consumer !== undefined && { consumer }),
  })
  const contracts = contractsOf(profile.sources)
  const source = createRecordSource({
    ids,
    directory,
    contracts,
    fetchRecords: createFetchRecords({ profile, client, directory, now }, ids),
    fetchPerson: createFetchPerson({ profile, ids, now, findPerson }),
  })
  const types = [...contracts.values()].flat().flatMap((contract) => contract.types)
  const capability = capabilityOf(new Set<ResourceType>(['Patient', 'Organization', ...types]))
  return {
    name: profile.name,
    capability: () => capability,
    async locate(key, version) {
      if (!capability.types.has(key.type)) return undefined
      const found = await source.byKey(key)
      const isWanted = version === undefined || found?.stored.version === version
      return found && isWanted ? seal(found.stored) : undefined
    },
    async search(query, sight) {
      return searchRecords(source, ids, query, sight)
    },
    history: (query, sight) => history(source, query, sight),
    logsWrites: false,
    async transact() {
      throw new Problem('not-supported', `${profile.name} can be read but not written to`)
    },
    async changes() {
      throw new Problem('not-supported', `${profile.name} cannot tell what has changed`)
    },
    patientOf: async (extension) => ids.ofPatient({ root: rootOf(extension), extension }),
    lacks: [...lacksOf([...contracts.values()].flat()), ...lostIn(profile.sources)],
    ping: () => pingSources(profile, client),
    close: () => client.close(),
  }
}

function capabilityOf(types: ReadonlySet<ResourceType>): Capability {
  const interactions: TypeCapability['interactions'] = new Set([
    'read',
    'vread',
    'search-type',
    'history-instance',
  ])
  return {
    types: new Map(
      [...types].map((type) => [type, { interactions, searchParams: searchParametersFor(type) }]),
    ),
    system: new Set(['batch']),
  }
}

/** The source keeps one version that can be asked for: the one that holds. */
async function history(
  source: RecordSource,
  { type, id, since, cursor }: HistoryQuery,
  sight: Sight,
): Promise<HistoryPage> {
  if (type === undefined || id === undefined) {
    throw new Problem('not-supported', 'The source only tells the history of one resource')
  }
  const found = cursor === undefined ? await source.byKey({ type, id }) : undefined
  const isSeen = found && covers(sight, found.stored.origin, () => found.indexed)
  const isAfter = !since || !found || Date.parse(found.stored.lastUpdated) >= Date.parse(since)
  const versions = isSeen && isAfter ? [found.stored] : []
  return { versions, next: undefined, total: versions.length }
}
