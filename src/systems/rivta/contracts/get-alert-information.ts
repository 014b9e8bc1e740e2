import type { AllergyIntolerance, CodeableConcept, Extension, Flag } from 'fhir/r4'
import {
  baseOf,
  conceptExtensions,
  headerExtensions,
  namedExtension,
  notesOf,
  textExtensions,
  timeExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping, patientReference } from '../mapping/mapping.ts'
import { type Contained, professionalReference } from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { codedAs, filled, toConcept, toPeriod, withWords } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:description', 'GetAlertInformation', 2)

/** GetAlertInformation 2.0: hypersensitivity → AllergyIntolerance, all other alerts → Flag. */
export const getAlertInformation: Contract = {
  question: 'GetAlertInformation',
  version: '2.0',
  action: `${SPACE.responder}:GetAlertInformation`,
  shape: { ...SPACE, ...SUMMARY_REQUEST, period: 'timePeriod' },
  item: 'alertInformation',
  types: ['AllergyIntolerance', 'Flag'],
  lacks: [
    {
      element: 'AllergyIntolerance.reaction',
      means: 'Reaktionen lämnas inte som eget värde: läs kommentaren.',
    },
  ],
  toRecord,
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('alertInformationHeader') ?? item, mapping)
  const body = item.group('alertInformationBody') ?? item
  const hypersensitivity = body.group('hypersensitivity')
  const resource = hypersensitivity
    ? toAllergy(header, body, hypersensitivity, mapping)
    : toFlag(header, body, mapping)
  return { header, resources: [resource] }
}

function toAllergy(
  header: RecordHeader,
  body: Fields,
  given: Fields,
  mapping: Mapping,
): AllergyIntolerance {
  const contained: Contained = []
  const substance = given.group('pharmaceuticalHypersensitivity')
  const type = toConcept(given.group('typeOfHypersensitivity'))
  const severity = conceptExtensions(given, 'degreeOfSeverity')
  const certainty = conceptExtensions(given, 'degreeOfCertainty')
  const obsolete = timeExtension(body, 'obsoleteTime')
  const verified = timeExtension(body, 'verifiedTime')
  const period = toPeriod(body.group('validityTimePeriod'))
  const code = codeOf(given, substance) ?? type
  return filled<AllergyIntolerance>({
    ...baseOf('AllergyIntolerance', header, mapping),
    contained,
    extension: [
      ...conceptExtensions(body, 'typeOfAlertInformation'),
      ...(type && code !== type
        ? [namedExtension('typeOfHypersensitivity', { valueCodeableConcept: type })]
        : []),
      ...severity,
      ...certainty,
      ...conceptExtensions(substance, 'pharmaceuticalProductId'),
      ...verified,
      ...(period ? [namedExtension('validityTimePeriod', { valuePeriod: period })] : []),
      ...obsolete,
      ...headerExtensions(header, ['authorTime'], contained, mapping),
    ],
    identifier: [header.identifier],
    ...allergyStatus(header, obsolete.length > 0, verified.length > 0, textIn(certainty)),
    category: substance ? ['medication'] : undefined,
    criticality: /livshot/i.test(textIn(severity)) ? 'high' : undefined,
    code,
    patient: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    onsetDateTime: body.value('ascertainedDate', toDateTime),
    recordedDate: header.author?.time,
    recorder: professionalReference(header.author, 'author', contained, mapping),
    note: notesOf(
      body.text('alertInformationComment'),
      substance?.text('nonATCSubstanceComment'),
      body.text('obsoleteComment'),
    ),
  })
}

/** What the patient can't take: by code, or in words where there is none. */
function codeOf(given: Fields, substance: Fields | undefined): CodeableConcept | undefined {
  const other = given.group('otherHypersensitivity')
  const coded =
    toConcept(substance?.group('atcSubstance')) ??
    toConcept(other?.group('hypersensitivityAgentCode'))
  return withWords(
    coded,
    substance?.text('nonATCSubstance') ?? other?.text('hypersensitivityAgent'),
  )
}

function textIn(extensions: readonly Extension[]): string {
  return extensions.map(({ valueCodeableConcept }) => valueCodeableConcept?.text ?? '').join(' ')
}

/**
 * Active until the source says obsolete. Confirmed only where the source says so: KV Visshetsgrad has words of its own,
 * and those that aren't plain are left to be read. One that was taken back has no clinical status (ait-2).
 */
function allergyStatus(
  { nullified }: RecordHeader,
  isObsolete: boolean,
  isVerified: boolean,
  certainty: string,
) {
  const verification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'
  if (nullified) return { verificationStatus: codedAs(verification, 'entered-in-error') }
  const clinical = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
  const isDoubtful = /misstänk|ej bekräft|obekräft|osäker/i.test(certainty)
  const isSure = isVerified || /^(bekräftad|säker|verifierad)/i.test(certainty.trim())
  const word = isDoubtful ? 'unconfirmed' : isSure ? 'confirmed' : undefined
  return {
    clinicalStatus: codedAs(clinical, isObsolete ? 'inactive' : 'active'),
    verificationStatus: word === undefined ? undefined : codedAs(verification, word),
  }
}

function toFlag(header: RecordHeader, body: Fields, mapping: Mapping): Flag {
  const contained: Contained = []
  const obsolete = timeExtension(body, 'obsoleteTime')
  const type = toConcept(body.group('typeOfAlertInformation'))
  const period = toPeriod(body.group('validityTimePeriod'))
  const ended = obsolete[0]?.valueDateTime
  const author = professionalReference(header.author, 'author', contained, mapping)
  return filled<Flag>({
    ...baseOf('Flag', header, mapping),
    contained,
    extension: [
      ...timeExtension(body, 'ascertainedDate'),
      ...timeExtension(body, 'verifiedTime'),
      ...textExtensions(body, 'alertInformationComment'),
      ...obsolete,
      ...textExtensions(body, 'obsoleteComment'),
      ...conceptExtensions(body.group('treatment'), 'pharmaceuticalTreatment'),
      ...conceptExtensions(body.group('communicableDisease'), 'routeOfTransmission'),
      ...headerExtensions(header, [], contained, mapping),
    ],
    identifier: [header.identifier],
    status: header.nullified ? 'entered-in-error' : ended === undefined ? 'active' : 'inactive',
    category: type && [type],
    code: alertOf(body, type?.text) ?? type ?? { text: 'Uppmärksamhetsinformation utan innehåll' },
    subject: patientReference(mapping),
    period: period?.end === undefined && ended ? { ...period, end: ended } : period,
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    author,
  })
}

/** What the alert is about: the contract has one of these. */
function alertOf(body: Fields, type: string | undefined): CodeableConcept | undefined {
  const treatment = body.group('treatment')
  const described = treatment?.text('treatmentDescription')
  const unstructured = body.group('unstructuredAlertInformation')
  const heading = unstructured?.text('unstructuredAlertInformationHeading')
  const content = unstructured?.text('unstructuredAlertInformationContent')
  const restriction = body.group('restrictionOfCare')?.text('restrictionOfCareComment')
  const coded =
    toConcept(body.group('seriousDisease')?.group('disease')) ??
    toConcept(treatment?.group('treatmentCode')) ??
    toConcept(body.group('communicableDisease')?.group('communicableDiseaseCode'))
  // A heading that only says the kind of alert stands there already.
  const own = heading === type && content !== undefined ? undefined : heading
  return withWords(coded, described, restriction, own, content)
}
