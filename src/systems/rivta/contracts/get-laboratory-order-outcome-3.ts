import type {
  DiagnosticReport,
  Extension,
  Identifier,
  Observation,
  Quantity,
  ServiceRequest,
} from 'fhir/r4'
import {
  baseOf,
  headerExtensions,
  namedExtension,
  notesOf,
  partNames,
  textExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import {
  analysisStatus,
  LABORATORY,
  LABORATORY_SERVICE,
  pathological,
} from '../mapping/laboratory.ts'
import {
  encounterReference,
  localIdentifier,
  type Mapping,
  patientReference,
} from '../mapping/mapping.ts'
import { type Contained, professionalReference, readProfessional } from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import {
  boolean,
  compact,
  decimal,
  filled,
  present,
  toConcept,
  toIdentifier,
  toPeriod,
  withWords,
} from '../mapping/values.ts'
import {
  type Contract,
  LABORATORY_LACKS,
  namespacesOf,
  type SourceRecord,
  SUMMARY_REQUEST,
} from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:actoutcome', 'GetLaboratoryOrderOutcome', 3)

/** GetLaboratoryOrderOutcome 3.1: an answer → DiagnosticReport, each analysis → Observation. */
export const getLaboratoryOrderOutcome3: Contract = {
  question: 'GetLaboratoryOrderOutcome',
  version: '3.1',
  action: `${SPACE.responder}:GetLaboratoryOrderOutcome`,
  shape: { ...SPACE, ...SUMMARY_REQUEST, period: 'timePeriod' },
  item: 'laboratoryOrderOutcome',
  types: ['DiagnosticReport', 'Observation'],
  lacks: [
    ...LABORATORY_LACKS,
    {
      element: 'Observation.valueQuantity.comparator',
      means: 'Värden som <5 är text och kan inte jämföras som tal.',
    },
    {
      element: 'Observation.interpretation',
      means: 'Att ett värde avviker framgår, men inte om det är högt eller lågt.',
    },
    {
      element: 'Observation.referenceRange.low',
      means: 'Referensintervallet är text: undre gränsen finns inte som tal.',
    },
    {
      element: 'Observation.referenceRange.high',
      means: 'Referensintervallet är text: övre gränsen finns inte som tal.',
    },
  ],
  toRecord,
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('laboratoryOrderOutcomeHeader') ?? item, mapping)
  const body = item.group('laboratoryOrderOutcomeBody') ?? item
  const type = body.text('resultType')
  const issued = body.value('registrationTime', toDateTime)
  const part = { header, mapping, issued: instantIn(issued), fallback: type }
  const analyses = body.groups('analysis')
  const identifiers = analyses.map((analysis) => toIdentifier(analysis.group('analysisId')))
  const names = partNames(identifiers)
  const observations = analyses.map((analysis, at) => {
    const own = { name: names[at] ?? '', identifier: identifiers[at] }
    return toObservation(analysis, own, part)
  })
  const report = toReport(body, { ...part, type, registered: issued }, observations)
  return { header, resources: [report, ...observations] }
}

/** What the answer says of all its analyses. */
interface Answer {
  readonly header: RecordHeader
  readonly mapping: Mapping
  /** `registrationTime`, where it's known to the second. */
  readonly issued: string | undefined
  /** What the status of an analysis is taken from that has none. */
  readonly fallback: string | undefined
}

/** FHIR's instant is known to the second. */
function instantIn(dateTime: string | undefined): string | undefined {
  return dateTime?.includes('T') ? dateTime : undefined
}

interface WholeAnswer extends Answer {
  readonly type: string | undefined
  readonly registered: string | undefined
}

function toReport(
  body: Fields,
  { header, mapping, type, registered, issued }: WholeAnswer,
  observations: readonly Observation[],
): DiagnosticReport {
  const contained: Contained = []
  const discipline = body.text('discipline')
  const laboratory = body.group('accountableHealthcareProfessional')
  const performer = laboratory && readProfessional(laboratory, mapping)
  const basedOn = orderIn(body.group('order'), header, mapping, contained)
  const author = professionalReference(header.author, 'author', contained, mapping)
  const status = header.nullified ? 'entered-in-error' : analysisStatus(type)
  const conclusion = present([body.text('resultReport'), body.text('resultComment')]).join('\n\n')
  const times = observations.map(({ effectiveDateTime }) => effectiveDateTime)
  return filled<DiagnosticReport>({
    ...baseOf('DiagnosticReport', header, mapping),
    contained,
    extension: [
      ...textExtension('resultType', type),
      ...(performer?.time === undefined
        ? []
        : [namedExtension('laboratoryTime', { valueDateTime: performer.time })]),
      ...(issued === undefined && registered !== undefined
        ? [namedExtension('registrationTime', { valueDateTime: registered })]
        : []),
      ...headerExtensions(header, ['title'], contained, mapping),
    ],
    identifier: [header.identifier],
    basedOn,
    status: status ?? 'unknown',
    category: [LABORATORY_SERVICE, ...(discipline === undefined ? [] : [{ text: discipline }])],
    code: { text: header.title ?? discipline ?? 'Laboratoriesvar' },
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectiveDateTime: present(times).sort()[0] ?? registered,
    issued,
    performer: present([
      professionalReference(performer, 'laboratory', contained, mapping),
      author,
    ]),
    result: observations.map(({ id }) => ({ reference: `Observation/${id}` })),
    conclusion: conclusion || undefined,
  })
}

/** What was ordered, of which the contract only tells an id and a reason. */
function orderIn(
  order: Fields | undefined,
  header: RecordHeader,
  mapping: Mapping,
  contained: Contained,
) {
  const orderId = order?.text('orderId')
  if (!order || orderId === undefined) return undefined
  const identifier = localIdentifier(header.sourceSystem, orderId)
  const reason = order.text('orderReason')
  if (reason === undefined) return [{ type: 'ServiceRequest', identifier }]
  contained.push(
    filled<ServiceRequest>({
      resourceType: 'ServiceRequest',
      id: 'order',
      identifier: [identifier],
      status: 'unknown',
      intent: 'order',
      subject: patientReference(mapping),
      reasonCode: [{ text: reason }],
    }),
  )
  return [{ reference: '#order', identifier, display: reason }]
}

interface OwnId {
  readonly name: string
  readonly identifier: Identifier | undefined
}

function toObservation(analysis: Fields, { name, identifier }: OwnId, answer: Answer): Observation {
  const { header, mapping, issued, fallback } = answer
  const status = analysis.text('analysisStatus')
  const outcome = analysis.group('analysisOutcome')
  const observed = outcome?.value('observationTime', toDateTime)
  const period = toPeriod(analysis.group('analysisTime'))
  const related = analysis.groups('relationToAnalysis').flatMap((each) => {
    const valueIdentifier = toIdentifier(each.group('analysisId'))
    return valueIdentifier ? [namedExtension('relationToAnalysis', { valueIdentifier })] : []
  })
  const method = analysis.text('method')
  const specimen = analysis.text('specimen')
  const value = valueIn(outcome)
  return filled<Observation>({
    ...baseOf('Observation', header, mapping, name),
    extension: [
      ...textExtension('analysisStatus', status),
      ...related,
      ...(observed !== undefined && period
        ? [namedExtension('analysisTime', { valuePeriod: period })]
        : []),
      ...value.extension,
    ],
    identifier: identifier && [identifier],
    status: header.nullified ? 'entered-in-error' : (analysisStatus(status, fallback) ?? 'unknown'),
    category: [LABORATORY],
    code: withWords(toConcept(analysis.group('analysisCode')), analysis.text('analysisText')) ?? {
      text: 'Analys utan namn',
    },
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectiveDateTime: observed,
    effectivePeriod: observed === undefined ? period : undefined,
    issued,
    ...value.value,
    interpretation: pathological(outcome?.value('pathologicalFlag', boolean)),
    note: notesOf(analysis.text('analysisComment'), outcome?.text('outcomeDescription')),
    method: method === undefined ? undefined : { text: method },
    specimen: specimen === undefined ? undefined : { display: specimen },
    referenceRange: referenceIn(outcome),
  })
}

/**
 * A number with its unit, or the text as it is: `<5` and `007` stay text, with the unit beside them. A decimal comma
 * becomes a point, and then what was written is kept with it.
 */
function valueIn(outcome: Fields | undefined): {
  readonly value: Pick<Observation, 'valueQuantity' | 'valueString'>
  readonly extension: Extension[]
} {
  const written = outcome?.text('outcomeValue')
  const unit = outcome?.text('outcomeUnit')
  const number = decimal(written?.trim() ?? '')
  if (number === undefined) {
    const value = written === undefined ? {} : { valueString: written }
    return { value, extension: textExtension('outcomeUnit', unit) }
  }
  const isExact = !written?.includes(',')
  const extension = isExact ? undefined : textExtension('outcomeValue', written)
  const valueQuantity = filled<Quantity>({ extension, value: number, unit })
  return { value: { valueQuantity }, extension: [] }
}

/** The interval as text, and whom it's for. obs-3: a reference range has at least a text. */
function referenceIn(outcome: Fields | undefined): Observation['referenceRange'] {
  const interval = outcome?.text('referenceInterval')
  const population = outcome?.text('referencePopulation')
  const text = interval ?? population
  if (text === undefined) return undefined
  const appliesTo = population === undefined ? undefined : [{ text: population }]
  return present([compact({ appliesTo, text })])
}
