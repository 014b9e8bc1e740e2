import type { OpenRegion, Regions } from './regions.ts'
import { type ShadowRound, shadowRound } from './shadow-round.ts'
import { isStateEvent } from './systems/registry/registry.ts'

/** The time that a region is tried before anybody is shown it: compared again and again, and what was found added up. */
export interface ShadowPeriod {
  /** One round, noted among the region's events with all since the period began. */
  compare(region: OpenRegion): Promise<ShadowRound>
  /** A round for each region that is in shadow, if it's time. */
  look(): Promise<void>
}

/** Milliseconds between rounds. */
const EVERY = 300_000

export function createShadowPeriod(
  regions: Pick<Regions, 'all' | 'persons' | 'regionalOf' | 'rehearsal' | 'registry'>,
  now: () => number,
): ShadowPeriod {
  /** Where the last round of each region ended, and when. */
  const rounds = new Map<string, { readonly at: number; readonly after: string | undefined }>()

  async function compare(region: OpenRegion): Promise<ShadowRound> {
    const { id } = region.record
    const round = await shadowRound(regions, region, now, rounds.get(id)?.after)
    const { last, ...found } = round
    rounds.set(id, { at: now(), after: last })
    const before = await sumsOf(regions, id)
    await regions.registry.renote(id, 'compared', {
      rounds: before.rounds + 1,
      patients: before.patients + found.patients,
      compared: before.compared + found.compared,
      different: before.different + found.different,
      silent: before.silent + found.silent,
      last: found,
    })
    return found
  }

  return {
    compare,
    async look() {
      const due = regions
        .all()
        .filter(
          ({ record, peer }) =>
            record.state === 'shadow' && !peer && now() - (rounds.get(record.id)?.at ?? 0) >= EVERY,
        )
      for (const region of due) await compare(region)
    },
  }
}

const NAMES = ['rounds', 'patients', 'compared', 'different', 'silent'] as const

/** What was found since the region came to where it is. */
async function sumsOf({ registry }: Pick<Regions, 'registry'>, id: string) {
  const events = await registry.events(id)
  const began = events.findIndex(({ event }) => isStateEvent(event))
  const since = began < 0 ? events : events.slice(0, began)
  const detail = since.find(({ event }) => event === 'compared')?.detail ?? {}
  const sums = NAMES.map((name) => [name, Number(detail[name] ?? 0)] as const)
  return Object.fromEntries(sums) as Record<(typeof NAMES)[number], number>
}
