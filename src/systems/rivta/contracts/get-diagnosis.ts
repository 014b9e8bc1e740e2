import type { Condition, Extension } from 'fhir/r4'
import { baseOf, booleanExtension, headerExtensions, subjectOf } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, localIdentifier, type Mapping } from '../mapping/mapping.ts'
import { type Contained, professionalReference } from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { codedAs, filled, toConcept } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:description', 'GetDiagnosis', 2)

/** GetDiagnosis 2.0: diagnoses → Condition. */
export const getDiagnosis: Contract = {
  question: 'GetDiagnosis',
  version: '2.0',
  action: `${SPACE.responder}:GetDiagnosis`,
  shape: { ...SPACE, ...SUMMARY_REQUEST, period: 'timePeriod' },
  item: 'diagnosis',
  types: ['Condition'],
  lacks: [
    {
      element: 'Condition.clinicalStatus',
      means: 'Källan säger inte när en diagnos upphört: alla visas som aktuella.',
    },
  ],
  toRecord,
}

/** KV Diagnostyp: Huvuddiagnos, Bidiagnos. */
const DIAGNOSIS_TYPE = 'urn:oid:1.2.752.129.2.2.3.2'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category'

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const head = item.group('diagnosisHeader') ?? item
  const body = item.group('diagnosisBody') ?? item
  const header = readSummaryHeader(head, mapping)
  const contained: Contained = []
  const { author } = header
  const type = body.text('typeOfDiagnosis')
  const recorder = professionalReference(author, 'author', contained, mapping)
  const chronic = booleanExtension(body, 'chronicDiagnosis')
  // What is chronic stands on the problem list; any other diagnosis is of the contact it was set at.
  const category = chronic[0]?.valueBoolean ? 'problem-list-item' : 'encounter-diagnosis'
  const extension = [
    ...chronic,
    ...relatedTo(body, header, mapping),
    ...headerExtensions(header, ['authorTime'], contained, mapping),
  ]
  const condition = filled<Condition>({
    ...baseOf('Condition', header, mapping),
    contained,
    extension,
    ...subjectOf(header, mapping),
    ...statusOf(header),
    category: [
      codedAs(CATEGORY, category),
      ...(type === undefined ? [] : [{ ...codedAs(DIAGNOSIS_TYPE, type.trim()), text: type }]),
    ],
    code: toConcept(body.group('diagnosisCode')),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    onsetDateTime: body.value('diagnosisTime', toDateTime),
    recordedDate: author?.time,
    recorder,
  })
  return { header, resources: [condition] }
}

/**
 * The contract has no status: what stands there holds. A diagnosis that was taken back has no clinical status (con-5).
 */
function statusOf({ nullified }: RecordHeader) {
  const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
  if (nullified) {
    return {
      clinicalStatus: undefined,
      verificationStatus: codedAs(verification, 'entered-in-error'),
    }
  }
  const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
  return {
    clinicalStatus: codedAs(clinical, 'active'),
    verificationStatus: codedAs(verification, 'confirmed'),
  }
}

/** https://hl7.org/fhir/R4/extension-condition-related.html */
function relatedTo(body: Fields, header: RecordHeader, mapping: Mapping): Extension[] {
  return body.groups('relatedDiagnosis').flatMap((related) =>
    related.texts('documentId').map((documentId) => ({
      url: 'http://hl7.org/fhir/StructureDefinition/condition-related',
      valueReference: {
        reference: `Condition/${mapping.idOf('Condition', header.sourceSystem, documentId.trim())}`,
        identifier: localIdentifier(header.sourceSystem, documentId),
      },
    })),
  )
}
