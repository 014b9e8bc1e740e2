import { type AskParts, askSource, type Fetched } from './ask-source.ts'
import { type Contract, QUESTIONS, type Question } from './contracts/contract.ts'
import type { FetchedResource } from './finish.ts'
import { createKept } from './kept-answers.ts'
import type { Mapping } from './mapping/mapping.ts'
import type { RivtaSource } from './profile.ts'
import type { PatientNumber, SealedIds } from './sealed-id.ts'

/** All that a region's sources say to one question about one patient. */
export type FetchRecords = (question: Question, patient: PatientNumber) => Promise<Fetched>

/** Answers kept at most, whole ones: so much memory and no more, whoever asks. */
const MOST_KEPT = 500

/** Fetches from every source that answers a question, in parallel, and puts the answers together. */
export function createFetchRecords(parts: AskParts, ids: SealedIds): FetchRecords {
  const kept = createKept<Fetched>({
    now: parts.now,
    freshness: parts.profile.freshness,
    isWhole: ({ issues }) => issues.length === 0,
    most: MOST_KEPT,
  })
  return (question, patient) =>
    kept([question, patient.root, patient.extension].join('|'), () =>
      fetchAll(parts, ids, question, patient),
    )
}

async function fetchAll(
  parts: AskParts,
  ids: SealedIds,
  question: Question,
  patient: PatientNumber,
): Promise<Fetched> {
  const mapping = mappingOf(parts, ids, question, patient)
  const asked = parts.profile.sources.flatMap((source) => {
    const contract = source.contracts.find((each) => each.question === question)
    return contract ? [{ source, contract }] : []
  })
  const answers = await Promise.all(
    asked.map(({ source, contract }) => askSource(parts, source, contract, mapping)),
  )
  return {
    resources: newestOfEach(answers.flatMap(({ resources }) => resources)),
    issues: answers.flatMap(({ issues }) => issues),
  }
}

/** How the records of a patient that answer a question are mapped. */
function mappingOf(
  { directory }: AskParts,
  ids: SealedIds,
  question: Question,
  patient: PatientNumber,
): Mapping {
  const patientId = ids.ofPatient(patient)
  if (patientId === undefined) throw new Error('an id was made for this patient before')
  return {
    patient,
    patientId,
    organizationOf: directory.organizationOf,
    // A care contact is referred to from everywhere, and is always found by the one question.
    idOf(type, sourceSystem, sourceId, part = '') {
      const asked = type === 'Encounter' ? 'GetCareContacts' : question
      const key = [type, sourceSystem, sourceId, part]
      return ids.ofRecord(patient, QUESTIONS.indexOf(asked), key)
    },
  }
}

/**
 * Databases of one product overlap: the same record from several is one, as the latest of them has it. Where one of two that
 * are as late has taken it back, it's taken back.
 */
function newestOfEach(resources: readonly FetchedResource[]): FetchedResource[] {
  const newest = new Map<string, FetchedResource>()
  for (const resource of resources) {
    const { key, lastUpdated } = resource.stored
    const name = `${key.type}/${key.id}`
    const other = newest.get(name)
    const isLater = !other || other.stored.lastUpdated < lastUpdated
    const isAsLate = other?.stored.lastUpdated === lastUpdated
    if (isLater || (isAsLate && isTakenBack(resource))) newest.set(name, resource)
  }
  return [...newest.values()]
}

const isTakenBack = ({ stored }: FetchedResource) => stored.bytes.includes('"entered-in-error"')

/** The contracts of a region by the question they answer, for what it can be asked at all. */
export function contractsOf(sources: readonly RivtaSource[]): ReadonlyMap<Question, Contract[]> {
  const found = new Map<Question, Contract[]>()
  for (const contract of sources.flatMap(({ contracts }) => contracts)) {
    found.set(contract.question, [...(found.get(contract.question) ?? []), contract])
  }
  return found
}
