import type { DomainResource, Extension, FhirResource } from 'fhir/r4'
import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { Contract, SourceRecord } from './contracts/contract.ts'
import type { Directory } from './directory.ts'
import { type FetchedResource, finish } from './finish.ts'
import { FIELD } from './mapping/base.ts'
import { type Fields, fieldsOf, type Leftover } from './mapping/fields.ts'
import type { Mapping } from './mapping/mapping.ts'
import { childrenOf, type XmlElement } from './soap/xml-element.ts'

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
  const items = childrenOf(body).filter(
    ({ name, namespace }) => name === contract.item && namespace === responder,
  )
  const outcomes = items.map((item) => readItem(contract, fieldsOf(item), mapping, directory))
  const answer = fieldsOf(body)
  return {
    resources: outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [] : outcome)),
    more: moreIn(answer),
    missing: [...resultOf(answer.group('result')), ...countLeftOut(outcomes)],
  }
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
  item: Fields,
  mapping: Mapping,
  directory: Directory,
): readonly FetchedResource[] | LeftOut {
  const { header, resources } = contract.toRecord(item, mapping)
  if (!isAbout(header.patient, contract, mapping)) return 'another-patient'
  const origin = directory.originOf(header)
  if (!origin) return 'no-origin'
  const [first, ...others] = resources
  const provenance = {
    origin,
    sourceSystem: header.sourceSystem,
    changed: [header.time, header.author?.time, header.signer?.time],
    process: header.careProcess,
    blockTime: header.blockTime,
    approvedForPatient: header.approvedForPatient,
  }
  const whole = [withLeftovers(first, item.left()), ...others]
  const finished = whole.map((resource) => finish(resource, provenance))
  return finished.every((each) => each !== undefined) ? finished : 'not-valid'
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
function withLeftovers(
  resource: SourceRecord['resources'][0],
  left: readonly Leftover[],
): FhirResource {
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

function countLeftOut(outcomes: readonly (readonly FetchedResource[] | LeftOut)[]): Missing[] {
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
