import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import ownPackage from '../package.json' with { type: 'json' }
import { createApi } from './api/api.ts'
import { serverPages } from './api/oauth-pages.ts'
import type { Config, LoginSetting } from './config.ts'
import { createDatabase, type Database } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { createNotices } from './db/notices.ts'
import { type OpenPostgres, openPostgres } from './db/open-postgres.ts'
import type { LoadTarget } from './exchange/load/load.ts'
import { Problem } from './fhir/problem.ts'
import type { HistoryPage, RecordSystem, ResourceKey } from './fhir/record-system.ts'
import { isResourceType } from './fhir/resource-type.ts'
import { parseSearch } from './fhir/search/parse.ts'
import type { ValidResource } from './fhir/validation/valid-resource.ts'
import { createDemoState, type DemoState } from './identity/demo-state.ts'
import type { Directory } from './identity/directory.ts'
import { createIdentity, type Identity } from './identity/identity.ts'
import { createReadMarks } from './identity/read-marks.ts'
import { createSmart, type Smart } from './identity/smart.ts'
import type { DirectoryChanges, Stored } from './identity/stored-directory/stored-directory.ts'
import type { Access } from './law/access.ts'
import { type AccessLog, createAccessLog } from './law/access-log.ts'
import { createAlerts } from './law/alerts/alerts.ts'
import { createLookUps } from './law/alerts/look-ups.ts'
import { withAuditEvents } from './law/audit-event/audit-gate.ts'
import type { Gate } from './law/gate.ts'
import type { GateParts } from './law/judge.ts'
import { createChains } from './law/log-chain.ts'
import { createReceivedLog, type ReceivedLog } from './law/received-log.ts'
import { type Removal, removeRecords } from './law/remove-records.ts'
import { alongsideWrites } from './law/write-log.ts'
import { defectOf, type Events } from './log.ts'
import { createLogParts, type LogParts } from './log-parts.ts'
import { type National, openNational } from './national.ts'
import { finder, openDirectory } from './open-directory.ts'
import { operatorAccess } from './operator-access.ts'
import { createPeerDesk } from './peer-desk.ts'
import { peerKey } from './peers.ts'
import { createRegionOperations, type RegionOperations, regionDesk } from './region-operations.ts'
import { createRegions, type Regions } from './regions.ts'
import { createEraser } from './store/eraser.ts'
import { maintain } from './store/maintain.ts'
import type { MergedPatients } from './systems/composed/merged-patients.ts'
import type { FeedTarget, OtherSystem } from './systems/hl7v2/feed.ts'

/** All the parts, put together. */
export interface Karna {
  readonly api: FastifyInstance
  readonly identity: Identity
  /** Logging in, and apps. */
  readonly smart: Smart
  readonly regions: readonly string[]
  /** Who works where; its lists are those of the moment. */
  readonly directory: Directory
  /** Changes a production's directory. @throws Problem `forbidden` in the demo, which has its own */
  storeDirectory(region: string, changes: DirectoryChanges): Promise<Stored>
  /** The regions as they are now: opened, joined and left while it runs. */
  readonly live: Regions
  /** What is done to regions. */
  readonly operations: RegionOperations
  readonly demo: DemoState
  /** The national services in use. */
  readonly national: National | undefined
  /** Tells the operations log of a defect, by the id that its answer names it with. */
  onDefect(request: string, thrown: unknown): void
  /** Where `karna load` puts a region's records: through the gate, as the operator's import. */
  loadTarget(region: string): LoadTarget & FeedTarget
  /** Destroys records of a region's own store, when the law says that they may go. */
  removeRecords(region: string, removal: Removal): Promise<number>
  readonly log: AccessLog
  /** Where accesses in other systems are kept. */
  readonly receivedLog: ReceivedLog
  /** Hands what is new of a region's access log to a receiver. */
  handOverLog: LogParts['handOver']
  /** Tidies up after much was written. */
  maintain(): Promise<void>
  close(): Promise<void>
}

/** What a Kärna is opened with. */
export interface KarnaParts {
  readonly config: Config
  /** The demo's; a production's is in its database. */
  readonly directory: Directory | 'stored'
  readonly events: Events
  /** Whether an embedded PostgreSQL is ours alone and ends with us; a command ends one that nobody else uses. */
  readonly isServer: boolean
  /** Folder of the built workspace; without one only the API is served. */
  readonly workspace?: string
  /** Identity providers where the settings name none: the demo's own. */
  readonly logins?: { readonly staff?: LoginSetting; readonly patient?: LoginSetting }
}

/** Builds the parts, top to bottom. The only place that sees every room. What was started ends if the rest can't be. */
export async function openKarna(given: KarnaParts): Promise<Karna> {
  const { config, isServer } = given
  const postgres = await openDatabase(config, isServer)
  try {
    return await buildKarna(given, postgres.url, postgres.stop)
  } catch (thrown) {
    await postgres.stop().catch(() => {}) // what went wrong first is what is told
    throw thrown
  }
}

const now = () => Date.now()
/** What we say that we are. */
const version = `Kärna ${ownPackage.version}`

async function buildKarna(
  given: KarnaParts,
  url: string,
  stop: () => Promise<void>,
): Promise<Karna> {
  const { config, events, workspace } = given
  await migrate(url)
  const db = createDatabase(url)
  const stored = await openDirectory(given, db, () => regions.all())
  const { directory } = stored
  const chains = createChains(db, now, { version: ownPackage.version, process: hostname() })
  const log = createAccessLog(db.apart(), chains)
  const alongside = alongsideWrites(chains, now, providersIn(directory))
  const national = openNational(config.nationalFile)
  const watch = createWatch(given, db, log)
  const logParts = createLogParts({ db, ...watch, directory, now, dataFolder: config.dataFolder })
  const notices = createNotices(url, 'karna_law')
  const regions = await createRegions({
    db,
    notices,
    now,
    ...watch,
    alongside,
    originOf: originIn(directory),
    standard: given.directory === 'stored' ? [] : directory.regions,
    national,
    peerKey: peerKey(secretIn(config.dataFolder, 'peer-key')),
    around: withLog(logParts),
    version,
  })
  const operations = createRegionOperations(regions, directory, now)
  const identity = createIdentity({ db, demo: config.demo, directory, now })
  const origin = () => config.publicUrl ?? originOf(api, config.port)
  const smart = openSmart({ ...given, directory }, db, origin)
  const onDefect = (request: string, thrown: unknown) => events.emit(defectOf(request, thrown))
  const api: FastifyInstance = createApi({
    gateOf: regions.gateOf,
    regionDesk: regionDesk(regions, operations),
    peerDesk: createPeerDesk({ db, now, version, regions, ...watch }),
    smart: { ...smart, findPatient: patientFinder(regions, now) },
    ...(config.publicUrl && { publicUrl: config.publicUrl }),
    ...logParts,
    identity,
    readMarks: createReadMarks(db),
    workspace,
    linkSecret: secretIn(config.dataFolder, 'page-link-secret'),
    now,
    onDefect,
  })
  return {
    ...{ api, identity, smart, directory },
    storeDirectory: stored.store,
    regions: directory.regions.map(({ id }) => id),
    live: regions,
    ...{ operations, national, onDefect, log },
    demo: createDemoState(db),
    loadTarget: (region) => targetOf(regions, region, now),
    removeRecords: recordRemover(db, watch, regions),
    receivedLog: createReceivedLog({ db, log, chains, systemOf: (id) => regions.open(id)?.system }),
    handOverLog: logParts.handOver,
    maintain: () => maintain(db),
    close: () =>
      inOrder([
        ...[() => api.close(), regions.close, stored.close, () => national?.close()],
        ...[notices.close, () => db.end(), stop],
      ]),
  }
}

async function inOrder(steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps) await step()
}

/** What is written of what users do, and who is told of it at once. */
type Watch = Pick<GateParts, 'log' | 'lookUps' | 'alerts'>

function createWatch({ config, events }: KarnaParts, db: Database, log: AccessLog): Watch {
  const alerts = createAlerts(db, now, (alert) => events.emit({ event: 'alert', ...alert }))
  const secret = secretIn(config.dataFolder, 'look-up-secret')
  return {
    log,
    lookUps: createLookUps({ db, limits: config.lookUps, alerts, now, secret }),
    alerts,
  }
}

/** What is destroyed is the region's own store's; what another system keeps is destroyed there. */
function recordRemover(db: Database, watch: Watch, regions: Pick<Regions, 'open'>) {
  return (region: string, removal: Removal): Promise<number> => {
    const there = regions.open(region)
    if (!there) throw new Problem('not-found', `There is no region ${region}`)
    const { own: system, facts } = there
    const parts = { ...{ region, system, facts, ...watch, now }, originOf: undefined }
    const access = operatorAccess(region, 'karna-destroy', 'Förstöring')
    return removeRecords(parts, createEraser(db, region), access, removal)
  }
}

/** The authorization server, with the identity providers of the settings or of the demo. */
function openSmart(
  { config, directory, logins }: KarnaParts & { readonly directory: Directory },
  db: Database,
  origin: () => string,
): Smart {
  return createSmart({
    db,
    directory,
    secret: secretIn(config.dataFolder, 'identity-secret'),
    demo: config.demo,
    now,
    pages: serverPages,
    origin,
    providers: { ...logins, ...loginsIn(config) },
  })
}

/** A region's gate, whose access log is seen as AuditEvents; there is nothing to log in the sandbox. */
function withLog(logParts: LogParts) {
  return (gate: Gate, system: RecordSystem): Gate => {
    const desk = logParts.open(gate.region, system)
    return gate.region === 'sandbox' ? gate : withAuditEvents(gate, desk, logParts.names)
  }
}

/** The database of these settings. `alone`: no other server may be on the folder, until this one stops. */
export async function openDatabase(
  { databaseUrl: url, dataFolder, demo }: Config,
  alone = false,
): Promise<OpenPostgres> {
  if (url) return { url, stop: async () => {} }
  return openPostgres({
    folder: path.join(dataFolder, 'postgres'),
    name: demo ? 'karna_demo' : 'karna', // invented people never share a database with real ones
    alone,
  })
}

/** A secret of the folder's, made by the first of the processes that start on it: put in place whole, and only once. */
function secretIn(folder: string, name: string): Buffer {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, name)
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, randomBytes(32), { mode: 0o600 })
  try {
    linkSync(fresh, file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  } finally {
    rmSync(fresh)
  }
  return readFileSync(file)
}

/** Where we are reached when no setting says so: on loopback, at the port that was free. */
function originOf(api: FastifyInstance, port: number): string {
  const address = api.server.address()
  const found = address !== null && typeof address === 'object' ? address.port : port
  return `http://127.0.0.1:${found}`
}

const loginsIn = ({ staffLogin, patientLogin }: Config) => ({
  ...(staffLogin && { staff: staffLogin }),
  ...(patientLogin && { patient: patientLogin }),
})

/** Whose record a person's is, asked once when they let an app in. The look-up is logged as the login's. */
function patientFinder(regions: Pick<Regions, 'gateOf'>, now: () => number) {
  return async (region: string, personalNumber: string): Promise<string | undefined> => {
    const gate = regions.gateOf(region)
    if (!gate) return undefined
    const options = { types: gate.capability().types, base: undefined, now: now() }
    const condition = [['identifier', `${PERSONAL_NUMBER}|${personalNumber}`]] as const
    const query = parseSearch('Patient', condition, options)
    const { hits } = await gate.search(operatorAccess(region, 'karna-login', 'Inloggning'), query)
    const [only, second] = hits
    return second ? undefined : only?.resource.key.id
  }
}

/** Source: HL7 Sweden, Personnummer. */
const PERSONAL_NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'

/** Whose a care unit is. */
function providersIn(directory: Directory) {
  const unitOf = finder(() => directory.units)
  return (unit: string) => unitOf(unit)?.provider
}

const HSA_ID = 'urn:oid:1.2.752.29.4.19#'

/** `meta.source` of an imported resource names the care unit it was made at. Source: HL7 Sweden, HSA-id's OID. */
function originIn(directory: Directory) {
  const unitOf = finder(() => directory.units)
  return (resource: ValidResource) => {
    const source = resource.value.meta?.source
    const unit = source?.startsWith(HSA_ID) ? unitOf(source.slice(HSA_ID.length)) : undefined
    return unit && { unit: unit.hsaId, provider: unit.provider }
  }
}

/** How far back a load looks for content that it has come with before. */
const MOST_VERSIONS = 100
const NO_HISTORY: HistoryPage = { versions: [], next: undefined, total: 0 }

function targetOf(
  regions: Pick<Regions, 'open' | 'merge'>,
  region: string,
  now: () => number,
): LoadTarget & FeedTarget {
  // As the region is when it's asked: it may have come to run another system since a feed was opened.
  const current = () => {
    const open = regions.open(region)
    if (!open) throw new Problem('not-found', `There is no region ${region}`)
    return open
  }
  current()
  const access = operatorAccess(region, 'karna-load', 'Import')
  return {
    transact: (changes) => current().gate.transact(access, changes),
    async find(condition) {
      const { gate } = current()
      const [type = '', text = ''] = condition.split(/\?(.*)/s)
      if (!isResourceType(type)) throw new Problem('invalid', 'A condition names no resource type')
      const options = { types: gate.capability().types, base: undefined, now: now() }
      const query = parseSearch(type, new URLSearchParams(text), options)
      const { hits } = await gate.search(access, { ...query, count: 2 })
      return hits.map(({ resource }) => `${resource.key.type}/${resource.key.id}`)
    },
    async versionsOf({ type, id }) {
      const asked = { type, id, since: undefined, count: MOST_VERSIONS, cursor: undefined }
      const { gate } = current()
      const page = await gate.history(access, asked).catch((thrown: unknown) => {
        // Another system that keeps no history has nothing that was there before.
        if (thrown instanceof Problem && thrown.code === 'not-supported') return NO_HISTORY
        throw thrown
      })
      return page.versions.map(({ bytes }) => bytes)
    },
    recordsOf: (patient) => recordsOf(current().gate, access, patient),
    get beside() {
      const { own, merged } = current()
      return merged && besideIn(regions, region, own, merged)
    },
  }
}

/** What a feed must know of a region's other system. */
function besideIn(
  { merge }: Pick<Regions, 'merge'>,
  region: string,
  own: RecordSystem,
  merged: MergedPatients,
): OtherSystem {
  return {
    isOurs: async (key) => (await own.locate(key)) !== undefined,
    survivorOf: async (patient) => (await merged.all()).get(patient) ?? patient,
    merge: (former, survivor, number) => merge(region, former, survivor, number),
  }
}

/** All that a patient's record holds, of every type that is anybody's. */
async function recordsOf(gate: Gate, access: Access, patient: string): Promise<ResourceKey[]> {
  const { types } = gate.capability()
  const found: ResourceKey[] = []
  for (const [type, { searchParams, interactions }] of types) {
    const owner = ['patient', 'subject'].find((each) => searchParams.has(each))
    if (owner === undefined || type === 'Patient' || !interactions.has('update')) continue
    const text = [
      [owner, `Patient/${patient}`],
      ['_count', '1000'],
    ] as const
    const query = parseSearch(type, text, { types, base: undefined, now: 0 })
    let cursor: string | undefined
    do {
      const page = await gate.search(access, { ...query, cursor })
      found.push(...page.hits.map(({ resource }) => resource.key))
      cursor = page.next
    } while (cursor !== undefined)
  }
  return found
}
