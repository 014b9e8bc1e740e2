import type { Extension, Identifier, Immunization, Reference } from 'fhir/r4'
import {
  baseOf,
  booleanExtension,
  conceptExtensions,
  dateTimeExtension,
  headerExtensions,
  namedExtension,
  notesOf,
  partNames,
  textExtension,
  textExtensions,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping, patientReference } from '../mapping/mapping.ts'
import {
  type Contained,
  contactPoint,
  hsaIdentifier,
  NOBODY,
  professionalReference,
  readUnit,
  unitReference,
} from '../mapping/professional.ts'
import { toDateTime } from '../mapping/time.ts'
import { filled, present, timed, toConcept, toIdentifier, toQuantity } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord } from './contract.ts'
import { dosesOf, vaccineOf } from './vaccine.ts'

const SPACE = namespacesOf(
  'clinicalprocess:activityprescription:actoutcome',
  'GetVaccinationHistory',
  2,
)

/** GetVaccinationHistory 2.0: each administration → Immunization, with what was registered about them all. */
export const getVaccinationHistory: Contract = {
  question: 'GetVaccinationHistory',
  version: '2.0',
  action: `${SPACE.responder}:GetVaccinationHistory`,
  shape: {
    ...SPACE,
    unit: 'careUnitHSAid',
    giver: undefined,
    period: 'timePeriod',
    system: 'sourceSystemHSAid',
    ids: 'person',
    byContact: true,
  },
  item: 'vaccinationMedicalRecord',
  types: ['Immunization'],
  lacks: [],
  toRecord,
}

/** What is said of all vaccinations of a record: read once, as a field is taken once. */
interface Registration {
  readonly header: RecordHeader
  readonly mapping: Mapping
  readonly date: string | undefined
  readonly note: string | undefined
  readonly riskCategory: Immunization['programEligibility']
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('vaccinationMedicalRecordHeader') ?? item, mapping)
  const body = item.group('vaccinationMedicalRecordBody') ?? item
  const fields = body.group('registrationRecord')
  const registration: Registration = {
    header,
    mapping,
    date: fields?.value('date', toDateTime),
    note: fields?.text('vaccinationUnstructuredNote'),
    riskCategory: present((fields?.groups('riskCategory') ?? []).map(toConcept)),
  }
  const administrations = body.groups('administrationRecord')
  const identifiers = administrations.map((each) =>
    toIdentifier(each.group('vaccinationUniqueReference')),
  )
  // One by itself is the record, so that its id stays when its reference is added later.
  const names = administrations.length < 2 ? [undefined] : partNames(identifiers)
  const [first, ...others] = administrations.map((each, at) => {
    const registered = at === 0 ? fields : undefined
    const own = { part: names[at], identifier: identifiers[at], registered }
    return toImmunization(each, own, registration)
  })
  const alone = { part: undefined, identifier: undefined, registered: fields }
  return { header, resources: [first ?? toImmunization(undefined, alone, registration), ...others] }
}

/** What tells a vaccination from the others of its record. */
interface Own {
  readonly part: string | undefined
  readonly identifier: Identifier | undefined
  /** The registration, where it's this one that carries it. */
  readonly registered: Fields | undefined
}

function toImmunization(
  given: Fields | undefined,
  { part, identifier, registered }: Own,
  registration: Registration,
): Immunization {
  const { header, mapping, date, note, riskCategory } = registration
  const contained: Contained = []
  const author = professionalReference(header.author, 'author', contained, mapping)
  const dose = given?.group('dose')
  const doseText = dose?.text('displayName')
  const source = given?.text('sourceDescription')
  const performer = performersOf(given, contained, mapping)
  const program = given && toConcept(given.group('vaccinationProgramName'))
  return filled<Immunization>({
    ...baseOf('Immunization', header, mapping, part),
    contained,
    extension: [
      ...textExtension('dose', doseText),
      ...(program
        ? [namedExtension('vaccinationProgramName', { valueCodeableConcept: program })]
        : []),
      ...(given ? booleanExtension(given, 'isDoseComplete') : []),
      ...conceptExtensions(given, 'patientAdverseEffect'),
      ...(author ? [namedExtension('author', { valueReference: author })] : []),
      ...registrationExtension(registered, registration, contained),
      ...headerExtensions(header, [], contained, mapping),
    ],
    identifier: present([header.identifier, identifier]),
    status: header.nullified ? 'entered-in-error' : 'completed',
    vaccineCode: vaccineOf(given) ?? { text: note ?? 'Vaccin utan namn' },
    patient: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    // The contract tells when it was registered; a document's own time, where there is one, is nearer.
    ...timed('occurrenceDateTime', header.time ?? date ?? header.author?.time),
    recorded: date,
    primarySource: source === undefined,
    reportOrigin: source === undefined ? undefined : { text: source },
    manufacturer: display(given?.text('vaccineManufacturer')),
    lotNumber: given?.text('vaccineBatchId'),
    site: given && toConcept(given.group('anatomicalSite')),
    route: given && toConcept(given.group('route')),
    doseQuantity: dose && toQuantity(dose.group('quantity')),
    performer,
    note: notesOf(given?.text('commentPrescription'), given?.text('commentAdministration'), note),
    programEligibility: riskCategory,
    protocolApplied: dosesOf(given),
  })
}

function display(text: string | undefined): Reference | undefined {
  return text === undefined ? undefined : { display: text }
}

const FUNCTION = 'http://terminology.hl7.org/CodeSystem/v2-0443'

function performersOf(
  given: Fields | undefined,
  contained: Contained,
  mapping: Mapping,
): Immunization['performer'] {
  const named = [
    ['OP', 'prescriberPerson', 'prescriberOrg'],
    ['AP', 'performer', 'performerOrg'],
  ] as const
  return named.flatMap(([code, person, unit]) => {
    const actors = present([
      actorReference(given?.group(person), person, contained, mapping),
      unitReference(readUnit(given?.group(unit), mapping), unit, contained, mapping),
    ])
    return actors.map((actor) => ({ function: { coding: [{ system: FUNCTION, code }] }, actor }))
  })
}

/** ActorType of this domain: HSA-id, name and how they are reached. */
function actorReference(
  actor: Fields | undefined,
  id: string,
  contained: Contained,
  mapping: Mapping,
): Reference | undefined {
  if (!actor) return undefined
  const person = {
    ...NOBODY,
    identifier: hsaIdentifier(actor, 'hsaid'),
    name: actor.text('personName'),
    telecom: [
      ...contactPoint('email', actor.text('personEmail')),
      ...contactPoint('phone', actor.text('personTelecom')),
    ],
    address: actor.text('personAddress'),
  }
  return professionalReference(person, id, contained, mapping)
}

/** RegistrationRecordType: what was registered, as an extension of the first vaccination of the record. */
function registrationExtension(
  fields: Fields | undefined,
  { mapping, date }: Registration,
  contained: Contained,
): Extension[] {
  if (!fields) return []
  const giver = readUnit(fields.group('careGiverOrg'), mapping)
  const owner = unitReference(giver, 'giver', contained, mapping)
  const contact = actorReference(fields.group('careGiverContact'), 'contact', contained, mapping)
  const system = actorReference(fields.group('sourceSystemContact'), 'system', contained, mapping)
  const reference = (name: string, valueReference: Reference | undefined): Extension[] =>
    valueReference ? [namedExtension(name, { valueReference })] : []
  const names = ['sourceSystemName', 'sourceSystemProductName', 'sourceSystemProductVersion']
  const extension = [
    ...reference('careGiverOrg', owner),
    ...reference('careGiverContact', contact),
    ...names.flatMap((name) => textExtensions(fields, name)),
    ...reference('sourceSystemContact', system),
    ...textExtensions(fields, 'careUnitSmiId'),
    ...dateTimeExtension('date', date),
    ...textExtensions(fields, 'patientPostalCode'),
    ...conceptExtensions(fields, 'patientAdverseEffect'),
  ]
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-registration-record', extension }]
}
