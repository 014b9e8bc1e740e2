import type { DiagnosticReport, Identifier, Observation, Reference, ServiceRequest } from 'fhir/r4'
import { baseOf, headerExtensions, namedExtension, notesOf } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readRecordHeader } from '../mapping/header.ts'
import { LABORATORY_SERVICE, reportStatus, statusOfAll } from '../mapping/laboratory.ts'
import { type Mapping, patientReference } from '../mapping/mapping.ts'
import {
  type Contained,
  professionalReference,
  readActor,
  readUnit,
  unitReference,
} from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { filled, present, toConcept, toIdentifier } from '../mapping/values.ts'
import { type Contract, LABORATORY_LACKS, namespacesOf, type SourceRecord } from './contract.ts'
import { groupNames, toObservations } from './laboratory-analysis.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:actoutcome', 'GetLaboratoryOrderOutcome', 4)

const NO_CONTACT = 'Vid vilken vårdkontakt provet togs framgår inte.'

/** GetLaboratoryOrderOutcome 4.2: an order's answer → DiagnosticReport, each analysis → Observation. */
export const getLaboratoryOrderOutcome4: Contract = {
  question: 'GetLaboratoryOrderOutcome',
  version: '4.2',
  action: `${SPACE.responder}:GetLaboratoryOrderOutcome`,
  shape: {
    ...SPACE,
    unit: 'careUnitHSAId',
    giver: 'careGiverHSAId',
    period: 'datePeriod',
    system: 'sourceSystemHSAId',
    ids: 'ii',
    byContact: false,
  },
  item: 'laboratoryOrderOutcome',
  mayOmitPatient: true,
  types: ['DiagnosticReport', 'Observation'],
  lacks: [
    ...LABORATORY_LACKS,
    { element: 'Observation.encounter', means: NO_CONTACT },
    { element: 'DiagnosticReport.encounter', means: NO_CONTACT },
  ],
  toRecord,
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readRecordHeader(item.group('header') ?? item, mapping)
  const body = item.group('body') ?? item
  const names = groupNames(body)
  const observations = toObservations(body, header, mapping, names)
  const report = toReport(body, header, { observations, names: present(names) }, mapping)
  return { header, resources: [report, ...observations] }
}

/** What was analysed, and what its groups are called. */
interface Analyses {
  readonly observations: readonly Observation[]
  readonly names: readonly DiagnosticReport['code'][]
}

function toReport(
  body: Fields,
  header: RecordHeader,
  { observations, names }: Analyses,
  mapping: Mapping,
): DiagnosticReport {
  const contained: Contained = []
  const type = toConcept(body.group('type'))
  const [coding] = type?.coding ?? []
  const stated = reportStatus(coding?.code)
  const recipient = unitReference(
    readUnit(body.group('recipientUnit'), mapping),
    'recipient',
    contained,
    mapping,
  )
  const times = observations.map(({ effectiveDateTime }) => effectiveDateTime)
  return filled<DiagnosticReport>({
    ...baseOf('DiagnosticReport', header, mapping),
    contained,
    extension: [
      ...(type ? [namedExtension('type', { valueCodeableConcept: type })] : []),
      ...(recipient ? [namedExtension('recipientUnit', { valueReference: recipient })] : []),
      ...headerExtensions(header, ['title'], contained, mapping),
    ],
    identifier: identifiersOf(body, header),
    basedOn: orderIn(body.group('referral'), contained, mapping),
    status: stated ?? statusOfAll(observations.map(({ status }) => status)),
    category: [LABORATORY_SERVICE],
    code: codeOf(stated === undefined ? type : undefined, names, observations),
    subject: patientReference(mapping),
    effectiveDateTime: present(times).sort()[0] ?? header.blockTime,
    issued: header.time?.includes('T') ? header.time : undefined,
    performer: present([professionalReference(header.author, 'author', contained, mapping)]),
    result: observations.map(({ id }) => ({ reference: `Observation/${id}` })),
    conclusion: body.text('text'),
  })
}

function identifiersOf(body: Fields, header: RecordHeader): Identifier[] {
  return present([
    header.identifier,
    toIdentifier(body.group('identifier')),
    toIdentifier(body.group('laboratoryIdentifier')),
  ])
}

/** What a person calls the round: its type, the one group it has, or its only analysis. */
function codeOf(
  type: DiagnosticReport['code'] | undefined,
  groups: readonly DiagnosticReport['code'][],
  observations: readonly Observation[],
): DiagnosticReport['code'] {
  const [group, secondGroup] = groups
  const [only, secondObservation] = observations
  const single = secondObservation ? undefined : only?.code
  return type ?? (secondGroup ? undefined : group) ?? single ?? { text: 'Laboratoriesvar' }
}

/** What was asked for, as far as the answer repeats it. */
function orderIn(
  referral: Fields | undefined,
  contained: Contained,
  mapping: Mapping,
): Reference[] | undefined {
  if (!referral) return undefined
  const identifier = toIdentifier(referral.group('identifier'))
  const requester = referral.group('requester')
  const person = requester && readActor(requester, mapping)
  const [code, ...others] = present(referral.groups('requestedCareService').map(toConcept))
  const information = referral.group('referralInformation')
  const question = referral.text('question')
  contained.push(
    filled<ServiceRequest>({
      resourceType: 'ServiceRequest',
      id: 'order',
      identifier: identifier && [identifier],
      status: 'unknown',
      intent: 'order',
      code,
      orderDetail: others,
      subject: patientReference(mapping),
      authoredOn: referral.value('timestamp', toDateTime),
      requester: professionalReference(person, 'requester', contained, mapping),
      reasonCode: question === undefined ? undefined : [{ text: question }],
      note: notesOf(
        information?.text('referralComment'),
        information?.text('referralMedicalInformation'),
      ),
    }),
  )
  return [filled<Reference>({ reference: '#order', identifier, display: question })]
}
