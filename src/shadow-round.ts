import { Problem } from './fhir/problem.ts'
import type { SearchHit } from './fhir/record-system.ts'
import type { ResourceType } from './fhir/resource-type.ts'
import { parseSearch } from './fhir/search/parse.ts'
import type { Gate } from './law/gate.ts'
import { operatorAccess } from './operator-access.ts'
import type { OpenRegion, Regions } from './regions.ts'
import { TYPES } from './systems/registry/conformance.ts'

/** What one round of a shadow period found. */
export interface ShadowRound {
  readonly patients: number
  /** Resources that the region answers with by itself. */
  readonly compared: number
  /** Those that all regions together would not show, or show otherwise, and what they would show besides. */
  readonly different: number
  /** Searches that weren't answered in full, or were refused. */
  readonly silent: number
  /** Milliseconds, of the searches over all regions. */
  readonly p95: number
  /** What was wrong, by type; never patient data. */
  readonly faults: readonly string[]
}

const PATIENTS = 2

/**
 * Compares, for some of a region's patients, what it answers by itself with what all regions would answer if it were live:
 * the same resources, to the byte but for their ids. Through the gates, and so in the log. Nobody is shown anything.
 *
 * @param after the patient that the last round ended with; rounds go through all of them, and begin again
 */
export async function shadowRound(
  regions: Pick<Regions, 'persons' | 'regionalOf' | 'rehearsal'>,
  region: OpenRegion,
  now: () => number,
  after?: string,
): Promise<ShadowRound & { readonly last: string | undefined }> {
  const { id } = region.record
  const together = regions.rehearsal(region)
  const patients = await nextPatients(regions, id, after)
  const times: number[] = []
  const faults: string[] = []
  const sums = { compared: 0, different: 0, silent: 0 }
  const types = TYPES.filter((each) => region.gate.capability().types.has(each))
  for (const patient of patients) {
    const person = (await regions.persons.byPatient(id, patient)) ?? `${id}.${patient}`
    for (const type of types) {
      const alone = await answerOf(region.gate, id, type, patient, now)
      const began = now()
      const whole = await answerOf(together, id, type, person, now)
      times.push(now() - began)
      if (isFault(alone) || isFault(whole)) {
        sums.silent++
        faults.push(`${type}: ${isFault(alone) ? alone : whole}`)
        continue
      }
      const different = differences(contentsOf(alone), await fromRegion(regions, id, whole))
      sums.compared += alone.length
      sums.different += different
      if (different > 0) faults.push(`${type}: ${different} differ`)
    }
  }
  const p95 = p95Of(times)
  const last = patients.at(-1)
  return { patients: patients.length, ...sums, p95, faults: faults.slice(0, MOST_FAULTS), last }
}

async function nextPatients(
  { persons }: Pick<Regions, 'persons'>,
  region: string,
  after: string | undefined,
): Promise<readonly string[]> {
  const next = await persons.patientsIn(region, PATIENTS, after)
  return next.length > 0 ? next : persons.patientsIn(region, PATIENTS)
}

function p95Of(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0
}

const MOST_FAULTS = 10
const A_PAGE = '&_count=1000'
/** A source that always has one more page is not answering. */
const MOST_PAGES = 100

const isFault = (answer: readonly SearchHit[] | string): answer is string =>
  typeof answer === 'string'

/** Every page about a patient; or what was wrong, never patient data. One question that fails ends no round. */
async function answerOf(
  gate: Gate,
  region: string,
  type: ResourceType,
  patient: string,
  now: () => number,
): Promise<readonly SearchHit[] | string> {
  const { types } = gate.capability()
  const parameters = new URLSearchParams(`patient=${patient}${A_PAGE}`)
  const access = operatorAccess(region, 'karna-shadow', 'Skuggtest')
  const hits: SearchHit[] = []
  try {
    const query = parseSearch(type, parameters, { types, base: undefined, now: now() })
    let cursor: string | undefined
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await gate.search(access, { ...query, cursor })
      if (page.issues.some(({ source }) => isOf(source, region, gate))) return SILENT
      hits.push(...page.hits)
      cursor = page.next
      if (cursor === undefined) return hits
    }
    return `more than ${MOST_PAGES} pages`
  } catch (thrown) {
    // What a newcomer makes fail is what the period is there to find, a defect of ours as well.
    if (!(thrown instanceof Problem)) return 'failed'
    return thrown.code === 'transient' ? SILENT : `refused, ${thrown.code}`
  }
}

const SILENT = 'not answered in full'

/** Whether something is missing of the region: alone, whatever is missing is; together, others have their own troubles. */
const isOf = (source: string, region: string, gate: Gate) =>
  gate.region === region || source === region

/** By its id, without ids and references: those are other where regions are together. */
type Contents = ReadonlyMap<string, string>

const contentsOf = (hits: readonly SearchHit[]): Contents =>
  new Map(hits.map(({ resource: { key, bytes } }) => [key.id, contentOf(bytes)]))

const contentOf = (bytes: Buffer): string =>
  String(bytes).replaceAll(/("(?:id|reference)"\s*:\s*)"[^"]*"/g, '$1""')

async function fromRegion(
  regions: Pick<Regions, 'regionalOf'>,
  region: string,
  hits: readonly SearchHit[],
): Promise<Contents> {
  const found = await Promise.all(
    hits.map(async ({ resource: { key, bytes } }) => {
      const regional = await regions.regionalOf(key.id)
      return regional?.region === region ? ([regional.id, contentOf(bytes)] as const) : undefined
    }),
  )
  return new Map(found.flatMap((each) => (each ? [each] : [])))
}

function differences(alone: Contents, together: Contents): number {
  const missing = [...alone].filter(([id, content]) => together.get(id) !== content).length
  const besides = [...together.keys()].filter((id) => !alone.has(id)).length
  return missing + besides
}
