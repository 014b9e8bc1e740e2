import { Problem } from './fhir/problem.ts'
import type { SearchPage } from './fhir/record-system.ts'
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
  /** Searches that weren't answered in full. */
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
  const next = await regions.persons.patientsIn(id, PATIENTS, after)
  const patients = next.length > 0 ? next : await regions.persons.patientsIn(id, PATIENTS)
  const times: number[] = []
  const faults: string[] = []
  const sums = { compared: 0, different: 0, silent: 0 }
  for (const patient of patients) {
    const person = await regions.persons.byPatient(id, patient)
    for (const type of TYPES.filter((each) => region.gate.capability().types.has(each))) {
      const alone = await answerOf(region.gate, id, type, patient, now)
      const began = now()
      const whole = await answerOf(together, id, type, person ?? `${id}.${patient}`, now)
      times.push(now() - began)
      if (!alone || !whole) {
        sums.silent++
        faults.push(`${type}: not answered in full`)
        continue
      }
      const different = differences(contentsOf(alone), await fromRegion(regions, id, whole))
      sums.compared += alone.hits.length
      sums.different += different
      if (different > 0) faults.push(`${type}: ${different} differ`)
    }
  }
  const sorted = times.sort((a, b) => a - b)
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
  const last = patients.at(-1)
  return { patients: patients.length, ...sums, p95, faults: faults.slice(0, MOST_FAULTS), last }
}

const MOST_FAULTS = 10
const WHOLE = '&_count=1000'

/** The answer about a patient; `undefined` where it isn't whole. */
async function answerOf(
  gate: Gate,
  region: string,
  type: ResourceType,
  patient: string,
  now: () => number,
): Promise<SearchPage | undefined> {
  const { types } = gate.capability()
  const parameters = new URLSearchParams(`patient=${patient}${WHOLE}`)
  const query = parseSearch(type, parameters, { types, base: undefined, now: now() })
  try {
    const page = await gate.search(operatorAccess(region, 'karna-shadow', 'Skuggtest'), query)
    return page.issues.some(({ source }) => isOf(source, region, gate)) ? undefined : page
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'transient') return undefined
    throw thrown
  }
}

/** Whether something is missing of the region: alone, whatever is missing is; together, others have their own troubles. */
const isOf = (source: string, region: string, gate: Gate) =>
  gate.region === region || source === region

/** By its id, without ids and references: those are other where regions are together. */
type Contents = ReadonlyMap<string, string>

const contentsOf = ({ hits }: SearchPage): Contents =>
  new Map(hits.map(({ resource: { key, bytes } }) => [key.id, contentOf(bytes)]))

const contentOf = (bytes: Buffer): string =>
  String(bytes).replaceAll(/("(?:id|reference)"\s*:\s*)"[^"]*"/g, '$1""')

async function fromRegion(
  regions: Pick<Regions, 'regionalOf'>,
  region: string,
  { hits }: SearchPage,
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
