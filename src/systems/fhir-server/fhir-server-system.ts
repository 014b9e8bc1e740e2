import type { Queryable } from '../../db/database.ts'
import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  Change,
  HistoryPage,
  HistoryQuery,
  RecordSystem,
  ResourceKey,
  Support,
  TypeCapability,
} from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { seal } from '../../fhir/seal.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { ValidResource } from '../../fhir/validation/valid-resource.ts'
import { createAskServer } from './ask-server.ts'
import { createHttpClient } from './http-client.ts'
import { createIdIndex } from './id-index.ts'
import { pingServer } from './ping-server.ts'
import type { ProductRules, TypeRules } from './product-rules.ts'
import type { FhirServerProfile } from './profile.ts'
import { createRecordSource, type RecordSource } from './record-source.ts'
import { searchRecords } from './search-records.ts'
import { createTokenSource } from './token-source.ts'
import { findSame, objectionTo, writeChange } from './write-change.ts'

/** A record system that can tell what it would take, and that ends. */
export interface FhirServerSystem extends RecordSystem {
  /** See `LegacySystem`. */
  findSame(resource: ValidResource, since: number): Promise<readonly ResourceKey[]>
  /** See `LegacySystem`. */
  patientOf(number: string): Promise<string | undefined>
  /** Why a change isn't taken natively; `undefined`: it is. Asks nobody. */
  objection(change: Change): string | undefined
  /** See `LegacySystem`. */
  ping(): Promise<string | undefined>
  close(): void
}

/** What a connector needs from the world. */
export interface FhirServerParts {
  readonly profile: FhirServerProfile
  readonly db: Queryable
  readonly now: () => number
}

/**
 * A region's Millennium, Cosmic or other FHIR server as a {@link RecordSystem}. What it can't search is fetched and matched
 * here, and whatever it sends is held to the sight, since it filters nothing for a system's scope.
 */
export function createFhirServerSystem({ profile, db, now }: FhirServerParts): FhirServerSystem {
  const client = createHttpClient(profile.tls)
  const tokens = createTokenSource(profile.token, client, now)
  const server = createAskServer(profile, client, tokens, now)
  const ids = createIdIndex(db, profile.name)
  const source = createRecordSource({ profile, server, ids, now })
  const capability = capabilityOf(profile.product)
  return {
    name: profile.name,
    logsWrites: false,
    capability: () => capability,
    async locate(key, version) {
      const found = await source.byKey(key)
      const isWanted = version === undefined || found?.stored.version === version
      return found && isWanted ? seal(found.stored) : undefined
    },
    search: (query, sight) => searchRecords({ profile, source }, query, sight),
    history: (query, sight) => history(source, query, sight),
    patientOf: (number) => patientOf(source, number),
    objection: (change) => objectionTo(profile.product, change),
    findSame: (resource, since) => findSame({ profile, server, source }, resource, since),
    async transact(changes, author) {
      const [change, second] = changes
      if (!change) return []
      if (second) {
        throw new Problem(
          'not-supported',
          `${profile.source} takes one change at a time, not several as one`,
        )
      }
      return [await writeChange({ profile, server, source }, change, author)]
    },
    async changes() {
      throw new Problem('not-supported', `${profile.source} cannot tell what has changed`)
    },
    ping: () => pingServer(server),
    close: () => client.close(),
  }
}

function capabilityOf({ types, persons }: ProductRules): Capability {
  const entries = [...types].map(([type, rules]) => {
    const interactions: TypeCapability['interactions'] = new Set([
      'read',
      'vread',
      'search-type',
      'history-instance',
      ...(rules.write?.create ? (['create'] as const) : []),
      ...(rules.write?.update ? (['update', 'patch'] as const) : []),
    ])
    const codes = [...searchParametersOf(type).keys()]
    const searchParams = new Map(codes.map((code) => [code, supportOf(type, code, rules, persons)]))
    return [type, { interactions, searchParams }] as const
  })
  return { types: new Map(entries), system: new Set(['batch']) }
}

/** `native`: the source itself answers by it; `emulated`: fetched and matched here. */
function supportOf(
  type: ResourceType,
  code: string,
  { owner, byId, narrows }: TypeRules,
  persons: ProductRules['persons'],
): Support {
  const isNative =
    (owner !== undefined && (code === 'patient' || code === 'subject')) ||
    (code === '_id' && byId !== 'patient') ||
    narrows.has(code) ||
    (type === 'Patient' && persons.by.includes(code)) ||
    (owner === undefined && (code === 'identifier' || code === 'name'))
  return isNative ? 'native' : 'emulated'
}

/** The source tells of one version: the one that holds. */
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

/** Whom the source has with the number; it may find others by it. */
async function patientOf(source: RecordSource, number: string): Promise<string | undefined> {
  const { resources, issues } = await source.asked(
    'Patient',
    new URLSearchParams([['identifier', number]]),
  )
  const found = resources.find(({ indexed }) =>
    indexed.entries.tokens.some(({ param, code }) => param === 'identifier' && code === number),
  )
  if (!found && issues.length > 0) {
    throw new Problem('transient', 'It cannot be told whether the source has the patient')
  }
  return found?.stored.key.id
}
