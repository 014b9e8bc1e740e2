import type { CodeableConcept, Coding, DiagnosticReport, Extension, ServiceRequest } from 'fhir/r4'
import {
  baseOf,
  headerExtensions,
  namedExtension,
  textExtensions,
  timeExtension,
} from '../mapping/base.ts'
import { systemOf } from '../mapping/code-systems.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import {
  encounterReference,
  localIdentifier,
  type Mapping,
  patientReference,
} from '../mapping/mapping.ts'
import { toAttachment } from '../mapping/multimedia.ts'
import {
  type Contained,
  hsaIdentifier,
  NOBODY,
  professionalReference,
  readProfessional,
} from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { code, codedAs, compact, filled, informationType, present } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:actoutcome', 'GetReferralOutcome', 3)

/** GetReferralOutcome 3.2, whose 3.1 differs in nothing we read: the answer to a referral → DiagnosticReport. */
export const getReferralOutcome: Contract = {
  question: 'GetReferralOutcome',
  version: '3.2',
  action: `${SPACE.responder}:GetReferralOutcome`,
  shape: { ...SPACE, ...SUMMARY_REQUEST, unit: 'careUnitHSAid' },
  item: 'referralOutcome',
  types: ['DiagnosticReport'],
  lacks: [],
  toRecord,
}

/** As our own store has answers that are neither the laboratory's nor radiology's. */
const OTHER = codedAs('http://terminology.hl7.org/CodeSystem/v2-0074', 'OTH')

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('referralOutcomeHeader') ?? item, mapping)
  const body = item.group('referralOutcomeBody') ?? item
  const contained: Contained = []
  const type = body.text('referralOutcomeTypeCode')
  const title = body.text('referralOutcomeTitle')
  const referral = body.group('referral')
  const acts = body.groups('act').map(toAct)
  const author = professionalReference(header.author, 'author', contained, mapping)
  const report = filled<DiagnosticReport>({
    ...baseOf('DiagnosticReport', header, mapping),
    contained,
    extension: [
      ...(type === undefined
        ? []
        : [namedExtension('referralOutcomeTypeCode', { valueCode: type.trim() })]),
      ...acts.map(({ extension }) => extension),
      ...attestedIn(body.group('attested'), contained, mapping),
      ...headerExtensions(header, title === undefined ? ['title'] : [], contained, mapping),
    ],
    identifier: [header.identifier],
    basedOn: referral && [referralIn(referral, header, mapping, contained)],
    status: statusOf(header, type),
    category: [OTHER, informationType('und-kon-ure', 'Konsultationsremissvar')],
    code: { text: title ?? header.title ?? 'Konsultationsremissvar' },
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectiveDateTime: header.time ?? header.author?.time,
    issued: [header.time, header.author?.time].find((time) => time?.includes('T')),
    performer: present([author]),
    conclusion: body.text('referralOutcomeText'),
    conclusionCode: present(body.groups('clinicalInformation').map(toFinding)),
    presentedForm: acts.flatMap(({ attachments }) => attachments),
  })
  return { header, resources: [report] }
}

/** SS is the answer that ends the referral; SR is one that more may follow. */
function statusOf(
  { nullified }: RecordHeader,
  type: string | undefined,
): DiagnosticReport['status'] {
  if (nullified) return 'entered-in-error'
  if (type?.trim() === 'SS') return 'final'
  return type?.trim() === 'SR' ? 'preliminary' : 'unknown'
}

function toFinding(finding: Fields): CodeableConcept | undefined {
  return compact<CodeableConcept>({
    coding: codingIn(finding.group('clinicalInformationCode')),
    text: finding.text('clinicalInformationText'),
  })
}

function codingIn(fields: Fields | undefined): Coding[] | undefined {
  if (!fields) return undefined
  const coding = compact<Coding>({
    system: fields.value('codeSystem', systemOf),
    code: fields.value('code', code),
  })
  return coding && [coding]
}

/** ActType: what was done, and what came of it as attachments. */
function toAct(act: Fields) {
  const coding = codingIn(act.group('actCode'))
  const [title] = act.texts('actText')
  const extension = [
    ...textExtensions(act, 'actId'),
    ...(coding ? [namedExtension('actCode', { valueCodeableConcept: { coding } })] : []),
    ...(title === undefined ? [] : [namedExtension('actText', { valueString: title })]),
    ...timeExtension(act, 'actTime'),
  ]
  return {
    extension: { url: 'urn:karna:extension:rivta-act', extension } satisfies Extension,
    attachments: present(
      act.groups('actResult').map((result) => {
        const id = textExtensions(result, 'id')
        const attachment = toAttachment(result, title)
        return attachment && id.length > 0 ? { ...attachment, extension: id } : attachment
      }),
    ),
  }
}

/** ReferralType: the question, as far as its answer repeats it. */
function referralIn(
  referral: Fields,
  header: RecordHeader,
  mapping: Mapping,
  contained: Contained,
) {
  const id = referral.text('referralId')
  const identifier = id === undefined ? undefined : localIdentifier(header.sourceSystem, id)
  const reason = referral.text('referralReason')
  const author = referral.group('referralAuthor')
  const requester = author && readProfessional(author, mapping)
  const contact = referral.text('careContactId')
  contained.push(
    filled<ServiceRequest>({
      resourceType: 'ServiceRequest',
      id: 'order',
      identifier: identifier && [identifier],
      status: 'unknown',
      intent: 'order',
      subject: patientReference(mapping),
      encounter: encounterReference(mapping, header.sourceSystem, contact),
      extension: requester?.time
        ? [namedExtension('authorTime', { valueDateTime: requester.time })]
        : undefined,
      authoredOn: referral.value('referralTime', toDateTime),
      requester: professionalReference(requester, 'requester', contained, mapping),
      reasonCode: reason === undefined ? undefined : [{ text: reason }],
    }),
  )
  return {
    reference: '#order',
    ...(identifier && { identifier }),
    ...(reason && { display: reason }),
  }
}

/** Who took note of the answer, and when (vidimering). */
function attestedIn(
  attested: Fields | undefined,
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  if (!attested) return []
  const person = {
    ...NOBODY,
    identifier: hsaIdentifier(attested, 'attesterHSAId'),
    name: attested.text('attesterName'),
  }
  const valueReference = professionalReference(person, 'attester', contained, mapping)
  const extension = [
    ...timeExtension(attested, 'attestedTime'),
    ...(valueReference ? [namedExtension('attester', { valueReference })] : []),
  ]
  return extension.length === 0 ? [] : [{ url: 'urn:karna:extension:rivta-attested', extension }]
}
