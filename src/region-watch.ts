import { Problem } from './fhir/problem.ts'
import type { Gate } from './law/gate.ts'
import type { OpenRegion } from './regions.ts'
import type { ShadowPeriod } from './shadow-period.ts'
import { LATE, within } from './systems/federation/within.ts'
import type { RegionSamples } from './systems/registry/region-samples.ts'

/** What watches how the regions answer. */
export interface RegionWatch {
  /** Looks now and every minute from now on: what serves does, a command doesn't. */
  begin(): void
  /** Pings every region once, writes what was measured, and compares what is in shadow, if it's time. */
  look(): Promise<void>
  /** Ends it, with what was measured written. */
  close(): Promise<void>
}

/** What the watch is made of. */
export interface WatchParts {
  readonly regions: () => readonly OpenRegion[]
  readonly samples: RegionSamples
  readonly shadow: Pick<ShadowPeriod, 'look'>
  readonly now: () => number
  /** What our own store is called as a system: `Kärna 1.2`. */
  readonly version: string
}

const PING_EVERY = 60_000
const FLUSH_EVERY = 15_000
/** Milliseconds that a ping may take. */
const DEADLINE = 3_000

/**
 * Pings the regions every minute, beside the answers' path: also one that nobody asks is known to be there. Those in shadow
 * are compared at times.
 */
export function watchRegions(parts: WatchParts): RegionWatch {
  const { samples } = parts
  let underWay: Promise<unknown> = Promise.resolve()
  const after = (what: () => Promise<unknown>) => {
    // What can't be written now is kept, and tried again.
    underWay = underWay.then(what).catch(() => {})
    return underWay
  }
  const look = async () => {
    await Promise.all(
      parts
        .regions()
        .filter(({ record }) => record.state === 'live' || record.state === 'shadow')
        .map((region) => pingOne(parts, region)),
    )
    await samples.flush()
    await parts.shadow.look()
  }
  let pinging: NodeJS.Timeout | undefined
  const flushing = setInterval(() => void after(samples.flush), FLUSH_EVERY).unref()
  return {
    begin() {
      pinging ??= setInterval(() => void after(look), PING_EVERY).unref()
      void after(look)
    },
    look: async () => void (await after(look)),
    async close() {
      clearInterval(pinging)
      clearInterval(flushing)
      await after(samples.flush)
    },
  }
}

async function pingOne({ samples, now, version }: WatchParts, region: OpenRegion): Promise<void> {
  const { record, own, legacy, peer } = region
  const began = now()
  const other = peer ?? legacy
  const asking = other?.ping
    ? other.ping()
    : own.locate({ type: 'Basic', id: 'ping' }).then(() => version)
  // However it fails, it didn't answer; and the others are looked at all the same.
  const answer = await within(DEADLINE, asking).catch((): typeof LATE => LATE)
  if (answer === LATE) samples.pinged(record.id, undefined)
  else samples.pinged(record.id, now() - began, answer)
}

/** The gate, with how long its answers took; a source that was silent is a question that wasn't answered. */
export function measuredGate(
  gate: Gate,
  { samples, now }: Pick<WatchParts, 'samples' | 'now'>,
): Gate {
  const timed = async <Answer>(
    ask: () => Promise<Answer>,
    isWhole: (answer: Answer) => boolean,
  ) => {
    const began = now()
    try {
      const answer = await ask()
      samples.asked(gate.region, now() - began, isWhole(answer))
      return answer
    } catch (thrown) {
      const isSilence = thrown instanceof Problem && thrown.code === 'transient'
      samples.asked(gate.region, now() - began, !isSilence)
      throw thrown
    }
  }
  return {
    ...gate,
    read: (access, key, version) =>
      timed(
        () => gate.read(access, key, version),
        () => true,
      ),
    search: (access, query) =>
      timed(
        () => gate.search(access, query),
        ({ issues }) => issues.every(({ kind }) => kind !== 'timeout' && kind !== 'unavailable'),
      ),
  }
}
