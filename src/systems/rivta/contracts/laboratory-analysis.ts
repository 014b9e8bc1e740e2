import type {
  CodeableConcept,
  Extension,
  Identifier,
  Observation,
  ObservationComponent,
  Specimen,
  SpecimenContainer,
} from 'fhir/r4'
import {
  baseOf,
  booleanExtension,
  conceptExtensions,
  namedExtension,
  notesOf,
  partNames,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import type { RecordHeader } from '../mapping/header.ts'
import { analysisStatus, anyValue, LABORATORY, toRange } from '../mapping/laboratory.ts'
import { type Mapping, patientReference } from '../mapping/mapping.ts'
import { type Contained, professionalReference, readActor } from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { filled, present, toConcept, toIdentifier, toPeriod, withWords } from '../mapping/values.ts'

/** An analysis with what it is part of. */
interface Analysis {
  readonly fields: Fields
  readonly identifier: Identifier | undefined
  /** Name and code of its group. */
  readonly group: CodeableConcept | undefined
  readonly groupComment: string | undefined
  /** Analyses that are said to be related to it, as positions in the list. */
  readonly related: number[]
}

/** What the groups of analyses are called, in their order. */
export function groupNames(body: Fields): readonly (CodeableConcept | undefined)[] {
  return body
    .groups('groupOfAnalyses')
    .map((group) => withWords(toConcept(group.group('code')), group.text('name')))
}

/** AnalysisType of lab 4: every analysis of a record, related ones too, each an Observation. */
export function toObservations(
  body: Fields,
  header: RecordHeader,
  mapping: Mapping,
  names: readonly (CodeableConcept | undefined)[],
): readonly Observation[] {
  const all: Analysis[] = []
  for (const [at, group] of body.groups('groupOfAnalyses').entries()) {
    const name = names[at]
    const comment = group.text('comment')
    for (const fields of group.groups('analysis')) collect(fields, name, comment, all)
  }
  const parts = partNames(all.map(({ identifier }) => identifier))
  const ids = parts.map((name) => baseOf('Observation', header, mapping, name).id)
  return all.map((analysis, at) =>
    toObservation(analysis, { id: ids[at] ?? '', header, mapping }, (index) => ids[index] ?? ''),
  )
}

/** The analysis and those related to it, which the contract nests. Gives its position. */
function collect(
  fields: Fields,
  group: CodeableConcept | undefined,
  groupComment: string | undefined,
  all: Analysis[],
): number {
  const identifier = toIdentifier(fields.group('identifier'))
  const related: number[] = []
  const at = all.push({ fields, identifier, group, groupComment, related }) - 1
  for (const each of fields.groups('result').flatMap((result) => result.groups('related'))) {
    related.push(collect(each, group, undefined, all))
  }
  return at
}

interface Place {
  readonly id: string
  readonly header: RecordHeader
  readonly mapping: Mapping
}

function toObservation(
  { fields, identifier, group, groupComment, related }: Analysis,
  { id, header, mapping }: Place,
  idAt: (position: number) => string,
): Observation {
  const contained: Contained = []
  const code = toConcept(fields.group('code')) ?? { text: 'Analys utan namn' }
  const status = toConcept(fields.group('status'))
  const results = fields.groups('result').map((result) => toResult(result, contained, mapping))
  const [first] = results
  const single = results.length === 1 ? first : undefined
  const specimens = fields
    .groups('specimen')
    .map((each, at) => toSpecimen(each, at, contained, mapping))
  const [specimen, ...otherSpecimens] = specimens
  const device = toIdentifier(fields.groups('device')[0]?.group('identifier'))
  const taken = fields.groups('specimen')[0]
  return filled<Observation>({
    resourceType: 'Observation',
    id,
    contained,
    extension: [
      ...(status ? [namedExtension('analysisStatus', { valueCodeableConcept: status })] : []),
      ...(group ? [namedExtension('groupOfAnalyses', { valueCodeableConcept: group })] : []),
      ...booleanExtension(fields, 'accredited'),
      ...otherSpecimens.map((valueReference) => namedExtension('specimen', { valueReference })),
      ...results.flatMap(({ extension }) => extension),
    ],
    identifier: identifier && [identifier],
    status: statusOf(status, results.length),
    category: [LABORATORY],
    code,
    subject: patientReference(mapping),
    effectiveDateTime:
      fields.value('timestamp', toDateTime) ?? taken?.value('timestamp', toDateTime),
    issued: header.time?.includes('T') ? header.time : undefined,
    performer: present(results.map(({ performer }) => performer)),
    ...single?.value,
    interpretation: single?.interpretation,
    note: notesOf(fields.text('comment'), groupComment, ...results.map(({ comment }) => comment)),
    method: toConcept(fields.group('method')),
    specimen,
    device: device && { identifier: device },
    referenceRange: single?.referenceRange,
    hasMember: related.map((at) => ({ reference: `Observation/${idAt(at)}` })),
    component: single ? [] : results.map((result) => componentOf(result, code)),
  })
}

/** Where the source has no status, an answer is taken as it is given: an analysis with a result is final. */
function statusOf(status: CodeableConcept | undefined, results: number): Observation['status'] {
  const [coding] = status?.coding ?? []
  const known = analysisStatus(coding?.code, coding?.display, status?.text)
  if (known || status) return known ?? 'unknown'
  return results > 0 ? 'final' : 'registered'
}

/** LaboratoryAnalysisResultType. */
interface Result {
  readonly type: CodeableConcept | undefined
  readonly value: ReturnType<typeof anyValue>
  readonly comment: string | undefined
  readonly interpretation: CodeableConcept[] | undefined
  readonly referenceRange: Observation['referenceRange']
  readonly performer: Observation['subject']
  readonly extension: readonly Extension[]
}

function toResult(result: Fields, contained: Contained, mapping: Mapping): Result {
  const type = toConcept(result.group('type'))
  const signature = result.group('performerSignature')
  const performer = signature && readActor(signature, mapping)
  const id = `performer-${contained.length}`
  const interpretation = present(result.groups('interpretation').map(toConcept))
  return {
    type,
    value: anyValue(result.group('value')),
    comment: result.text('comment'),
    interpretation: interpretation.length === 0 ? undefined : interpretation,
    referenceRange: referenceOf(result.group('reference')),
    performer: professionalReference(performer, id, contained, mapping),
    extension: [
      ...(type ? [namedExtension('resultType', { valueCodeableConcept: type })] : []),
      ...(performer?.time === undefined
        ? []
        : [namedExtension('performerSignatureTime', { valueDateTime: performer.time })]),
    ],
  }
}

/** Several results of one analysis are its components. */
function componentOf(
  { type, value, ...rest }: Result,
  code: CodeableConcept,
): ObservationComponent {
  const { interpretation, referenceRange } = rest
  return filled<ObservationComponent>({
    code: type ?? code,
    ...value,
    interpretation,
    referenceRange,
  })
}

/** The interval as numbers, and all that is said about it in words. */
function referenceOf(reference: Fields | undefined): Observation['referenceRange'] {
  if (!reference) return undefined
  const range = toRange(reference.group('interval'))
  const population = reference.text('population')
  const words = present([reference.text('description'), reference.text('comment')])
  const text = words.join('\n') || (range ? undefined : population)
  if (!range && text === undefined) return undefined
  const appliesTo = population === undefined ? undefined : [{ text: population }]
  return [{ ...range, ...(appliesTo && { appliesTo }), ...(text && { text }) }]
}

/** SpecimenType, contained; its time is also when the analysis is of, where the analysis has no time of its own. */
function toSpecimen(fields: Fields, at: number, contained: Contained, mapping: Mapping) {
  const id = `specimen-${at}`
  const identifier = toIdentifier(fields.group('identifier'))
  const type = toConcept(fields.group('material'))
  const collection = filled<NonNullable<Specimen['collection']>>({
    extension: fields.groups('activity').flatMap(toActivity),
    collectedDateTime: fields.value('timestamp', toDateTime),
    bodySite: toConcept(fields.group('anatomicalLocation')),
  })
  contained.push(
    filled<Specimen>({
      resourceType: 'Specimen',
      id,
      identifier: identifier && [identifier],
      type,
      subject: patientReference(mapping),
      collection: Object.keys(collection).length === 0 ? undefined : collection,
      container: fields.groups('container').map(toContainer),
      note: notesOf(fields.text('comment')),
    }),
  )
  return { reference: `#${id}`, ...(type?.text && { display: type.text }) }
}

/** What was done with the patient or the specimen before, such as fasting. */
function toActivity(activity: Fields): Extension[] {
  const valuePeriod = toPeriod(activity.group('time'))
  const extension = [
    ...conceptExtensions(activity, 'code'),
    ...(valuePeriod ? [namedExtension('time', { valuePeriod })] : []),
    ...conceptExtensions(activity, 'method'),
  ]
  return extension.length === 0 ? [] : [{ url: 'urn:karna:extension:rivta-activity', extension }]
}

function toContainer(container: Fields): SpecimenContainer {
  return filled<SpecimenContainer>({
    identifier: present(container.groups('identifier').map(toIdentifier)),
    type: toConcept(container.group('type')),
  })
}
