import { readFileSync } from 'node:fs'
import type { Queryable } from './db/database.ts'
import { Problem } from './fhir/problem.ts'
import type { RecordSystem } from './fhir/record-system.ts'
import type { Access } from './law/access.ts'
import type { NationalServices, Piece } from './law/national-services.ts'
import { providersOf } from './our-systems.ts'
import type { IndexedPlace } from './systems/federation/indexed-persons.ts'
import { rootOf } from './systems/rivta/mapping/code-systems.ts'
import { type CheckBlocks, createCheckBlocks } from './systems/rivta/national/check-blocks.ts'
import { createCheckConsent } from './systems/rivta/national/check-consent.ts'
import {
  createEngagementIndex,
  type EngagementIndex,
} from './systems/rivta/national/engagement-index.ts'
import { SERVICE_DOMAINS } from './systems/rivta/national/engagements-of-records.ts'
import type { NationalService } from './systems/rivta/national/national-service.ts'
import { tellIndex } from './systems/rivta/national/tell-index.ts'
import { createSoapClient, type TlsOptions } from './systems/rivta/soap/soap-client.ts'

/** Where a national service is asked, and whom the question is addressed to (HSA-id). */
export interface ServicePlace {
  readonly url: string
  readonly to: string
}

/** Who may ask our service contracts, by the HSA-id in the certificate. */
export interface CallerSetting {
  readonly name: string
  /** `patient`: in the patient's own place (1177). `shared-records`: for other care providers (NPÖ), which see to their own relation and consent. */
  readonly acts: 'patient' | 'shared-records'
  /** HSA-ids of care providers of ours whose people's accesses it may hand in (StoreLog). */
  readonly logs?: readonly string[]
}

/** A region's own store as others address it. */
export interface OurSystem {
  /** HSA-id of the system: its logical address. */
  readonly system: string
  /** HSA-id of the care provider whose records it is. */
  readonly provider: string
  /** Other care providers in the region whose records are given out at the same address, by agreement with each. */
  readonly providers?: readonly string[]
}

/** What is agreed with Inera and between regions about national services: a JSON file, `KARNA_NATIONAL`. */
export interface NationalSettings {
  /** Files with our key and certificate and whom we trust, PEM: mutual TLS, out and in. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly engagementIndex?: ServicePlace
  readonly blocks?: ServicePlace
  readonly consents?: ServicePlace
  /** Regions whose own store we answer service contracts for. */
  readonly ours?: Readonly<Record<string, OurSystem>>
  /** HSA-id that the engagement index notifies us at, beside those of our systems. */
  readonly subscriber?: string
  /** HSA-ids of other regions' systems, beside those in their own settings. */
  readonly systems?: Readonly<Record<string, readonly string[]>>
  /** Port on 127.0.0.1 of our service contracts; without it none are answered. */
  readonly port?: number
  readonly callers?: Readonly<Record<string, CallerSetting>>
}

/** The national services that are in use. */
export interface National {
  readonly settings: NationalSettings
  readonly tls: TlsOptions | undefined
  readonly index: EngagementIndex | undefined
  /** Where the index has something about whoever has the number. @throws Problem `transient` */
  find(number: string, regionOf: (system: string) => string | undefined): Promise<readonly Found[]>
  /** Tells the index what is new in a region's own store, if we answer for it. @throws Problem `transient` */
  tell(given: Told): Promise<void>
  /** Blocks and consents, as the law asks about them; `undefined` where neither service is in use. */
  servicesFor(
    numberOf: (patient: string) => Promise<string | undefined>,
  ): NationalServices | undefined
  close(): void
}

/** A place, with the organisation number of the data controller: `SE2321000255`. */
export interface Found extends Pick<IndexedPlace, 'region'> {
  readonly controller: string
}

interface Told {
  readonly db: Queryable
  readonly region: string
  readonly store: RecordSystem
  numberOf(patient: string): Promise<string | undefined>
}

/** Milliseconds for one question: somebody is waiting for what comes after it. */
const DEADLINE = 2_000
const CONNECTIONS = 8

/** @throws Problem `invalid` for a file that isn't there or isn't JSON */
export function readNationalSettings(file: string): NationalSettings {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as NationalSettings
  } catch (cause) {
    throw new Problem('invalid', 'KARNA_NATIONAL is not a JSON file that can be read', { cause })
  }
}

/** The national services of a settings file; `undefined` where there is none. @throws Problem `invalid` */
export function openNational(file: string | undefined): National | undefined {
  return file === undefined ? undefined : createNational(readNationalSettings(file))
}

export function createNational(settings: NationalSettings): National {
  const tls = settings.tls && {
    cert: readFileSync(settings.tls.cert),
    key: readFileSync(settings.tls.key),
    ca: readFileSync(settings.tls.ca),
  }
  const client = createSoapClient({ maxConnections: CONNECTIONS, ...(tls && { tls }) })
  const at = ({ url, to }: ServicePlace): NationalService => ({
    client,
    url,
    logicalAddress: to,
    deadline: DEADLINE,
  })
  const { engagementIndex, blocks, consents, ours = {} } = settings
  const index = engagementIndex && createEngagementIndex(at(engagementIndex))
  const check = blocks && createCheckBlocks(at(blocks))
  const consent = consents && createCheckConsent(at(consents))
  return {
    settings,
    tls,
    index,
    async find(number, regionOf) {
      const questions = SERVICE_DOMAINS.map((serviceDomain) => ({ patient: number, serviceDomain }))
      const found = await Promise.all(questions.map((each) => index?.findContent(each) ?? []))
      return found.flat().flatMap(({ logicalAddress, sourceSystem, dataController }) => {
        const region = regionOf(logicalAddress) ?? regionOf(sourceSystem)
        return region === undefined ? [] : [{ region, controller: dataController }]
      })
    },
    async tell({ db, region, store, numberOf }) {
      const own = ours[region]
      if (!index || !own) return
      const answered = providersOf(own)
      await tellIndex({
        ...{ db, index, region, store, numberOf },
        system: own.system,
        // Whose records we don't give out at the address, we don't send others to it for.
        organizationNumber: (id) => (answered.includes(id) ? organizationNumber(id) : undefined),
      })
    },
    servicesFor(numberOf) {
      if (!check && !consent) return undefined
      return {
        areBlocked: (access, pieces) => areBlocked(check, access, pieces, numberOf),
        async consentFor(access, patient) {
          const number = await numberOf(patient)
          if (!consent || number === undefined) return 'none'
          return consent({ actor: actorOf(access), patient: numbered(number) })
        },
      }
    },
    close: () => client.close(),
  }
}

/** The organisation number in an HSA-id. Source: Inera, HSA-innehåll: `SE` and the number, a hyphen, the rest. */
export function organizationNumber(hsaId: string): string | undefined {
  return /^SE(\d{10})-/.exec(hsaId)?.[1]
}

const actorOf = ({ user, provider, unit }: Access) => ({ employee: user, provider, unit })
const numbered = (extension: string) => ({ root: rootOf(extension), extension })

/** One question a patient. Who has no number isn't known to the service, and has no block there. */
async function areBlocked(
  check: CheckBlocks | undefined,
  access: Access,
  pieces: readonly Piece[],
  numberOf: (patient: string) => Promise<string | undefined>,
): Promise<readonly boolean[]> {
  if (!check) return pieces.map(() => false)
  const answers = new Map<Piece, boolean>()
  const byPatient = Map.groupBy(pieces, ({ patient }) => patient ?? '')
  await Promise.all(
    [...byPatient].map(async ([patient, own]) => {
      const number = await numberOf(patient)
      if (number === undefined) return
      const entities = own.map(toEntity)
      const actor = actorOf(access)
      const blocked = await check({ actor, patient: numbered(number), entities })
      for (const [at, piece] of own.entries()) answers.set(piece, blocked[at] ?? true)
    }),
  )
  return pieces.map((piece) => answers.get(piece) ?? false)
}

const TYPES = { drugs: 'lak', alerts: 'upp' } as const
/** What has no time is asked about as of all times. */
const [ALWAYS, FOREVER] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z']

function toEntity({ unit, provider, from, to, kind }: Piece) {
  return {
    start: timeOf(from) ?? ALWAYS,
    end: timeOf(to === undefined ? undefined : to - 1) ?? FOREVER,
    unit,
    provider,
    ...(kind && { type: TYPES[kind] }),
  }
}

function timeOf(at: number | undefined): string | undefined {
  return at === undefined || !Number.isFinite(at) ? undefined : new Date(at).toISOString()
}
