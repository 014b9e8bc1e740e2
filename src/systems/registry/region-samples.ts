import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { type Measured, measuredFrom, type SampleRow } from './measured-region.ts'
import { classOf, noTimes } from './time-classes.ts'

/**
 * How regions answer, measured here. Noting costs a few additions; what was noted is written together, a row a region and five
 * minutes, where several processes add to the same row.
 */
export interface RegionSamples {
  /** A question to the region: whether it was answered, and in how many milliseconds. */
  asked(region: string, milliseconds: number, isAnswered: boolean): void
  /** A ping; `milliseconds` is `undefined` for one that wasn't answered. */
  pinged(region: string, milliseconds: number | undefined, version?: string): void
  /** Since when pings to a region went unanswered, ms since 1970; one alone may be a chance. */
  silentSince(region: string): number | undefined
  /** Writes what was noted. What can't be written now is kept for the next time. */
  flush(): Promise<void>
  /** The last day and month of every region; at most as old as {@link BELIEVED}. */
  measured(): Promise<ReadonlyMap<string, Measured>>
}

const SLOT = 300_000
/** Days that rows are kept. */
const KEPT = 31
const PRUNE_EVERY = 3_600_000
/** Milliseconds that what was read is shown again: many look at the same page. */
const BELIEVED = 20_000

interface Sample {
  asked: number
  failed: number
  pings: number
  missed: number
  readonly times: number[]
  readonly pingTimes: number[]
  version: string | undefined
}

export function createRegionSamples(db: Queryable, now: () => number): RegionSamples {
  const waiting = new Map<string, Sample>()
  const silent = new Map<string, { readonly since: number; readonly pings: number }>()
  let pruned = 0
  let known:
    | { readonly answer: Promise<ReadonlyMap<string, Measured>>; readonly at: number }
    | undefined
  const sampleOf = (region: string) => {
    const key = `${Math.floor(now() / SLOT) * SLOT} ${region}`
    const there = waiting.get(key) ?? newSample()
    waiting.set(key, there)
    return there
  }
  return {
    asked(region, milliseconds, isAnswered) {
      const sample = sampleOf(region)
      sample.asked++
      if (isAnswered) addTo(sample.times, classOf(milliseconds))
      else sample.failed++
    },
    pinged(region, milliseconds, version) {
      const sample = sampleOf(region)
      sample.pings++
      if (milliseconds === undefined) {
        sample.missed++
        const { since = now(), pings = 0 } = silent.get(region) ?? {}
        silent.set(region, { since, pings: pings + 1 })
      } else {
        addTo(sample.pingTimes, classOf(milliseconds))
        silent.delete(region)
      }
      sample.version = version === undefined ? sample.version : printable(version)
    },
    silentSince(region) {
      const { since, pings = 0 } = silent.get(region) ?? {}
      return pings > 1 ? since : undefined
    },
    async flush() {
      for (const [key, sample] of [...waiting]) {
        waiting.delete(key)
        const [slot = '', region = ''] = key.split(' ')
        await write(db, region, Number(slot), sample).catch((thrown: unknown) => {
          waiting.set(key, added(sample, waiting.get(key)))
          throw thrown
        })
      }
      known = undefined
      if (now() - pruned < PRUNE_EVERY) return
      pruned = now()
      const old = new Date(now() - KEPT * 86_400_000)
      await query(db, sql`delete from systems.region_sample where slot < ${old}::timestamptz`)
    },
    measured() {
      if (known && now() - known.at < BELIEVED) return known.answer
      const answer = readAll(db, now())
      known = { answer, at: now() }
      answer.catch(() => {
        known = undefined
      })
      return answer
    },
  }
}

const LONGEST_VERSION = 100

/** Another system's own words in a form that can be kept and shown. */
const printable = (text: string) =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .slice(0, LONGEST_VERSION)

const newSample = (): Sample => ({
  asked: 0,
  failed: 0,
  pings: 0,
  missed: 0,
  times: noTimes(),
  pingTimes: noTimes(),
  version: undefined,
})

function addTo(times: number[], place: number): void {
  times[place] = (times[place] ?? 0) + 1
}

function added(one: Sample, other: Sample | undefined): Sample {
  if (!other) return one
  const sum = (a: readonly number[], b: readonly number[]) =>
    a.map((each, at) => each + (b[at] ?? 0))
  return {
    asked: one.asked + other.asked,
    failed: one.failed + other.failed,
    pings: one.pings + other.pings,
    missed: one.missed + other.missed,
    times: sum(one.times, other.times),
    pingTimes: sum(one.pingTimes, other.pingTimes),
    version: other.version ?? one.version,
  }
}

async function write(db: Queryable, region: string, slot: number, sample: Sample): Promise<void> {
  const { asked, failed, pings, missed, times, pingTimes, version } = sample
  await query(
    db,
    sql`insert into systems.region_sample as s
        (region, slot, asked, failed, pings, missed, times, ping_times, version)
      values (${region}, ${new Date(slot)}::timestamptz, ${asked}, ${failed}, ${pings}, ${missed},
        ${times}::integer[], ${pingTimes}::integer[], ${version ?? null})
      on conflict (region, slot) do update set asked = s.asked + excluded.asked,
        failed = s.failed + excluded.failed, pings = s.pings + excluded.pings, missed = s.missed + excluded.missed,
        times = (select array_agg(a + b order by n)
          from unnest(s.times, excluded.times) with ordinality as t (a, b, n)),
        ping_times = (select array_agg(a + b order by n)
          from unnest(s.ping_times, excluded.ping_times) with ordinality as t (a, b, n)),
        version = coalesce(excluded.version, s.version)`,
  )
}

interface MonthRow {
  readonly region: string
  readonly pings: string
  readonly missed: string
  readonly since: Date
}

async function readAll(db: Queryable, at: number): Promise<ReadonlyMap<string, Measured>> {
  const days = (count: number) => new Date(at - count * 86_400_000)
  const month = await query<MonthRow>(
    db,
    sql`select region, sum(pings) as pings, sum(missed) as missed, min(slot) as since
      from systems.region_sample where slot >= ${days(30)}::timestamptz group by region`,
  )
  const rows = await query<SampleRow>(
    db,
    sql`select region, slot, asked, failed, pings, missed, times, ping_times as "pingTimes", version
      from systems.region_sample where slot >= ${days(1)}::timestamptz order by slot`,
  )
  return new Map(
    month.map(({ region, pings, missed, since }) => {
      const day = rows.filter((row) => row.region === region)
      const whole = { pings: Number(pings), missed: Number(missed), since: since.toISOString() }
      return [region, measuredFrom(day, whole, at)]
    }),
  )
}
