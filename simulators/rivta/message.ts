import type { CodeableConcept, FhirResource, Reference } from 'fhir/r4'
import { oidOf } from '../../src/systems/rivta/mapping/code-systems.ts'
import { toRivtaTime } from '../../src/systems/rivta/mapping/time.ts'
import { tag, type Xml, type XmlContent } from '../../src/systems/rivta/soap/write-xml.ts'
import { type DemoPerson, type DemoRecords, numberOf } from './demo-records.ts'
import type { Database, ProductProfile } from './profile.ts'

/** What an answer is made in: whose data, of which database, in which product. */
export interface Production {
  readonly records: DemoRecords
  readonly database: Database
  readonly profile: ProductProfile
  /** The number that was asked about, and its kind. */
  readonly patient: { readonly root: string; readonly extension: string }
}

/** One record on its way out. */
export interface Outgoing {
  readonly resource: FhirResource
  readonly author: DemoPerson | undefined
  /** FHIR dateTimes. */
  readonly authored: string
  readonly documentTime?: string | undefined
  readonly title?: string | undefined
  readonly signed?: { readonly time: string; readonly by: DemoPerson | undefined } | undefined
  readonly encounter?: Reference | undefined
  readonly nullified?: boolean | undefined
}

/** A field in the types' namespace. */
export const core = (name: string, content: XmlContent): Xml | undefined =>
  tag(`core:${name}`, content)

export const PERSONAL_NUMBER = '1.2.752.129.2.1.3.1'
export const HSA_ID = '1.2.752.129.2.1.4.1'
export const LOCAL_ID = '1.2.752.129.2.1.2.1'

export const time = (dateTime: string | undefined) =>
  dateTime === undefined ? undefined : toRivtaTime(dateTime)

export const day = (dateTime: string | undefined) => time(dateTime)?.slice(0, 8)

/** IIType. */
export function identifier(name: string, root: string, extension: string): Xml | undefined {
  return core(name, [core('root', root), core('extension', extension)])
}

/**
 * CVType: code, system and name together, or else only text. What the clinician called it is sent as the name, as
 * products do whose users edit it.
 */
export function concept(name: string, value: CodeableConcept | undefined): Xml | undefined {
  if (!value) return undefined
  const [coding] = value.coding ?? []
  const oid = coding?.system && oidOf(coding.system)
  const display = value.text ?? coding?.display
  if (!oid || coding.code === undefined || display === undefined) {
    return core(name, core('originalText', display ?? coding?.code))
  }
  return core(name, [
    core('code', coding.code),
    core('codeSystem', oid),
    core('displayName', display),
  ])
}

/** HealthcareProfessionalType, with the origin that blocks are decided by, unless the product leaves it out. */
export function professional(
  name: string,
  out: Pick<Outgoing, 'resource' | 'author' | 'authored'>,
  { records, profile }: Production,
): Xml | undefined {
  const { resource, author } = out
  const unit = records.unitOf(resource)
  const lacks = profile.lacksOrigin(resource)
  return core(name, [
    core('authorTime', time(out.authored)),
    core('healthcareProfessionalHSAId', author?.hsaId),
    core('healthcareProfessionalName', author?.name),
    core('healthcareProfessionalRoleCode', core('originalText', author?.title)),
    core(
      'healthcareProfessionalOrgUnit',
      unit && [core('orgUnitHSAId', unit.hsaId), core('orgUnitName', unit.name)],
    ),
    lacks ? undefined : core('healthcareProfessionalCareUnitHSAId', unit?.hsaId),
    lacks
      ? undefined
      : core('healthcareProfessionalCareGiverHSAId', records.providerOf(resource)?.hsaId),
  ])
}

/** PatientSummaryHeaderType. */
export function summaryHeader(
  name: string,
  out: Outgoing,
  production: Production,
  spelling: { readonly system: string } = { system: 'sourceSystemHSAId' },
): Xml | undefined {
  const { patient } = production
  return core(name, [
    core('documentId', out.resource.id),
    core(spelling.system, madeIn(out.resource, production)),
    core('documentTitle', out.title),
    core('documentTime', time(out.documentTime)),
    core('patientId', [core('id', patient.extension), core('type', patient.root)]),
    professional('accountableHealthcareProfessional', out, production),
    out.signed &&
      core('legalAuthenticator', [
        core('signatureTime', time(out.signed.time)),
        core('legalAuthenticatorHSAId', out.signed.by?.hsaId),
        core('legalAuthenticatorName', out.signed.by?.name),
      ]),
    core('approvedForPatient', out.nullified !== true),
    core('careContactId', contactIdOf(out.encounter)),
    core('nullified', out.nullified),
  ])
}

/** HSA-id of the system that a record was made in. */
export function madeIn(resource: FhirResource, { database, records }: Production): string {
  return database.madeIn(records.unitOf(resource)?.hsaId ?? '')
}

/** The encounter's id is the product's own id of the care contact. */
export function contactIdOf(encounter: Reference | undefined): string | undefined {
  return encounter?.reference?.replace(/^Encounter\//, '')
}

/** Everything of a type about the patient that the database holds. */
export function held<Type extends FhirResource['resourceType']>(
  { records, database, patient }: Production,
  type: Type,
): Extract<FhirResource, { resourceType: Type }>[] {
  return records
    .of(patient.extension)
    .filter(
      (each): each is Extract<FhirResource, { resourceType: Type }> => each.resourceType === type,
    )
    .filter((each) => database.holds(records.unitOf(each)?.hsaId ?? ''))
}

/** Who is responsible where the record names nobody: whoever was responsible for its encounter. */
export function responsible(
  { records }: Production,
  named: Reference | undefined,
  encounter: Reference | undefined,
): DemoPerson | undefined {
  if (named) return records.personOf(named)
  const found = records.find(encounter?.reference)
  if (found?.resourceType !== 'Encounter') return undefined
  return records.personOf(found.participant?.[0]?.individual)
}

export { numberOf }
