import type { Coding, Extension, Identifier, ImagingStudy } from 'fhir/r4'
import {
  baseOf,
  conceptExtensions,
  dateTimeExtension,
  namedExtension,
  quantityExtensions,
  textExtensions,
  timeExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import type { RecordHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping, patientReference } from '../mapping/mapping.ts'
import { address, base64, toAttachment } from '../mapping/multimedia.ts'
import { type Contained, professionalReference, readProfessional } from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { compact, filled, present, toConcept, wholeNumber } from '../mapping/values.ts'

/** ImageRecordingType → ImagingStudy. `own` tells it from the other examinations of the same answer. */
export function toImagingStudy(
  recording: Fields,
  own: { readonly name: string; readonly identifier: Identifier | undefined },
  header: RecordHeader,
  mapping: Mapping,
): ImagingStudy {
  const contained: Contained = []
  const period = recording.group('examinationTimePeriod')
  const status = recording.text('examinationStatus')
  const person = recording.group('accountableHealthcareProfessional')
  const interpreter = person && readProfessional(person, mapping)
  const procedure = toConcept(recording.group('examinationActivity'))
  const unit = recording.text('examinationUnit')
  const modality = recording.group('modalityData')
  return filled<ImagingStudy>({
    ...baseOf('ImagingStudy', header, mapping, own.name),
    contained,
    extension: [
      ...(status === undefined
        ? []
        : [namedExtension('examinationStatus', { valueString: status })]),
      ...(period ? dateTimeExtension('examinationEnd', period.value('end', toDateTime)) : []),
      ...dateTimeExtension('interpreterTime', interpreter?.time),
      ...equipmentOf(modality),
      ...recording.groups('imageDicomData').flatMap(toDicom),
      ...recording.groups('imageStructuredData').flatMap(toStructured),
    ],
    identifier: own.identifier && [own.identifier],
    status: header.nullified ? 'entered-in-error' : statusOf(status),
    modality: modalityOf(modality),
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    started: period?.value('start', toDateTime),
    interpreter: present([professionalReference(interpreter, 'interpreter', contained, mapping)]),
    numberOfInstances: recording.value('numberOfImages', wholeNumber),
    procedureCode: procedure && [procedure],
    location: unit === undefined ? undefined : { display: unit },
  })
}

/** ExaminationStatusCodeEnum; one that was broken off left nothing that can be looked at. */
function statusOf(status: string | undefined): ImagingStudy['status'] {
  const word = status?.trim() ?? ''
  if (/^(Initierad|Planerad|Tidbokad|Uppskjuten|Pågående|Avvakta)$/.test(word)) return 'registered'
  if (word === 'Avklarad') return 'available'
  if (word === 'Makulerad') return 'entered-in-error'
  return /^(Annullerad|Avbruten|Inaktuell)$/.test(word) ? 'cancelled' : 'unknown'
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html: two letters. */
function modalityOf(modality: Fields | undefined): Coding[] | undefined {
  const type = modality?.value('typeOfModality', (text) =>
    /^[A-Z]{2,6}$/.test(text) ? text : undefined,
  )
  if (type !== undefined)
    return [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: type }]
  const words = modality?.text('typeOfModality')
  return words === undefined ? undefined : [{ display: words }]
}

/** ModalityDataType, but for the modality itself. */
function equipmentOf(modality: Fields | undefined): Extension[] {
  const extension = [
    ...['manufacturer', 'modelName', 'equipmentId', 'softwareVersion'].flatMap((name) =>
      textExtensions(modality, name),
    ),
    ...quantityExtensions(modality, 'lineFilter'),
  ]
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-modality-data', extension }]
}

/** DicomDataType: FHIR's series need ids that the contract doesn't have. */
function toDicom(data: Fields): Extension[] {
  const valueAttachment = compact<NonNullable<Extension['valueAttachment']>>({
    contentType: 'application/dicom',
    data: data.value('dicomValue', base64),
    url: data.value('dicomReference', address),
  })
  const extension = [
    ...textExtensions(data, 'dicomSOP'),
    ...(valueAttachment ? [namedExtension('content', { valueAttachment })] : []),
  ]
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-image-dicom-data', extension }]
}

/** ImageStructuredDataType: how a picture was taken, and the picture. */
function toStructured(data: Fields): Extension[] {
  const image = data.group('imageData')
  const valueAttachment = toAttachment(image)
  const extension = [
    ...quantityExtensions(data, 'aperture'),
    ...quantityExtensions(data, 'exposureTime'),
    ...timeExtension(data, 'imageCreationTime'),
    ...conceptExtensions(data, 'bodyPartExamined'),
    ...textExtensions(data, 'contrastAgentUsed'),
    ...quantityExtensions(data, 'magneticFieldStrength'),
    ...textExtensions(data, 'copyright'),
    ...(valueAttachment ? [namedExtension('imageData', { valueAttachment })] : []),
  ]
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-image-structured-data', extension }]
}
