import type { CodeableConcept, Coding, Encounter, Identifier } from 'fhir/r4'
import type { Lack } from '../../composed/legacy-system.ts'
import { baseOf, headerExtensions, namedExtension } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { localIdentifier, type Mapping, patientReference } from '../mapping/mapping.ts'
import {
  type Contained,
  professionalReference,
  readUnit,
  unitReference,
} from '../mapping/professional.ts'
import { filled, present, toConcept, toPeriod } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const DOMAIN = 'clinicalprocess:logistics:logistics'
const OLDER = namespacesOf(DOMAIN, 'GetCareContacts', 2)
const NEWER = namespacesOf(DOMAIN, 'GetCareContacts', 3)

const LACKS: readonly Lack[] = [
  {
    element: 'Encounter.class',
    means: 'Besök, hembesök och akutbesök är samma slags kontakt.',
  },
  { element: 'Encounter.location', means: 'Sal och säng lämnas inte ut.' },
  {
    element: 'Encounter.reasonCode.coding',
    means: 'Kontaktorsaken är text: den kan sökas på ord men inte på kod.',
  },
]
const TYPE: Lack = {
  element: 'Encounter.type',
  means: 'Vilket slags besök det var (läkarbesök, vaccination) framgår inte.',
}

/** GetCareContacts 2.0: care contacts → Encounter. Type and status are numbers. */
export const getCareContacts2: Contract = {
  question: 'GetCareContacts',
  version: '2.0',
  // As its WSDL has it, which names an older domain.
  action: 'urn:riv:ehr:patientsummary:GetCareContactsResponder:2:GetCareContacts',
  shape: { ...OLDER, ...SUMMARY_REQUEST, period: 'timePeriod' },
  item: 'careContact',
  types: ['Encounter'],
  lacks: [...LACKS, TYPE],
  toRecord,
}

/** GetCareContacts 3.0: type and status are coded values. */
export const getCareContacts3: Contract = {
  ...getCareContacts2,
  version: '3.0',
  lacks: LACKS,
  action: `${NEWER.responder}:GetCareContacts`,
  shape: { ...NEWER, ...SUMMARY_REQUEST, giver: 'careGiverHSAId' },
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('careContactHeader') ?? item, mapping)
  const body = item.group('careContactBody') ?? item
  const contained: Contained = []
  const individual = professionalReference(header.author, 'author', contained, mapping)
  const unit = readUnit(body.group('careContactOrgUnit'), mapping)
  const type = codedOrNumber(body, 'careContactCode', TYPES, TYPE_SYSTEM)
  const status = codedOrNumber(body, 'careContactStatus', STATUSES, undefined)
  const reason = body.text('careContactReason')
  const encounter = filled<Encounter>({
    ...contactOf(header, mapping),
    contained,
    extension: [
      ...(status ? [namedExtension('careContactStatus', { valueCodeableConcept: status })] : []),
      ...headerExtensions(header, [], contained, mapping),
    ],
    status: header.nullified ? 'entered-in-error' : (STATUS_OF[numberOf(status)] ?? 'unknown'),
    class: CLASS_OF[numberOf(type)] ?? NOT_TOLD,
    type: type && [type],
    subject: patientReference(mapping),
    participant: individual && [{ type: [ATTENDER], individual }],
    period: toPeriod(body.group('careContactTimePeriod')),
    reasonCode: reason === undefined ? undefined : [{ text: reason }],
    serviceProvider: unitReference(unit, 'unit', contained, mapping),
  })
  return { header, resources: [encounter] }
}

/** Others refer to a contact by `careContactId`; where that's left out, `documentId` is it (TKB 2.0). */
function contactOf(header: RecordHeader, mapping: Mapping) {
  const { sourceSystem, sourceId, careContactId = sourceId } = header
  const contactId: Identifier[] =
    careContactId === sourceId ? [] : [localIdentifier(sourceSystem, careContactId)]
  return {
    ...baseOf('Encounter', { ...header, sourceId: careContactId }, mapping),
    identifier: [header.identifier, ...contactId],
  }
}

/** KV Vårdkontakttyp. */
const TYPE_SYSTEM = 'urn:oid:1.2.752.129.2.2.2.25'
const TYPES = ['Besök', 'Telefonkontakt', 'Vårdtillfälle', 'Dagsjukvård', 'Annan']
/** Source: NPÖ RIV-specifikation 2.2, status på vårdkontakt. */
const STATUSES = ['Ej påbörjad', 'Inställd', 'Pågående', 'Avbruten', 'Avslutad']

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const AMBULATORY: Coding = { system: ACT, code: 'AMB', display: 'ambulatory' }
const NOT_TOLD: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
  code: 'UNK',
  display: 'unknown',
}
const CLASS_OF: readonly (Coding | undefined)[] = [
  undefined,
  AMBULATORY,
  { system: ACT, code: 'VR', display: 'virtual' },
  { system: ACT, code: 'IMP', display: 'inpatient encounter' },
  AMBULATORY,
  { ...NOT_TOLD, code: 'OTH', display: 'other' },
]
/** What was broken off did take place: FHIR's `cancelled` is for what never began. */
const STATUS_OF: readonly (Encounter['status'] | undefined)[] = [
  undefined,
  'planned',
  'cancelled',
  'in-progress',
  'finished',
  'finished',
]
const ATTENDER: CodeableConcept = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
      code: 'ATND',
      display: 'attender',
    },
  ],
}

/** A number of the older version as the coded value it stands for, or a coded value. */
function codedOrNumber(
  body: Fields,
  name: string,
  words: readonly string[],
  system: string | undefined,
): CodeableConcept | undefined {
  const number = body.value(name, (text) => (/^[1-5]$/.test(text) ? text : undefined))
  if (number === undefined) return toConcept(body.group(name))
  const display = words[Number(number) - 1]
  const coding = filled<Coding>({ system, code: number, display })
  return filled<CodeableConcept>({ coding: [coding], text: display })
}

/** The number of a type or status by code or by name; 0 for one that isn't known, which is then only shown. */
function numberOf(concept: CodeableConcept | undefined): number {
  const code = concept?.coding?.[0]?.code
  if (code !== undefined && /^[1-5]$/.test(code)) return Number(code)
  const text = present([concept?.text]).join('').trim().toLowerCase()
  const at = [TYPES, STATUSES].map((words) =>
    words.findIndex((each) => each.toLowerCase() === text),
  )
  return Math.max(...at) + 1
}
