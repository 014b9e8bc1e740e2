import type { CodeableConcept, FhirResource, Quantity } from 'fhir/r4'
import { labelsOf } from '../../../fhir/label.ts'
import { oidOf } from '../mapping/code-systems.ts'
import { toRivtaTime } from '../mapping/time.ts'
import { tag, type Xml, type XmlContent } from '../soap/write-xml.ts'
import {
  contactIdOf,
  type NamedPerson,
  type NamedUnit,
  type Outgoing,
  type Production,
} from './production.ts'

/** A field in the types' namespace. */
export const core = (name: string, content: XmlContent): Xml | undefined =>
  tag(`core:${name}`, content)

/** Ids that are unique within a source system. Source: Inera, OID list, "lokala objektidentiteter". */
export const LOCAL_ID = '1.2.752.129.2.1.2.1'

/** `YYYYMMDDhhmmss`. */
export const time = (dateTime: string | undefined): string | undefined =>
  dateTime === undefined ? undefined : toRivtaTime(dateTime)

/** `YYYYMMDD`. */
export const day = (dateTime: string | undefined): string | undefined => time(dateTime)?.slice(0, 8)

/** When it was last changed, for what tells no time of its own. */
export function changed(resource: FhirResource): string {
  return resource.meta?.lastUpdated ?? '1970-01-01'
}

/** IIType. */
export function identifier(name: string, root: string, extension: string): Xml | undefined {
  return core(name, [core('root', root), core('extension', extension)])
}

/** A number with the digits it has. */
export function digits(value: number | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

/** PQType: both parts, or nothing. */
export function measure(name: string, quantity: Quantity | undefined): Xml | undefined {
  const value = digits(quantity?.value)
  const unit = quantity?.unit ?? quantity?.code
  return value === undefined || unit === undefined
    ? undefined
    : core(name, [core('value', value), core('unit', unit)])
}

/**
 * CVType: code, system and name together, or else only text. What the clinician called it is sent as the name, as
 * products do whose users edit it.
 */
export function concept(name: string, value: CodeableConcept | undefined): Xml | undefined {
  const fields = conceptFields(value)
  return fields === undefined ? undefined : core(name, fields)
}

/** What is in a CVType; `undefined` for nothing. */
export function conceptFields(value: CodeableConcept | undefined): XmlContent {
  if (!value) return undefined
  const coding = value.coding?.find(({ system, code }) => code && system && oidOf(system))
  const [first] = value.coding ?? []
  const display = value.text ?? coding?.display ?? first?.display
  if (!coding || display === undefined) {
    const words = display ?? coding?.code ?? first?.code
    return words === undefined ? undefined : [core('originalText', words)]
  }
  return [
    core('code', coding.code),
    core('codeSystem', oidOf(coding.system ?? '')),
    core('displayName', display),
  ]
}

/** OrgUnitType of the older generation. */
export function orgUnit(name: string, unit: NamedUnit | undefined): Xml | undefined {
  return unit && core(name, [core('orgUnitHSAId', unit.hsaId), core('orgUnitName', unit.name)])
}

/** HealthcareProfessionalType, with the origin that blocks are decided by, unless the system leaves it out. */
export function professional(
  name: string,
  out: Pick<Outgoing, 'resource' | 'author' | 'authored'>,
  production: Production,
): Xml | undefined {
  const { resource, author } = out
  const unit = production.unitOf(resource)
  const lacks = production.lacksOrigin(resource)
  return core(name, [
    core('authorTime', time(out.authored)),
    core('healthcareProfessionalHSAId', author?.hsaId),
    core('healthcareProfessionalName', author?.name),
    core('healthcareProfessionalRoleCode', title(author)),
    orgUnit('healthcareProfessionalOrgUnit', unit),
    core('healthcareProfessionalCareUnitHSAId', lacks ? undefined : unit?.hsaId),
    core(
      'healthcareProfessionalCareGiverHSAId',
      lacks ? undefined : production.providerOf(resource)?.hsaId,
    ),
  ])
}

function title(author: NamedPerson | undefined): XmlContent {
  return author?.title === undefined ? undefined : [core('originalText', author.title)]
}

/** How the contracts of the older generation spell and order their header. */
export interface HeaderStyle {
  readonly system: 'sourceSystemHSAId' | 'sourceSystemHSAid'
  /** Where the care contact stands: before or after what was taken back. */
  readonly contact: 'before' | 'after'
}

const USUAL: HeaderStyle = { system: 'sourceSystemHSAId', contact: 'before' }

/** PatientSummaryHeaderType. */
export function summaryHeader(
  name: string,
  out: Outgoing,
  production: Production,
  style: HeaderStyle = USUAL,
): Xml | undefined {
  const { patient } = production
  const contact = core('careContactId', contactIdOf(out.encounter))
  return core(name, [
    core('documentId', out.resource.id),
    core(style.system, production.madeIn(out.resource)),
    core('documentTitle', out.title),
    core('documentTime', time(out.documentTime)),
    core('patientId', [core('id', patient.extension), core('type', patient.root)]),
    professional('accountableHealthcareProfessional', out, production),
    out.signed && core('legalAuthenticator', authenticator(out.signed)),
    core('approvedForPatient', isForPatient(out.resource)),
    style.contact === 'before' ? contact : undefined,
    core('nullified', out.nullified || undefined),
    style.contact === 'after' ? contact : undefined,
  ])
}

function authenticator({ time: signed, by }: NonNullable<Outgoing['signed']>): XmlContent {
  return [
    core('signatureTime', time(signed)),
    core('legalAuthenticatorHSAId', by?.hsaId),
    core('legalAuthenticatorName', by?.name),
  ]
}

/** Whether the patient may be shown it (OSL 25:6). */
export function isForPatient(resource: FhirResource): boolean {
  return !labelsOf(resource).includes('not-for-patient')
}
