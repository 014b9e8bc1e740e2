import type { RecordSystem } from './fhir/record-system.ts'
import { createFacts } from './law/facts.ts'
import { createGate } from './law/law.ts'
import { createSecurityAnswers } from './law/security-answers.ts'
import { openPeer } from './peers.ts'
import { numbersIn } from './region-index.ts'
import { SANDBOX } from './region-members.ts'
import { measuredGate } from './region-watch.ts'
import type { OpenRegion, RegionsParts } from './regions.ts'
import { createStore } from './store/store.ts'
import { createComposedSystem } from './systems/composed/composed-system.ts'
import { joinedRecords } from './systems/composed/joined-records.ts'
import { createMergedPatients } from './systems/composed/merged-patients.ts'
import { createOutbox } from './systems/composed/outbox.ts'
import { createRoutes } from './systems/composed/routes.ts'
import { withNotedPeople } from './systems/federation/noted-people.ts'
import type { Persons } from './systems/federation/persons.ts'
import { openLegacy, sourceName } from './systems/registry/open-legacy.ts'
import type { RegionSamples } from './systems/registry/region-samples.ts'
import type { RegionRecord, Registry } from './systems/registry/registry.ts'

/** What a region is opened with. */
export type OpeningParts = RegionsParts & { readonly samples: RegionSamples }

/** A region's own store. There are no people in the sandbox. */
async function openStore(
  { db, now, alongside }: OpeningParts,
  region: string,
  persons: Persons,
): Promise<RecordSystem> {
  const store = await createStore({ db, region, now, alongside })
  return region === SANDBOX ? store : withNotedPeople(store, region, persons)
}

/** Opens a region as the registry has it. A change of state alone keeps what is open. */
export async function openRegion(
  parts: OpeningParts,
  registry: Registry,
  record: RegionRecord,
  before: OpenRegion | undefined,
  persons: Persons,
): Promise<OpenRegion> {
  const { db, now, log, lookUps, alerts, originOf, around } = parts
  const { id: region } = record
  const fingerprint = await registry.fingerprint(region)
  const isSame =
    before?.record.kind === record.kind &&
    JSON.stringify(before.record.settings) === JSON.stringify(record.settings) &&
    before.fingerprint === fingerprint
  if (before && isSame) return { ...before, record }
  const own = before?.own ?? (await openStore(parts, region, persons))
  const routes = before?.routes ?? (await createRoutes(db, region))
  const outbox = before?.outbox ?? createOutbox(db, region, now)
  const legacy = await openLegacy({ registry, db, now }, record)
  const peer =
    record.kind === 'karna'
      ? openPeer({ record, persons, ownKey: parts.peerKey, capability: own.capability, now })
      : undefined
  const source = sourceName(record)
  const merged = legacy && createMergedPatients(db, region, now)
  const joined = legacy && merged && joinedRecords({ legacy, merged, source })
  const system = joined
    ? createComposedSystem({ name: region, source, legacy: joined, own, routes, outbox })
    : (peer?.systemFor(undefined, async () => ({ relation: false, openings: [] })) ?? own)
  const kept = before?.peer ? undefined : before?.facts
  const facts = peer?.facts ?? kept ?? createFacts(db, region, now, parts.notices)
  const national =
    record.kind === 'rivta' ? parts.national?.servicesFor(numbersIn(persons, region)) : undefined
  const watching = { log, lookUps, alerts }
  const ungated = createGate({ region, system, facts, ...watching, now, originOf, national })
  const gate = measuredGate(around(ungated, system), parts)
  const personOf = (patient: string) => persons.byPatient(region, patient)
  const security = createSecurityAnswers(facts, log)
  return {
    record,
    fingerprint,
    gate,
    system,
    own,
    legacy,
    merged,
    routes,
    outbox,
    facts,
    peer,
    personOf,
    national,
    security,
  }
}
