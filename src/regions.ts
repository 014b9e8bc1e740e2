import type { KeyObject } from 'node:crypto'
import type { Patient } from 'fhir/r4'
import { createAllRegions, DEADLINE, rehearse } from './all-regions.ts'
import type { AwayRegion } from './away-region.ts'
import type { Database } from './db/database.ts'
import type { Notices } from './db/notices.ts'
import { query, send } from './db/sql.ts'
import { Problem } from './fhir/problem.ts'
import type { Author, RecordSystem, StoredResource } from './fhir/record-system.ts'
import type { AccessLog } from './law/access-log.ts'
import type { Alerts } from './law/alerts/alerts.ts'
import type { LookUps } from './law/alerts/look-ups.ts'
import { forgetPatients } from './law/departure.ts'
import type { Facts } from './law/facts.ts'
import type { Gate } from './law/gate.ts'
import { learnMerged } from './law/merge-patients.ts'
import type { NationalServices } from './law/national-services.ts'
import type { SecurityAnswers } from './law/security-answers.ts'
import { ALL_REGIONS } from './law/shared-gate.ts'
import { learnFrom } from './law/write-log.ts'
import type { National } from './national.ts'
import { openRegion } from './open-region.ts'
import type { Peer } from './peers.ts'
import { indexedPersons } from './region-index.ts'
import { createKeeper } from './region-keeper.ts'
import { type RegionWatch, watchRegions } from './region-watch.ts'
import { createShadowPeriod, type ShadowPeriod } from './shadow-period.ts'
import { type Departing, removeRegion } from './store/depart.ts'
import type { StoreParts } from './store/store.ts'
import type { LegacySystem } from './systems/composed/legacy-system.ts'
import { type MergedPatients, mergePatients } from './systems/composed/merged-patients.ts'
import type { Outbox } from './systems/composed/outbox.ts'
import type { Routes } from './systems/composed/routes.ts'
import { createFederatedIds, type FederatedIds } from './systems/federation/federated-ids.ts'
import { createMemberAsker, type MemberHealth } from './systems/federation/members.ts'
import { createPersons, type Persons } from './systems/federation/persons.ts'
import { numberIn } from './systems/federation/search-persons.ts'
import { forgetRegion } from './systems/registry/forget-region.ts'
import { createRegionSamples, type RegionSamples } from './systems/registry/region-samples.ts'
import {
  createRegistry,
  type RegionPlan,
  type RegionRecord,
  type Registry,
} from './systems/registry/registry.ts'

/** A region that is open: its record system, and the law in front of it. */
export interface OpenRegion {
  readonly record: RegionRecord
  /** Of the secrets that it was opened with. */
  readonly fingerprint: string
  readonly gate: Gate
  readonly system: RecordSystem
  readonly own: RecordSystem
  /** The system that it runs; `undefined` where that is our own store alone. */
  readonly legacy: LegacySystem | undefined
  /** Patients of it who have become others. */
  readonly merged: MergedPatients | undefined
  readonly routes: Routes
  readonly outbox: Outbox
  readonly facts: Facts
  /** Where the region is another Kärna. */
  readonly peer: Peer | undefined
  /** The person that a patient of the region is. */
  personOf(patient: string): Promise<string | undefined>
  /** What other systems are answered about blocks and consents. */
  readonly security: SecurityAnswers
  /** What the national services say of its patients, where they are asked. */
  readonly national: NationalServices | undefined
}

/** The regions that this process serves, as the registry has them now. */
export interface Regions {
  /** The key that statements for other Kärnas are signed with. */
  readonly peerKey: KeyObject
  /** What we say that we are: `Kärna 1.2`. */
  readonly version: string
  readonly registry: Registry
  readonly persons: Persons
  /**
   * The gate of a region that is live, or of all together.
   * @throws Problem `transient` while it's paused
   */
  gateOf(region: string): Gate | undefined
  /** Any region that hasn't left, for imports and for what is done before it's live. */
  open(region: string): OpenRegion | undefined
  /** What an id of all regions leads to. */
  regionalOf: FederatedIds['toRegional']
  /** A region opened as it might become, beside what it is; with secrets of its own where they're given. */
  candidate(record: RegionRecord, secrets: NonNullable<RegionPlan['secrets']>): Promise<OpenRegion>
  /** What all regions would answer with one more among them. */
  rehearsal(region: OpenRegion): Gate
  all(): readonly OpenRegion[]
  health(region: string): MemberHealth
  /** How they answer, measured. */
  readonly samples: RegionSamples
  readonly watch: RegionWatch
  /** What is done with those that nobody is shown yet. */
  readonly shadow: ShadowPeriod
  /** Does at once what the registry says; it's looked at every second in any case. */
  refresh(): Promise<void>
  /**
   * Removes all that is kept for a region that leaves, its records with it; the access log stays.
   * @throws Problem `conflict` if something was written after the export; then nothing is removed
   */
  remove(region: string, departing: Departing): Promise<void>
  /**
   * One patient turned out to be another: what the region's other system files under the one is the other's from now on.
   * @param number of the one who remains, if it's a personal or coordination number
   */
  merge(region: string, former: string, survivor: string, number: string | undefined): Promise<void>
  /** What the law is told of patients whose records a region's own system keeps. */
  learn(region: string, resources: readonly StoredResource[]): Promise<void>
  close(): Promise<void>
}

/** What the regions are opened with. */
export interface RegionsParts {
  readonly db: Database
  /** What other processes tell of changed facts. */
  readonly notices: Notices | undefined
  readonly now: () => number
  readonly log: AccessLog
  /** How many people outside their care a user asks about, and who is told when it is too many. */
  readonly lookUps: LookUps
  readonly alerts: Alerts
  readonly alongside: StoreParts['alongside']
  readonly originOf: Author['originOf']
  /** What a region's gate is seen through; itself, if nothing. */
  readonly around: (gate: Gate, system: RecordSystem) => Gate
  /** The national services in use, if any. */
  readonly national?: National | undefined
  /** The key that we sign statements for other Kärnas with. */
  readonly peerKey: KeyObject
  /** What we say that we are: `Kärna 1.2`. */
  readonly version: string
  /** Regions to be written down, as running our own store, where the registry doesn't have them. */
  readonly standard: readonly { readonly id: string; readonly name: string }[]
}

/** Opens every region of the registry, and keeps them as the registry says: joining and leaving need no restart. */
export async function createRegions(given: RegionsParts): Promise<Regions> {
  const { db, now, standard, version } = given
  const samples = createRegionSamples(db, now)
  const parts = { ...given, samples }
  const registry = createRegistry(db)
  for (const region of standard) {
    if (!(await registry.get(region.id))) {
      await registry.put({ ...region, kind: 'own', state: 'live' })
    }
  }
  const known = createPersons(db, now)
  const asker = createMemberAsker(now, DEADLINE, samples.asked)
  const ids = createFederatedIds(db)
  const open = new Map<string, OpenRegion>()
  const away = new Map<string, AwayRegion>()
  const persons = indexedPersons(parts, known, { open, away })
  const all = { ...parts, open, away, known, persons, ids }
  const together = createAllRegions(all, asker)
  const keeper = createKeeper(parts, registry, { open, away }, known)
  await keeper.refresh()
  const opened = () => [...open.values()]
  const rehearsed = {
    all: opened,
    registry,
    persons,
    regionalOf: ids.toRegional,
    rehearsal: (region: OpenRegion) => rehearse(all, region),
  }
  const shadow = createShadowPeriod(rehearsed, now)
  const watch = watchRegions({ regions: opened, samples, shadow, now, version })
  return {
    ...rehearsed,
    peerKey: parts.peerKey,
    version,
    candidate(record, secrets) {
      const secret: Registry['secret'] = async (id, name) =>
        secrets[name] ?? registry.secret(id, name)
      const there = open.get(record.id)
      const before = there && { ...there, fingerprint: 'of what it is' }
      // What it does while it's tried is not how the region answers.
      const apart = { ...parts, samples: { ...samples, asked: () => {} } }
      return openRegion(apart, { ...registry, secret }, record, before, known)
    },
    shadow,
    gateOf: (region) => (region === ALL_REGIONS ? together : gateIn(open, away, region)),
    open: (region) => open.get(region),
    health: asker.health,
    samples,
    watch,
    refresh: keeper.refresh,
    async remove(region, departing) {
      await removeRegion(db, region, departing)
      for (const statement of forgetPatients(region)) await query(db, statement)
      await forgetRegion(db, region)
      asker.forget(region)
      await persons.forgetRegion(region)
    },
    merge: (...merging) => mergeIn(db, open, persons, ...merging),
    learn: (region, resources) => learn(parts, persons, region, resources),
    async close() {
      await watch.close()
      await keeper.close()
    },
  }
}

async function learn(
  parts: RegionsParts,
  persons: Persons,
  region: string,
  resources: readonly StoredResource[],
): Promise<void> {
  const people = resources.flatMap(({ key, bytes }) => {
    const number =
      key.type === 'Patient' ? numberIn(JSON.parse(String(bytes)) as Patient) : undefined
    return number === undefined ? [] : [{ number, patient: key.id }]
  })
  await persons.noteAll(region, people)
  for (const statement of learnFrom(region, resources, parts.now()))
    await query(parts.db, statement)
}

async function mergeIn(
  db: Database,
  open: ReadonlyMap<string, OpenRegion>,
  persons: Persons,
  ...[region, former, survivor, number]: Parameters<Regions['merge']>
): Promise<void> {
  await db.transaction(async (transaction) => {
    for (const each of mergePatients(region, former, survivor)) send(transaction, each)
    for (const each of learnMerged(region, former, survivor)) send(transaction, each)
  })
  open.get(region)?.merged?.forget()
  for (const each of [former, survivor]) open.get(region)?.facts.forget(each)
  if (number !== undefined) await persons.note({ number, region, patient: survivor })
}

function gateIn(
  open: ReadonlyMap<string, OpenRegion>,
  away: ReadonlyMap<string, AwayRegion>,
  region: string,
): Gate | undefined {
  const absent = away.get(region)
  if (absent && absent.record.kind !== 'karna') {
    throw new Problem('transient', 'The region cannot be opened now')
  }
  const found = open.get(region)
  if (found?.record.state === 'paused') {
    throw new Problem('transient', 'The region is paused and will be back')
  }
  return found?.record.state === 'live' && !found.peer ? found.gate : undefined
}
