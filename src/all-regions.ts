import type { AwayRegion } from './away-region.ts'
import { createFacts } from './law/facts.ts'
import type { Gate } from './law/gate.ts'
import { ALL_REGIONS, createSharedGate } from './law/shared-gate.ts'
import { type InNameOf, memberOf, membersOf } from './region-members.ts'
import type { OpenRegion, RegionsParts } from './regions.ts'
import type { FederatedIds } from './systems/federation/federated-ids.ts'
import { createFederation } from './systems/federation/federation-system.ts'
import type { IndexedPersons } from './systems/federation/indexed-persons.ts'
import { createMemberAsker, type Member, type MemberAsker } from './systems/federation/members.ts'
import type { Persons } from './systems/federation/persons.ts'

/** What all regions together are made of. */
export interface AllRegionsParts extends RegionsParts {
  readonly open: ReadonlyMap<string, OpenRegion>
  /** Those that take part and can't be opened. */
  readonly away: ReadonlyMap<string, AwayRegion>
  readonly known: Persons
  readonly persons: IndexedPersons
  readonly ids: FederatedIds
}

/** Milliseconds that a region may take in an answer of all. */
export const DEADLINE = 3_000

/** The gate in front of the regions that take part. */
export function createAllRegions(parts: AllRegionsParts, asker: MemberAsker): Gate {
  return gateOver(parts, asker, (inNameOf) =>
    membersOf(parts.open.values(), parts.away.values(), inNameOf),
  )
}

/**
 * What all regions would answer of one that nobody is shown yet: the same gate over it alone, so that no other region's system
 * is asked for its sake. What it does is on nobody's account: those who are live aren't taken for slower by it.
 */
export function rehearse(parts: AllRegionsParts, region: OpenRegion): Gate {
  const { known } = parts
  const asker = createMemberAsker(parts.now, DEADLINE)
  // Who has records elsewhere is asked of nobody: what is known here already is enough.
  const persons = { ...known, doubts: () => [] }
  const others = [...parts.open].filter(([, { peer }]) => !peer)
  const open = new Map([...others, [region.record.id, region] as const])
  return gateOver({ ...parts, persons, open }, asker, (inNameOf) => [memberOf(region, inNameOf)])
}

function gateOver(
  parts: AllRegionsParts,
  asker: MemberAsker,
  members: (inNameOf?: InNameOf) => Member[],
): Gate {
  const { db, now, open, away, persons, ids, known } = parts
  const federation = (inNameOf?: InNameOf) =>
    createFederation({
      name: ALL_REGIONS,
      members: () => members(inNameOf),
      persons,
      ids,
      asker,
      deadline: DEADLINE,
      doubts: persons.doubts,
    })
  const system = federation()
  return createSharedGate({
    system,
    systemFor: (access, statedFor) =>
      [...open.values()].some(({ peer }) => peer) ? federation({ access, statedFor }) : system,
    persons: { ...persons, regionalOf: ids.toRegional },
    factsOf: (region) => (open.get(region) ?? away.get(region))?.facts,
    regions: () => members().map(({ region }) => region),
    own: createFacts(db, ALL_REGIONS, now, parts.notices),
    log: parts.log,
    lookUps: parts.lookUps,
    alerts: parts.alerts,
    now,
    national: parts.national?.servicesFor(known.numberOf),
  })
}
