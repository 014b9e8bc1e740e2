import type { SearchPage } from '../../src/fhir/record-system.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import type { FederatedIds } from '../../src/systems/federation/federated-ids.ts'
import { createFederation } from '../../src/systems/federation/federation-system.ts'
import { createMemberAsker } from '../../src/systems/federation/members.ts'
import {
  PERSON,
  personsIn,
  type RegionFault,
  type RegionInMemory,
  regionInMemory,
} from './regions-in-memory.ts'
import { measureStarvation } from './starvation.ts'

/** What a run came to. */
export interface SilentRegionsReport {
  readonly requests: number
  /** Answers after the limit and the work of the process itself, not counting the time that it wasn't let run. */
  readonly late: number
  /** Answers that lacked something and didn't name whose. */
  readonly silentlyIncomplete: number
  /** Answers that named a region. */
  readonly named: number
  /** The longest, ms. */
  readonly longest: number
}

export interface SilentRegionsRun {
  readonly requests: number
  readonly regions: number
  /** Milliseconds that a region may take. */
  readonly deadline: number
  /** Requests under way at once. */
  readonly atOnce: number
  /** What the page is before it's judged; for showing that a fault would be caught. */
  readonly spoil?: (page: SearchPage) => SearchPage
}

const FAULTS: readonly RegionFault[] = ['hung', 'slow', 'down', 'partial', 'lying']
/** Requests that are judged by what they hold and not by their time. */
const WARM_UP = 200
/** Milliseconds that the process's own work with other requests may add. */
const SLACK = 1_000
const RESULTS = 4

/** Federated ids that need no table, as none is too long. */
const IDS: FederatedIds = {
  toFederated: (region, id) => `${region}.${id}`,
  settled: async () => {},
  toRegional: async (id) => {
    const [region = '', ...rest] = id.split('.')
    return { region, id: rest.join('.') }
  },
}

/**
 * Asks a federation while its regions hang, are late, go down and leave things out, one or more at a time: every answer
 * must come in time, and be whole for every region that it doesn't name.
 */
export async function runSilentRegions(run: SilentRegionsRun): Promise<SilentRegionsReport> {
  const { requests, deadline, atOnce, spoil = (page) => page } = run
  const regions = Array.from({ length: run.regions }, (_, n) =>
    regionInMemory(`region-${String.fromCharCode(97 + n)}`, RESULTS, 1, deadline * 2),
  )
  const members = regions.map(({ region, system }) => ({ region, name: region, system }))
  const persons = personsIn(regions)
  const report = { requests: 0, late: 0, silentlyIncomplete: 0, named: 0, longest: 0 }
  const types = members[0]?.system.capability().types ?? new Map()
  const text = `patient=${PERSON}&_sort=-date&_count=1000`
  const query = parseSearch('Observation', new URLSearchParams(text), {
    types,
    base: undefined,
    now: 0,
  })
  const sight = mintSight({ ...EVERYTHING, patients: [PERSON] })

  const starvation = measureStarvation()

  async function worker(first: number): Promise<void> {
    for (let n = first; n < requests; n += atOnce) {
      if (n % FAULT_CHANGES === 0) changeFaults(regions, n)
      // A federation anew now and then, so that what it remembers doesn't answer for all.
      const asker = createMemberAsker(Date.now, deadline)
      const federation = createFederation({
        name: 'all',
        members: () => members,
        persons,
        ids: IDS,
        asker,
        deadline,
      })
      const began = performance.now()
      const starvedBefore = starvation.total()
      const page = spoil(await federation.search(query, sight))
      const ended = performance.now()
      await nextTick() // so that a delay before it is measured
      const starved = starvation.total() - starvedBefore
      const took = Math.max(0, ended - began - starved)
      judge(report, page, { regions, took: n < WARM_UP ? 0 : took, limit: deadline + SLACK })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, first) => worker(first)))
  starvation.stop()
  return report
}

const nextTick = () => new Promise((resolve) => setTimeout(resolve, 1))

/** Until the process is warm it's its own slowness that would be timed. */
function judge(
  report: { -readonly [Name in keyof SilentRegionsReport]: number },
  page: SearchPage,
  {
    regions,
    took,
    limit,
  }: { readonly regions: readonly RegionInMemory[]; readonly took: number; readonly limit: number },
): void {
  report.requests++
  report.longest = Math.max(report.longest, took)
  if (took > limit) report.late++
  if (page.issues.length > 0) report.named++
  if (!isHonest(page, regions)) report.silentlyIncomplete++
}

const FAULT_CHANGES = 20

function changeFaults(regions: readonly RegionInMemory[], seed: number): void {
  for (const [index, region] of regions.entries()) {
    const draw = (seed * 31 + index * 17) % 11
    region.fault = draw < 3 ? (FAULTS[(seed + index) % FAULTS.length] ?? 'none') : 'none'
  }
}

/** Of the person alone, and whole for every region that isn't named. */
function isHonest({ hits, issues }: SearchPage, regions: readonly RegionInMemory[]): boolean {
  const shown = new Set(hits.map(({ resource }) => resource.key.id))
  const named = new Set(issues.map(({ source }) => source))
  const isOwn = hits.every(({ resource }) => resource.origin.patient === PERSON)
  const isWhole = regions.every(
    ({ region, ids }) => named.has(region) || ids.every((id) => shown.has(id)),
  )
  return isOwn && isWhole
}
