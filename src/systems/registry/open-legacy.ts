import type { Queryable } from '../../db/database.ts'
import { Problem } from '../../fhir/problem.ts'
import type { LegacySystem } from '../composed/legacy-system.ts'
import { createFhirServerSystem } from '../fhir-server/fhir-server-system.ts'
import { COSMIC } from '../fhir-server/products/cosmic.ts'
import { MILLENNIUM } from '../fhir-server/products/millennium.ts'
import type { FhirServerProfile } from '../fhir-server/profile.ts'
import type { Question } from '../rivta/contracts/contract.ts'
import { contractOf } from '../rivta/contracts/contracts.ts'
import type { RivtaProfile, RivtaSource } from '../rivta/profile.ts'
import { createRivtaSystem } from '../rivta/rivta-system.ts'
import type { RegionRecord, Registry } from './registry.ts'

/** What a region's own system is opened with. */
export interface OpenParts {
  readonly registry: Registry
  readonly db: Queryable
  readonly now: () => number
}

interface Unit {
  readonly hsaId: string
  readonly name: string
  readonly provider: string
}

/**
 * How a region's system is reached by mutual TLS, in the settings of every kind: our certificate and its key are the secrets
 * `certificate` and `key` (PEM).
 */
export interface TlsSettings {
  /** The issuers that are trusted instead of the machine's, PEM. */
  readonly ca?: string
  /** Our HSA-id, for the sources' logs. */
  readonly consumer?: string
}

/** The settings of `cosmic` and `millennium`. The client's secret is the region's secret `client`. */
export interface FhirServerSettings {
  /** Base of the FHIR API, and the token endpoint. */
  readonly url: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly scope: string
  /** The provider that keeps the population's data, and all units with theirs. */
  readonly provider: string
  readonly units: readonly Unit[]
}

/** The settings of `rivta`; contracts are written `GetDiagnosis:2`. Ids are sealed with the region's secret `ids`. */
export interface RivtaSettings {
  readonly sources: readonly {
    readonly name: string
    readonly logicalAddress: string
    readonly url: string
    readonly contracts: readonly string[]
    readonly keptIn?: 'windows-1252'
  }[]
  readonly provider: string
  readonly units: readonly Unit[]
  readonly providers: readonly { readonly hsaId: string; readonly name: string }[]
}

/** Under the federation's own limit, so that what came in time is shown. */
const DEADLINE = 2_800
const MOST_BYTES = 20_000_000
const FRESHNESS = 1_000

/**
 * Opens the system that a region runs; `undefined` for one that runs our own store alone.
 * @throws Problem `required` when its settings don't say enough
 */
export async function openLegacy(
  parts: OpenParts,
  record: RegionRecord,
): Promise<LegacySystem | undefined> {
  const { registry, db, now } = parts
  const { id, kind, settings } = record
  if (kind === 'own' || kind === 'karna') return undefined
  const tls = await tlsOf(registry, record)
  if (kind === 'rivta') {
    const profile = rivtaProfile(record, settings as unknown as RivtaSettings)
    const secret = await registry.ownSecret(id, 'ids')
    const { consumer } = settings as TlsSettings
    return createRivtaSystem({ profile, secret, now, tls, ...(consumer && { consumer }) })
  }
  const secret = await registry.secret(id, 'client')
  const profile = fhirProfile(record, settings as unknown as FhirServerSettings, secret)
  return createFhirServerSystem({ profile: { ...profile, tls }, db, now })
}

async function tlsOf(registry: Registry, { id, settings }: RegionRecord) {
  const { ca } = settings as TlsSettings
  const [cert, key] = [await registry.secret(id, 'certificate'), await registry.secret(id, 'key')]
  if ((cert === undefined) !== (key === undefined)) {
    throw new Problem('required', `Region ${id} has one of certificate and key, and needs both`)
  }
  return {
    ...(cert && { cert: String(cert) }),
    ...(key && { key: String(key) }),
    ...(ca !== undefined && { ca }),
  }
}

const PRODUCTS = {
  cosmic: { rules: COSMIC, source: 'Cosmic' },
  millennium: { rules: MILLENNIUM, source: 'Millennium' },
} as const

/** What people call the system that a region runs. */
export function sourceName({ kind, settings }: RegionRecord): string {
  if (kind === 'cosmic' || kind === 'millennium') return PRODUCTS[kind].source
  if (kind === 'own' || kind === 'karna') return 'Kärna'
  return (settings as unknown as RivtaSettings).sources?.[0]?.name ?? 'RIV-TA'
}

function fhirProfile(
  { id, kind }: RegionRecord,
  settings: FhirServerSettings,
  secret: Buffer | undefined,
): FhirServerProfile {
  const { url, tokenUrl, clientId, scope, provider, units } = settings
  if ((kind !== 'cosmic' && kind !== 'millennium') || !url || !tokenUrl || !secret || !units) {
    throw new Problem('required', `Region ${id} lacks url, tokenUrl, units or its client secret`)
  }
  return {
    name: id,
    source: PRODUCTS[kind].source,
    product: PRODUCTS[kind].rules,
    url,
    token: { url: tokenUrl, clientId, clientSecret: String(secret), scope },
    provider,
    units,
    deadline: DEADLINE,
    maxBytes: MOST_BYTES,
    freshness: FRESHNESS,
  }
}

function rivtaProfile({ id }: RegionRecord, settings: RivtaSettings): RivtaProfile {
  const { sources, provider, units, providers } = settings
  if (!sources || !units || !providers) {
    throw new Problem('required', `Region ${id} lacks sources, units or providers`)
  }
  return {
    name: id,
    sources: sources.map(toSource),
    provider,
    units,
    providers,
    reserveNumbers: [],
    deadline: DEADLINE,
    maxBytes: MOST_BYTES,
    freshness: FRESHNESS,
  }
}

function toSource(source: RivtaSettings['sources'][number]): RivtaSource {
  const contracts = source.contracts.map((written) => {
    const [question = '', major] = written.split(':')
    const contract = contractOf(question as Question, Number(major))
    if (contract) return contract
    throw new Problem('required', `The source ${source.name} has a contract that is not understood`)
  })
  return { ...source, contracts }
}
