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

/** Those that take part in all regions: the live ones. */
export function membersOf(open: Iterable<OpenRegion>, inNameOf?: InNameOf): Member[] {
  return [...open]
    .filter(({ record }) => record.state === 'live' && record.id !== SANDBOX)
    .map((region) => memberOf(region, inNameOf))
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
