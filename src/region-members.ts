import { type AwayRegion, absentSystem } from './away-region.ts'
import type { Capability } from './fhir/record-system.ts'
import type { Access } from './law/access.ts'
import type { Stated } from './law/stated.ts'
import type { OpenRegion } from './regions.ts'
import type { Member } from './systems/federation/members.ts'

/** Where no patients are; never part of all regions. */
export const SANDBOX = 'sandbox'

/** In whose name the members are asked, and what lets them see a person. */
export interface InNameOf {
  readonly access: Access
  readonly statedFor: (person: string) => Promise<Stated>
}

/**
 * Those that take part in all regions: the live ones, and those that are away for a while, so that nobody takes an answer without
 * them for a whole one.
 */
export function membersOf(
  open: Iterable<OpenRegion>,
  away: Iterable<AwayRegion>,
  inNameOf?: InNameOf,
): Member[] {
  const opened = [...open].flatMap((region) => {
    if (region.record.id === SANDBOX) return []
    if (region.record.state === 'live') return [memberOf(region, inNameOf)]
    if (region.record.state !== 'paused') return []
    return [absentMember(region, 'svarar inte: pausad', region.system.capability)]
  })
  const unopened = [...away].map((region) =>
    absentMember(region, 'svarar inte: kan inte öppnas', () => NOTHING),
  )
  return [...opened, ...unopened].toSorted((a, b) => (a.region < b.region ? -1 : 1))
}

const NOTHING: Capability = { types: new Map(), system: new Set() }

function absentMember(
  { record: { id: region, name } }: Pick<OpenRegion, 'record'>,
  away: string,
  capability: () => Capability,
): Member {
  return { region, name, system: absentSystem(name, capability), away }
}

/** A region as it takes part, in somebody's name where it decides by that. */
export function memberOf(
  { record, system, peer, personOf }: OpenRegion,
  inNameOf?: InNameOf,
): Member {
  const { id: region, name } = record
  if (!peer || !inNameOf) return { region, name, system }
  const { access, statedFor } = inNameOf
  const asked = peer.systemFor(access, async (patient) => {
    const person = await personOf(patient)
    return person === undefined ? { relation: false, openings: [] } : statedFor(person)
  })
  return { region, name, system: asked, inNameOf: `${access.user} ${access.commission}` }
}
