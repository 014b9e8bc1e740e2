import type { DiagnosticReport, Extension, Identifier, ServiceRequest } from 'fhir/r4'
import {
  baseOf,
  dateTimeExtension,
  headerExtensions,
  notesOf,
  partNames,
  quantityExtensions,
  SIGNATURE,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import {
  encounterReference,
  localIdentifier,
  type Mapping,
  patientReference,
} from '../mapping/mapping.ts'
import {
  type Contained,
  professionalReference,
  readAuthenticator,
  readProfessional,
} from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import {
  codedAs,
  filled,
  informationType,
  present,
  toConcept,
  toIdentifier,
} from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'
import { toImagingStudy } from './imaging-study.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:actoutcome', 'GetImagingOutcome', 1, 3)

/** GetImagingOutcome 1.0: the answer → DiagnosticReport, each examination → ImagingStudy. */
export const getImagingOutcome: Contract = {
  question: 'GetImagingOutcome',
  version: '1.0',
  action: `${SPACE.responder}:GetImagingOutcome`,
  shape: { ...SPACE, ...SUMMARY_REQUEST },
  item: 'imagingOutcome',
  types: ['DiagnosticReport', 'ImagingStudy'],
  lacks: [
    {
      element: 'DiagnosticReport.category',
      means: 'Klinisk fysiologi och radiologi är samma slag: båda visas som bilddiagnostik.',
    },
  ],
  toRecord,
}

const RADIOLOGY = codedAs('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD')

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('imagingOutcomeHeader') ?? item, mapping)
  const body = item.group('imagingOutcomeBody') ?? item
  const recordings = body.groups('imageRecording')
  const identifiers = recordings.map((each) => toIdentifier(each.group('recordingId')))
  const names = partNames(identifiers)
  const studies = recordings.map((recording, at) =>
    toImagingStudy(
      recording,
      { name: names[at] ?? '', identifier: identifiers[at] },
      header,
      mapping,
    ),
  )
  const report = toReport(body, header, mapping)
  const imagingStudy = studies.map(({ id }) => ({ reference: `ImagingStudy/${id}` }))
  const [first] = present(studies.map(({ procedureCode }) => procedureCode?.[0]))
  const code = report.code ?? (studies.length === 1 ? first : undefined)
  const whole = filled<DiagnosticReport>({
    ...report,
    effectiveDateTime:
      present(studies.map(({ started }) => started)).sort()[0] ?? report.effectiveDateTime,
    code: code ?? { text: header.title ?? 'Bilddiagnostik' },
    imagingStudy,
  })
  return { header, resources: [whole, ...studies] }
}

type Report = Omit<DiagnosticReport, 'code'> & { code?: DiagnosticReport['code'] | undefined }

function toReport(body: Fields, header: RecordHeader, mapping: Mapping): Report {
  const contained: Contained = []
  const patient = body.group('patientData')
  const referral = body.group('referral')
  const type = body.text('typeOfResult')?.trim()
  const time = body.value('resultTime', toDateTime)
  const basedOn = referral && [referralIn(referral, header, mapping, contained)]
  const author = professionalReference(header.author, 'author', contained, mapping)
  const signer = professionalReference(header.signer, 'signer', contained, mapping)
  return filled<Report>({
    ...baseOf('DiagnosticReport', header, mapping),
    contained,
    extension: [
      ...(type === undefined
        ? []
        : [{ url: 'urn:karna:extension:rivta-type-of-result', valueCode: type }]),
      ...quantityExtensions(body, 'radiationDose'),
      ...quantityExtensions(patient, 'patientWeight'),
      ...quantityExtensions(patient, 'patientLength'),
      ...dateTimeExtension('signatureTime', header.signer?.time),
      // `issued` takes no day alone, and when the pictures were taken is another time.
      ...dateTimeExtension('resultTime', time?.includes('T') ? undefined : time),
      ...headerExtensions(header, ['signer'], contained, mapping),
    ],
    identifier: [header.identifier],
    basedOn,
    status: header.nullified ? 'entered-in-error' : (STATUS[type ?? ''] ?? 'unknown'),
    category: [RADIOLOGY, informationType('und-bdi-ure', 'Bilddiagnostik')],
    code: toConcept(body.group('examinationSpeciality')),
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectiveDateTime: time,
    issued: time?.includes('T') ? time : undefined,
    performer: present([author]),
    resultsInterpreter: present([signer]),
    conclusion: conclusionOf(body),
  })
}

const STATUS: Readonly<Record<string, DiagnosticReport['status']>> = {
  PREL: 'preliminary',
  DEF: 'final',
  TILL: 'appended',
}

function conclusionOf(body: Fields): string | undefined {
  const texts = present([body.text('resultReport'), body.text('resultComment')])
  return texts.length === 0 ? undefined : texts.join('\n\n')
}

/** ECGReferralType: the question, as far as its answer repeats it. */
function referralIn(
  referral: Fields,
  header: RecordHeader,
  mapping: Mapping,
  contained: Contained,
) {
  const id = referral.text('referralId')
  const identifier: Identifier | undefined =
    id === undefined ? undefined : localIdentifier(header.sourceSystem, id)
  const reason = referral.text('referralReason')
  const author = referral.group('accountableHealthcareProfessional')
  const requester = author && readProfessional(author, mapping)
  contained.push(
    filled<ServiceRequest>({
      resourceType: 'ServiceRequest',
      id: 'order',
      extension: attestedIn(referral.group('attested'), contained, mapping),
      identifier: identifier && [identifier],
      status: 'unknown',
      intent: 'order',
      subject: patientReference(mapping),
      encounter: encounterReference(mapping, header.sourceSystem, referral.text('careContactId')),
      authoredOn: requester?.time,
      requester: professionalReference(requester, 'requester', contained, mapping),
      reasonCode: reason === undefined ? undefined : [{ text: reason }],
      note: notesOf(referral.text('anamnesis')),
    }),
  )
  return {
    reference: '#order',
    ...(identifier && { identifier }),
    ...(reason && { display: reason }),
  }
}

function attestedIn(
  attested: Fields | undefined,
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  const person = attested && readAuthenticator(attested)
  const valueReference = professionalReference(person, 'attester', contained, mapping)
  const extension = [
    ...(person?.time === undefined ? [] : [{ url: 'time', valueDateTime: person.time }]),
    ...(valueReference ? [{ url: 'who', valueReference }] : []),
  ]
  return extension.length === 0 ? [] : [{ url: SIGNATURE, extension }]
}
