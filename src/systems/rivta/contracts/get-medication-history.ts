import type { CodeableConcept, Extension, MedicationRequest } from 'fhir/r4'
import {
  baseOf,
  booleanExtension,
  conceptExtensions,
  dateTimeExtension,
  headerExtensions,
  namedExtension,
  notesOf,
  partNames,
  timeExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping, patientReference } from '../mapping/mapping.ts'
import {
  type Contained,
  type Professional,
  professionalReference,
  readProfessional,
} from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { compact, filled, present, toConcept, toIdentifier, withWords } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord } from './contract.ts'
import { toAdministration } from './medication-administration.ts'
import { toDispense } from './medication-dispense.ts'
import { toDosages } from './medication-dosage.ts'
import { readDrug } from './medication-drug.ts'

const SPACE = namespacesOf(
  'clinicalprocess:activityprescription:actoutcome',
  'GetMedicationHistory',
  2,
)

/**
 * GetMedicationHistory 2.2, whose 2.0 lacks some of it: an order (ordination) → MedicationRequest, as in our own store;
 * each time it was given → MedicationAdministration.
 */
export const getMedicationHistory: Contract = {
  question: 'GetMedicationHistory',
  version: '2.2',
  action: `${SPACE.responder}:GetMedicationHistory`,
  shape: {
    ...SPACE,
    unit: 'careUnitHSAId',
    giver: 'careGiverHSAId',
    period: 'datePeriod',
    system: 'sourceSystemHSAId',
    ids: 'person',
    byContact: true,
  },
  item: 'medicationMedicalRecord',
  types: ['MedicationRequest', 'MedicationAdministration'],
  lacks: [
    {
      element: 'MedicationRequest.status (on-hold)',
      means:
        'En paus finns inte i kontraktet: ordinationen visas som pågående och pausen står i anteckningen.',
    },
  ],
  toRecord,
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('medicationMedicalRecordHeader') ?? item, mapping)
  const body = item.group('medicationMedicalRecordBody') ?? item
  const order = body.group('medicationPrescription') ?? body
  const given = order.groups('administration')
  const identifiers = given.map((each) => toIdentifier(each.group('administrationId')))
  const names = partNames(identifiers)
  const request = toRequest(order, header, mapping)
  const administrations = given.map((each, at) =>
    toAdministration(
      each,
      { name: names[at] ?? '', identifier: identifiers[at], request },
      header,
      mapping,
    ),
  )
  return { header, resources: [request, ...administrations] }
}

function toRequest(order: Fields, header: RecordHeader, mapping: Mapping): MedicationRequest {
  const contained: Contained = []
  const prescriber = personIn(order, 'prescriber', mapping)
  const evaluator = personIn(order, 'evaluator', mapping)
  const type = order.text('typeOfPrescription')?.trim()
  const status = order.text('prescriptionStatus')?.trim()
  const fields = order.group('drug')
  const drug = readDrug(fields)
  const ended = order.value('endOfTreatment', toDateTime)
  const reason = toConcept(order.group('endOfTreatmentReason'))
  const prescribedBy = professionalReference(prescriber, 'prescriber', contained, mapping)
  const author = professionalReference(header.author, 'author', contained, mapping)
  const start = order.value('startOfTreatment', toDateTime)
  return filled<MedicationRequest>({
    ...baseOf('MedicationRequest', header, mapping),
    contained,
    extension: [
      ...codeExtension('typeOfPrescription', type),
      ...codeExtension('prescriptionStatus', status),
      ...treatmentExtensions(order, start, ended),
      ...personExtensions('evaluator', evaluator, contained, mapping),
      ...dateTimeExtension('prescriberTime', prescriber?.time),
      ...(prescribedBy && author ? [namedExtension('author', { valueReference: author })] : []),
      ...booleanExtension(order, 'selfMedication'),
      ...drug.extension,
      ...headerExtensions(header, prescriber ? [] : ['authorTime'], contained, mapping),
    ],
    identifier: present([header.identifier, toIdentifier(order.group('prescriptionId'))]),
    status: statusOf(header, status, type, reason !== undefined),
    statusReason: reason,
    intent: 'order',
    medicationCodeableConcept: drug.concept ?? { text: 'Läkemedel utan namn' },
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    authoredOn: prescriber?.time ?? header.author?.time,
    requester: prescribedBy ?? author,
    reasonCode: reasonsIn(order),
    groupIdentifier: toIdentifier(order.group('prescriptionChainId')),
    note: notesOf(
      order.text('prescriptionNote'),
      order.text('treatmentPurpose'),
      fields?.text('comment'),
    ),
    dosageInstruction: toDosages(
      fields,
      drug.route,
      ended === undefined ? undefined : compact({ start, end: ended }),
    ),
    ...toDispense(order.group('dispensationAuthorization'), contained, mapping),
  })
}

/**
 * U (utsättning) ends a treatment; so does a stated reason. What is inactive without either has come to its end.
 */
function statusOf(
  { nullified }: RecordHeader,
  status: string | undefined,
  type: string | undefined,
  hasReason: boolean,
): MedicationRequest['status'] {
  if (nullified) return 'entered-in-error'
  if (status === 'Active') return 'active'
  if (status !== 'Inactive') return 'unknown'
  return type === 'U' || hasReason ? 'stopped' : 'completed'
}

function codeExtension(name: string, code: string | undefined): Extension[] {
  return code === undefined ? [] : [namedExtension(name, { valueCode: code })]
}

/** When the treatment was, and which orders are before and after this one. */
function treatmentExtensions(
  order: Fields,
  start: string | undefined,
  end: string | undefined,
): Extension[] {
  const valuePeriod = compact<NonNullable<Extension['valuePeriod']>>({ start, end })
  return [
    ...timeExtension(order, 'evaluationTime'),
    ...timeExtension(order, 'startOfFirstTreatment'),
    ...(valuePeriod ? [namedExtension('treatment', { valuePeriod })] : []),
    ...['precedingPrescriptionId', 'succeedingPrescriptionId'].flatMap((name) => {
      const valueIdentifier = toIdentifier(order.group(name))
      return valueIdentifier ? [namedExtension(name, { valueIdentifier })] : []
    }),
    ...order.groups('relation').flatMap(toRelation),
  ]
}

/** RelationType: what else in the record this order has to do with. */
function toRelation(relation: Fields): Extension[] {
  const extension = [
    ...conceptExtensions(relation, 'code'),
    ...relation.groups('referredInformation').flatMap((referred) => {
      const valueIdentifier = toIdentifier(referred.group('id'))
      const owner = toIdentifier(referred.group('informationOwner')?.group('id'))
      return [
        ...(valueIdentifier ? [namedExtension('id', { valueIdentifier })] : []),
        ...conceptExtensions(referred, 'type'),
        ...(owner ? [namedExtension('informationOwner', { valueIdentifier: owner })] : []),
      ]
    }),
  ]
  return extension.length === 0 ? [] : [{ url: 'urn:karna:extension:rivta-relation', extension }]
}

function personIn(order: Fields, name: string, mapping: Mapping): Professional | undefined {
  const fields = order.group(name)
  return fields && readProfessional(fields, mapping)
}

function personExtensions(
  name: string,
  person: Professional | undefined,
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  const valueReference = professionalReference(person, name, contained, mapping)
  return [
    ...(valueReference ? [namedExtension(name, { valueReference })] : []),
    ...dateTimeExtension(`${name}Time`, person?.time),
  ]
}

/** Why, the most important first. */
function reasonsIn(order: Fields): CodeableConcept[] {
  const reasons = [
    ...order.groups('principalPrescriptionReason'),
    ...order.groups('additionalPrescriptionReason'),
  ]
  return present(
    reasons.map((each) => withWords(toConcept(each.group('reason')), each.text('otherReason'))),
  )
}
