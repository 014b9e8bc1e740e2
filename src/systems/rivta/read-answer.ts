import type { DomainResource, Extension, FhirResource } from 'fhir/r4'
import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { Contract, SourceRecord } from './contracts/contract.ts'
import type { Directory } from './directory.ts'
import { type FetchedResource, finish, type Provenance } from './finish.ts'
import { FIELD } from './mapping/base.ts'
import { type Fields, fieldsOf, type Leftover } from './mapping/fields.ts'
import type { Mapping } from './mapping/mapping.ts'
import { childrenOf, type XmlElement } from './soap/xml-element.ts'
import { withoutInvalid } from './without-invalid.ts'

/** An answer, read. */
export interface Reading {
  readonly resources: readonly FetchedResource[]
  /** Where the rest of the answer is. */
  readonly more: readonly MoreReference[]
  /** What is missing, without the source's name. */
  readonly missing: readonly Missing[]
}

export type Missing = Omit<CompletenessIssue, 'source'>

/** HasMoreType of CareDocumentation 3. */
export interface MoreReference {
  readonly logicalAddress: string
  readonly reference: string
}

/**
 * Reads the answer of a contract: each item mapped, what no mapping took kept beside it, and what can't be shown counted.
 * Records of another patient than the one asked about are left out, whatever else is in them.
 *
 * @throws Problem `structure` for an answer to another question
 */
export function readAnswer(
  contract: Contract,
  body: XmlElement,
  mapping: Mapping,
  directory: Directory,
): Reading {
  const { operation, responder } = contract.shape
  if (body.name !== `${operation}Response` || body.namespace !== responder) {
    throw new Problem('structure', 'The source answered another question than was asked')
  }
  // Whatever namespace a source puts it in, it isn't passed over.
  const items = childrenOf(body).filter(({ name }) => name === contract.item)
  const read = (item: XmlElement, own: Mapping) => readItem(contract, item, own, directory)
  const outcomes = eachByItself(items, mapping, read)
  const answer = fieldsOf(body)
  const more = moreIn(answer)
  return {
    resources: outcomes.flatMap((outcome) =>
      typeof outcome === 'string' ? [] : outcome.resources,
    ),
    more,
    missing: [
      ...resultOf(answer.group('result')),
      ...countLeftOut(outcomes),
      ...countUnknown(contract, body),
      ...(more.length < answer.groups('hasMore').length ? [NOWHERE] : []),
    ],
  }
}

/** What an item became: the source's own id of it, and at least one resource. */
interface ReadItem {
  readonly sourceId: string
  readonly resources: readonly FetchedResource[]
}

type Outcome = ReadItem | LeftOut

/**
 * Every item as resources of its own. Some sources give several records of one answer the same id: none of them is passed
 * over for another, but has what it says in its id too. The same twice is one.
 */
function eachByItself(
  items: readonly XmlElement[],
  mapping: Mapping,
  read: (item: XmlElement, mapping: Mapping) => Outcome,
): readonly Outcome[] {
  const outcomes = items.map((item) => ({ item, outcome: read(item, mapping) }))
  const byId = Map.groupBy(outcomes, ({ outcome }) =>
    typeof outcome === 'string' ? outcome : outcome.resources[0]?.stored.key.id,
  )
  return [...byId.values()].flatMap((alike) => {
    const contents = new Map(alike.map((each) => [contentOf(each.outcome), each]))
    if (typeof alike[0]?.outcome === 'string') return alike.map(({ outcome }) => outcome)
    const sorted = [...contents].sort(([a], [b]) => (a < b ? -1 : 1))
    // Without an id a record is known by what it says alone.
    const plain = alike[0]?.outcome.sourceId === '' ? 0 : 1
    const [others, own] = [sorted.slice(plain), sorted.slice(0, plain)]
    const apart = others.map(([content, { item, outcome }]) =>
      read(item, apartBy(content, outcome, mapping)),
    )
    return [...own.map(([, { outcome }]) => outcome), ...apart]
  })
}

/** What tells contents apart: their versions are made of them. */
const contentOf = (outcome: Outcome) =>
  typeof outcome === 'string' ? '' : outcome.resources.map(({ stored }) => stored.version).join('.')

/** Other ids for what belongs to the record itself; what it points at has its own. */
function apartBy(content: string, outcome: Outcome, mapping: Mapping): Mapping {
  const sourceId = typeof outcome === 'string' ? undefined : outcome.sourceId
  return {
    ...mapping,
    idOf(type, system, id, part = '') {
      return mapping.idOf(type, system, id, id === sourceId ? `${part}#${content}` : part)
    },
  }
}

const NOWHERE: Missing = { kind: 'partial', message: 'There is more, and it is not told where' }

/** What stands beside the items in a namespace of the contracts, and nobody here knows. */
function countUnknown({ item }: Contract, body: XmlElement): Missing[] {
  const known = new Set([item, 'result', 'hasMore'])
  const unknown = childrenOf(body).filter(
    ({ name, namespace }) =>
      !known.has(name) && (namespace === '' || namespace.startsWith('urn:riv:')),
  )
  const message = `${unknown.length} parts of the answer are not known`
  return unknown.length === 0 ? [] : [{ kind: 'partial', message }]
}

/** Why an item isn't shown. */
type LeftOut = 'another-patient' | 'no-origin' | 'not-valid'

const REASONS: Readonly<Record<LeftOut, string>> = {
  'another-patient': 'about another patient than the one asked about',
  'no-origin': 'without care unit or care provider, so that blocks cannot be judged (PDL 4:4)',
  'not-valid': 'that cannot be made into valid FHIR',
}

function readItem(
  contract: Contract,
  element: XmlElement,
  mapping: Mapping,
  directory: Directory,
): Outcome {
  const item = fieldsOf(element)
  const { header, resources } = contract.toRecord(item, mapping)
  if (!isAbout(header.patient, contract, mapping)) return 'another-patient'
  const origin = directory.originOf(header)
  if (!origin) return 'no-origin'
  const provenance = {
    origin,
    sourceSystem: header.sourceSystem,
    changed: [header.time, header.author?.time, header.signer?.time],
    process: header.careProcess,
    blockTime: header.blockTime,
    approvedForPatient: header.approvedForPatient,
  }
  const [first, ...others] = resources
  const finished =
    finishAll([withLeftovers(first, item.left()), ...others], provenance) ??
    // All that the item says is kept beside what FHIR accepts of it.
    finishAll(
      [
        withLeftovers(withoutInvalid(first), fieldsOf(element).left()),
        ...others.map(withoutInvalid),
      ],
      provenance,
    )
  return finished ? { sourceId: header.sourceId, resources: finished } : 'not-valid'
}

function finishAll(
  resources: readonly FhirResource[],
  provenance: Provenance,
): readonly FetchedResource[] | undefined {
  const finished = resources.map((resource) => finish(resource, provenance))
  return finished.every((each) => each !== undefined) ? finished : undefined
}

function isAbout(
  { root, extension }: SourceRecord['header']['patient'],
  { mayOmitPatient }: Contract,
  { patient }: Mapping,
): boolean {
  if (mayOmitPatient && root === undefined && extension === undefined) return true
  return extension === patient.extension && root === patient.root
}

/** What no mapping took, as an extension each: where it was, and its text. */
function withLeftovers(resource: FhirResource, left: readonly Leftover[]): FhirResource {
  if (left.length === 0) return resource
  const fields: Extension[] = left.map(({ path, text }) => ({
    url: FIELD,
    extension: [
      { url: 'path', valueString: path },
      { url: 'text', valueString: text },
    ],
  }))
  const { extension = [] } = resource as DomainResource
  return { ...resource, extension: [...extension, ...fields] } as FhirResource
}

function countLeftOut(outcomes: readonly Outcome[]): Missing[] {
  return (Object.keys(REASONS) as LeftOut[]).flatMap((reason) => {
    const count = outcomes.filter((outcome) => outcome === reason).length
    const message = `${count} records ${REASONS[reason]} are left out`
    return count === 0 ? [] : [{ kind: 'partial' as const, message }]
  })
}

/** ResultType. Its message is the source's own text and may hold anything, so only its log id is shown. */
function resultOf(result: Fields | undefined): Missing[] {
  const code = result?.text('resultCode')?.trim()
  if (code === undefined || code === 'OK') return []
  const [log] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(result?.text('logId') ?? '') ?? []
  const where = log === undefined ? '' : ` (its log id ${log})`
  return code === 'INFO'
    ? [{ kind: 'partial', message: `The source has a remark about its answer${where}` }]
    : [{ kind: 'unavailable', message: `The source answered with an error${where}` }]
}

function moreIn(answer: Fields): MoreReference[] {
  return answer.groups('hasMore').flatMap((more) => {
    const logicalAddress = more.text('logicalAddress')?.trim()
    const reference = more.text('reference')
    return logicalAddress === undefined || reference === undefined
      ? []
      : [{ logicalAddress, reference }]
  })
}
