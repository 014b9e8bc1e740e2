import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  ResourceKey,
  SearchPage,
  StoredResource,
} from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'

/** A region as a test sees it: through its gate, as its users will. */
export interface RegionUnderTest {
  capability(): Capability
  /** @param text the parameters as in an address */
  search(type: ResourceType, text: string): Promise<SearchPage>
  read(key: ResourceKey): Promise<StoredResource>
}

/** One thing that was tried. */
export interface Check {
  readonly name: string
  readonly passed: boolean
  /** What was wrong; never patient data. */
  readonly detail: string | undefined
}

/** What a region must do before it's live. */
export interface ConformanceReport {
  readonly passed: number
  readonly failed: number
  readonly checks: readonly Check[]
  /** Of all searches, ms. */
  readonly p95: number
}

/** What is asked of every patient's record. Types that a region lacks are in its information map, not here. */
export const TYPES: readonly ResourceType[] = [
  'Encounter',
  'Condition',
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'AllergyIntolerance',
  'Immunization',
  'Composition',
  'Procedure',
  'ServiceRequest',
  'Appointment',
  'Flag',
]

const MOST_MILLISECONDS = 3_000

/**
 * Tries a region with some of its own patients: that everything is found, once, on pages as in one list, in order, from a
 * known care unit, read back byte for byte, and in time.
 *
 * @param units HSA-ids that the region has said are its own
 */
export async function conform(
  region: RegionUnderTest,
  patients: readonly string[],
  units: ReadonlySet<string>,
  now: () => number,
): Promise<ConformanceReport> {
  const checks: Check[] = []
  const times: number[] = []
  const timed = async (type: ResourceType, text: string) => {
    const began = now()
    const page = await region.search(type, text)
    times.push(now() - began)
    return page
  }
  const attempt = async (name: string, work: () => Promise<string | undefined>) => {
    const detail = await work().catch((thrown: unknown) => {
      if (thrown instanceof Problem) return `${thrown.code}: ${thrown.message}`
      throw thrown
    })
    checks.push({ name, passed: detail === undefined, detail })
  }
  if (patients.length === 0) {
    checks.push({ name: 'there are patients to try with', passed: false, detail: 'none is known' })
  }
  const { types } = region.capability()
  for (const [index, patient] of patients.entries()) {
    for (const type of TYPES.filter((each) => types.has(each))) {
      const of = `${type}, patient ${index + 1}`
      await attempt(`${of}: found in full`, () => isWhole(timed, type, patient, units))
      await attempt(`${of}: the same on pages`, () => isSameOnPages(timed, type, patient))
      await attempt(`${of}: read back byte for byte`, () =>
        isReadBack(region, timed, type, patient),
      )
    }
  }
  await attempt('nothing is found about nobody', async () => {
    const { hits } = await timed('Condition', 'patient=no-such-patient')
    return hits.length === 0 ? undefined : 'something was found'
  })
  const sorted = [...times].sort((a, b) => a - b)
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
  await attempt(`searches take at most ${MOST_MILLISECONDS} ms`, async () =>
    p95 <= MOST_MILLISECONDS ? undefined : `p95 is ${p95} ms`,
  )
  const failed = checks.filter(({ passed }) => !passed).length
  return { passed: checks.length - failed, failed, checks, p95 }
}

type Timed = RegionUnderTest['search']

const nameOf = ({ key }: StoredResource) => `${key.type}/${key.id}`

async function isWhole(
  search: Timed,
  type: ResourceType,
  patient: string,
  units: ReadonlySet<string>,
): Promise<string | undefined> {
  const { hits, issues } = await search(type, `patient=${patient}&_count=1000`)
  if (issues.length > 0) return issues[0]?.message
  const resources = hits.map(({ resource }) => resource)
  if (new Set(resources.map(nameOf)).size < resources.length) return 'something comes twice'
  const others = resources.filter(({ origin }) => origin.patient !== patient)
  if (others.length > 0) return `${others.length} are another patient’s`
  const unknown = resources.filter(({ origin }) => !units.has(origin.unit))
  return unknown.length > 0 ? `${unknown.length} are from an unknown care unit` : undefined
}

async function isSameOnPages(search: Timed, type: ResourceType, patient: string) {
  const text = `patient=${patient}&_sort=_id`
  const whole = (await search(type, `${text}&_count=1000`)).hits.map(({ resource }) =>
    nameOf(resource),
  )
  const paged: string[] = []
  const count = Math.max(1, Math.ceil(whole.length / 3))
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `&_cursor=${encodeURIComponent(cursor)}`
    const page = await search(type, `${text}&_count=${count}${more}`)
    paged.push(...page.hits.map(({ resource }) => nameOf(resource)))
    cursor = page.next
  } while (cursor !== undefined && paged.length <= whole.length)
  return JSON.stringify(paged) === JSON.stringify(whole) ? undefined : 'the pages are not the list'
}

async function isReadBack(
  region: RegionUnderTest,
  search: Timed,
  type: ResourceType,
  patient: string,
): Promise<string | undefined> {
  const [hit] = (await search(type, `patient=${patient}&_count=1`)).hits
  if (!hit) return undefined
  const read = await region.read(hit.resource.key)
  return read.bytes.equals(hit.resource.bytes)
    ? undefined
    : 'reading gives other bytes than searching'
}
