import type { FeedSetting } from './config.ts'
import { Problem } from './fhir/problem.ts'
import type { Directory } from './identity/directory.ts'
import type { Karna } from './karna.ts'
import { createFeed } from './systems/hl7v2/feed.ts'
import { type MllpServer, startMllpServer } from './systems/hl7v2/mllp-server.ts'

const MOST_BYTES = 16 * 1024 * 1024
const IDLE_MS = 10 * 60_000

/**
 * Opens a port for each HL7 v2 feed of the settings, on this machine only: TLS and who may connect are the region's
 * integration platform's to see to.
 *
 * @throws Problem `invalid` for a feed into a region or of a unit that isn't there
 */
export async function startFeeds(
  karna: Pick<Karna, 'loadTarget' | 'regions'>,
  directory: Directory,
  settings: readonly FeedSetting[],
  now: () => number,
): Promise<readonly MllpServer[]> {
  const servers: MllpServer[] = []
  for (const { region, port, unit: told } of settings) {
    const units = directory.units.filter((each) => each.region === region)
    const unit = told ? units.find(({ hsaId }) => hsaId === told) : units[0]
    if (!karna.regions.includes(region) || !unit) {
      throw new Problem('invalid', 'KARNA_HL7V2 names a region or a care unit that is not there')
    }
    const named = new Map(units.map(({ name, hsaId }) => [name.toLocaleLowerCase('sv'), hsaId]))
    const feed = createFeed({
      target: karna.loadTarget(region),
      unit: unit.hsaId,
      unitOf: (_sender, place) => named.get(place.toLocaleLowerCase('sv')),
      now,
    })
    servers.push(
      await startMllpServer({ take: feed.take, port, maxBytes: MOST_BYTES, idleMs: IDLE_MS }),
    )
  }
  return servers
}
