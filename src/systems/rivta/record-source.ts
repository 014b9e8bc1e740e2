import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue, ResourceKey } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { Fetched } from './ask-source.ts'
import { type Contract, QUESTIONS, type Question } from './contracts/contract.ts'
import type { Directory } from './directory.ts'
import type { FetchPerson } from './fetch-person.ts'
import type { FetchRecords } from './fetch-records.ts'
import { type FetchedResource, finish } from './finish.ts'
import type { PatientNumber, SealedIds } from './sealed-id.ts'

/** A region's records as resources: of a type and a patient, or by key, whatever they are fetched with. */
export interface RecordSource {
  /**
   * The resources of a type that belong to patients, seen by the sight. Patients outside the sight aren't even asked
   * about. Ids that aren't ours are of nobody.
   */
  ofPatients(type: ResourceType, patients: Iterable<string>, sight: Sight): Promise<Fetched>
  /** What belongs to no patient: the Organizations that we know. */
  open(type: ResourceType): readonly FetchedResource[]
  /**
   * The resource of a key, wherever its id leads; `undefined` if all sources answered and none has it.
   * @throws Problem `transient` if it isn't found and a source didn't answer
   */
  byKey(key: ResourceKey): Promise<FetchedResource | undefined>
}

/** What records come from. */
export interface RecordSourceParts {
  readonly ids: SealedIds
  readonly directory: Directory
  readonly contracts: ReadonlyMap<Question, readonly Contract[]>
  readonly fetchRecords: FetchRecords
  readonly fetchPerson: FetchPerson
}

export function createRecordSource(parts: RecordSourceParts): RecordSource {
  const organizations = parts.directory.organizations.flatMap(({ resource, origin }) => {
    const unsaid = {
      sourceSystem: '',
      process: undefined,
      blockTime: undefined,
      approvedForPatient: undefined,
    }
    const provenance = { ...unsaid, origin, changed: [] }
    return finish(resource, provenance) ?? []
  })
  const open = (type: ResourceType) => (type === 'Organization' ? organizations : [])
  return {
    open,
    async ofPatients(type, patients, sight) {
      if (sight.types !== 'all' && !sight.types.includes(type)) return NOTHING
      const wanted = [...new Set(patients)].filter(
        (id) => sight.patients === 'all' || sight.patients.includes(id),
      )
      const answers = await Promise.all(wanted.map((id) => ofPatient(parts, type, id)))
      const all = answers.flatMap(({ resources }) => resources)
      const seen = all.filter(({ stored, indexed }) => covers(sight, stored.origin, () => indexed))
      return {
        resources: onceEach(seen),
        issues: answers.flatMap(({ issues }) => issues),
      }
    },
    async byKey(key) {
      const known = open(key.type).find(({ stored }) => stored.key.id === key.id)
      return known ?? fetchByKey(parts, key)
    },
  }
}

/**
 * What several sources publish with the same id and the same content is shown once; by its own id each is still found.
 * Only one source may publish a fact (TKB 1.6), but databases that were split or merged do it all the same.
 */
function onceEach(resources: readonly FetchedResource[]): FetchedResource[] {
  const systems = new Map<string, string>()
  return resources.filter(({ sameness, sourceSystem }) => {
    const first = systems.get(sameness) ?? sourceSystem
    systems.set(sameness, first)
    return first === sourceSystem
  })
}

const NOTHING: Fetched = { resources: [], issues: [] }

async function ofPatient(
  parts: RecordSourceParts,
  type: ResourceType,
  id: string,
): Promise<Fetched> {
  const opened = parts.ids.open(id)
  if (!opened || opened.kind !== undefined) return NOTHING
  return fetchType(parts, type, opened.patient)
}

async function fetchType(
  parts: RecordSourceParts,
  type: ResourceType,
  patient: PatientNumber,
): Promise<Fetched> {
  if (type === 'Patient') return parts.fetchPerson(patient)
  const questions = [...parts.contracts].filter(([, contracts]) =>
    contracts.some(({ types }) => types.includes(type)),
  )
  const answers = await Promise.all(
    questions.map(([question]) => parts.fetchRecords(question, patient)),
  )
  return {
    resources: answers
      .flatMap(({ resources }) => resources)
      .filter(({ stored }) => stored.key.type === type),
    issues: answers.flatMap(({ issues }) => issues),
  }
}

async function fetchByKey(
  parts: RecordSourceParts,
  { type, id }: ResourceKey,
): Promise<FetchedResource | undefined> {
  const opened = parts.ids.open(id)
  if (!opened) return undefined
  const { patient, kind } = opened
  const question = kind === undefined ? undefined : QUESTIONS[kind]
  if ((type === 'Patient') !== (kind === undefined)) return undefined
  const { resources, issues } =
    question === undefined
      ? await parts.fetchPerson(patient)
      : await parts.fetchRecords(question, patient)
  const found = resources.find(({ stored }) => stored.key.type === type && stored.key.id === id)
  if (found || issues.length === 0) return found
  throw unanswered(issues)
}

/** It may be there: saying that it isn't would be a guess. */
function unanswered(issues: readonly CompletenessIssue[]): Problem {
  const sources = [...new Set(issues.map(({ source }) => source))].join(', ')
  return new Problem(
    'transient',
    `It cannot be told whether this is there: ${sources} did not answer in full`,
  )
}
