import { type AwayRegion, takesPart } from './away-region.ts'
import { Problem } from './fhir/problem.ts'
import { deliveryAuthor } from './law/delivery.ts'
import { createFacts } from './law/facts.ts'
import { type OpeningParts, openRegion } from './open-region.ts'
import { tellIndexOf } from './region-index.ts'
import { SANDBOX } from './region-members.ts'
import type { OpenRegion } from './regions.ts'
import { deliverDue } from './systems/composed/deliver.ts'
import { followFeed } from './systems/federation/follow-feed.ts'
import type { Persons } from './systems/federation/persons.ts'
import { sourceName } from './systems/registry/open-legacy.ts'
import type { RegionRecord, Registry } from './systems/registry/registry.ts'

/** The regions that are kept: those that are open, and those that take part and can't be opened. */
export interface KeptRegions {
  readonly open: Map<string, OpenRegion>
  readonly away: Map<string, AwayRegion>
}

const LOOK_EVERY = 1_000
/** Every how many looks the stores are followed for the engagement index. */
const FOLLOW_EVERY = 10
/** Milliseconds that a connection that was replaced is kept, for answers under way. */
const GRACE = 30_000

/** Looks at the registry every second, delivers what waits, and follows the stores for the engagement index. */
export function createKeeper(
  parts: OpeningParts,
  registry: Registry,
  kept: KeptRegions,
  persons: Persons,
) {
  const { open } = kept
  const openOne = createOpener(parts, registry, kept, persons)
  let underWay: Promise<void> | undefined
  let isClosed = false
  let looks = 0
  async function lookAgain(): Promise<void> {
    for (const record of await registry.all()) if (!isClosed) await openOne(record)
  }

  async function work(): Promise<void> {
    await lookAgain()
    // Whose number it is must be known before others are told of it, or answered.
    const isAwaited =
      parts.national?.index !== undefined || [...open.values()].some(({ peer }) => peer)
    const follows = looks++ % FOLLOW_EVERY === 0 || isAwaited
    // What fails in one region keeps no other waiting.
    const failures: unknown[] = []
    for (const region of open.values()) {
      if (region.record.id === SANDBOX || isClosed) continue
      await tend(region, follows).catch((thrown: unknown) => failures.push(thrown))
    }
    if (failures.length > 0) throw failures[0]
  }

  async function tend(region: OpenRegion, follows: boolean): Promise<void> {
    const { record, own, legacy, outbox } = region
    if (follows) await followFeed(parts.db, persons, record.id, own)
    await tellIndexOf(parts, persons, region)
    if (!legacy || record.state !== 'live') return
    const authorOf = (letter: Parameters<typeof deliveryAuthor>[2]) =>
      deliveryAuthor(parts.log, record.id, letter)
    await deliverDue({ source: sourceName(record), legacy, own, outbox, authorOf })
  }

  const once = (what: () => Promise<void>): Promise<void> => {
    const next = (underWay ?? Promise.resolve()).catch(() => {}).then(what)
    underWay = next
    return next
  }
  const timer = setInterval(() => {
    // A database that is away now is asked again in a second.
    void once(work).catch(() => {})
  }, LOOK_EVERY)
  timer.unref()

  return {
    refresh: () => once(lookAgain),
    async close() {
      isClosed = true
      clearInterval(timer)
      await underWay?.catch(() => {})
      for (const { legacy, peer } of open.values()) {
        legacy?.close?.()
        peer?.close()
      }
    },
  }
}

/** Opens a region as it's written down now. One that can't be opened keeps no other from being opened. */
function createOpener(
  parts: OpeningParts,
  registry: Registry,
  { open, away }: KeptRegions,
  persons: Persons,
): (record: RegionRecord) => Promise<void> {
  const { failed, isFailed } = createFailures(registry, parts.now)

  async function openOne(record: RegionRecord): Promise<void> {
    const there = open.get(record.id)
    if (there?.record.revision === record.revision || isFailed(record)) return
    try {
      if (record.state === 'left') open.delete(record.id)
      else open.set(record.id, await openRegion(parts, registry, record, there, persons))
      away.delete(record.id)
    } catch (thrown) {
      keepWithout(record, there)
      await failed(record, thrown)
    }
    if (there?.legacy && there.legacy !== open.get(record.id)?.legacy) closeLater(there.legacy)
    if (there?.peer && there.peer !== open.get(record.id)?.peer) closeLater(there.peer)
  }

  /** It goes on as what it was, if it was open. */
  function keepWithout(record: RegionRecord, there: OpenRegion | undefined): void {
    const { id, state } = record
    if (there) open.set(id, { ...there, record: { ...there.record, state } })
    else if (!takesPart(record)) away.delete(id)
    else {
      const facts = away.get(id)?.facts ?? createFacts(parts.db, id, parts.now, parts.notices)
      away.set(id, { record, facts })
    }
  }

  return openOne
}

/** Milliseconds until what couldn't be opened is tried again as it is: a database may have been away. */
const TRY_AGAIN = 10_000

/** What couldn't be opened: tried again when it's changed, or in a while. Noted once for what it is. */
function createFailures(registry: Registry, now: () => number) {
  const known = new Map<
    string,
    { readonly revision: string; readonly at: number; readonly reason: string }
  >()
  return {
    isFailed({ id, revision }: RegionRecord): boolean {
      const failure = known.get(id)
      return failure?.revision === revision && now() - failure.at < TRY_AGAIN
    },
    async failed({ id, revision }: RegionRecord, thrown: unknown): Promise<void> {
      const reason = thrown instanceof Problem ? thrown.message : 'The settings cannot be used'
      const before = known.get(id)
      known.set(id, { revision, at: now(), reason })
      if (before?.revision === revision && before.reason === reason) return
      await registry.note(id, 'not-opened', { reason })
    },
  }
}

function closeLater(replaced: { close?(): void }): void {
  setTimeout(() => replaced.close?.(), GRACE).unref()
}
