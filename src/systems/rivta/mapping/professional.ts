import type {
  Address,
  CodeableConcept,
  ContactPoint,
  FhirResource,
  Identifier,
  Organization,
  PractitionerRole,
  Reference,
} from 'fhir/r4'
import { HSA_ID } from './code-systems.ts'
import type { Fields } from './fields.ts'
import { type Mapping, word } from './mapping.ts'
import { toDateTime } from './time.ts'
import { compact, filled, toConcept, toIdentifier } from './values.ts'

/** A unit as a message describes it. */
export interface Unit {
  readonly identifier: Identifier | undefined
  readonly name: string | undefined
  readonly telecom: readonly ContactPoint[]
  readonly address: string | undefined
  readonly location: string | undefined
}

/** Someone who wrote, signed, ordered or performed, as a message describes them. */
export interface Professional {
  readonly identifier: Identifier | undefined
  readonly name: string | undefined
  readonly role: CodeableConcept | undefined
  readonly unit: Unit | undefined
  readonly telecom: readonly ContactPoint[]
  readonly address: string | undefined
  /** When they did it, as a FHIR dateTime. */
  readonly time: string | undefined
}

/** HealthcareProfessionalType. Care unit and care giver aren't read here: they are the record's origin. */
export function readProfessional(fields: Fields, mapping: Mapping): Professional {
  return {
    ...NOBODY,
    identifier: hsaIdentifier(fields, 'healthcareProfessionalHSAId'),
    name: fields.text('healthcareProfessionalName'),
    role: toConcept(fields.group('healthcareProfessionalRoleCode')),
    unit: readUnit(fields.group('healthcareProfessionalOrgUnit'), mapping),
    time: fields.value('authorTime', toDateTime),
  }
}

/** LegalAuthenticatorType. */
export function readAuthenticator(fields: Fields): Professional {
  return {
    ...NOBODY,
    identifier: hsaIdentifier(fields, 'legalAuthenticatorHSAId'),
    name: fields.text('legalAuthenticatorName'),
    role: toConcept(fields.group('legalAuthenticatorRoleCode')),
    time: fields.value('signatureTime', toDateTime),
  }
}

/** AuthorType, SignatureType and ActorType of the newer generation: id as II, name, role, unit, time. */
export function readActor(fields: Fields, mapping: Mapping): Professional {
  return {
    ...NOBODY,
    identifier: toIdentifier(fields.group('id')),
    name: fields.text('name'),
    role: toConcept(fields.group('byRole')),
    unit: readUnit(fields.group('orgUnit'), mapping),
    time: fields.value('timestamp', toDateTime),
  }
}

export const NOBODY: Professional = {
  identifier: undefined,
  name: undefined,
  role: undefined,
  unit: undefined,
  telecom: [],
  address: undefined,
  time: undefined,
}

/** A field that holds an HSA-id. */
export function hsaIdentifier(fields: Fields, name: string): Identifier | undefined {
  const value = fields.value(name, word)
  return value === undefined ? undefined : { system: HSA_ID, value }
}

/**
 * OrgUnitType of both generations. How a unit is reached is read only where we know no Organization of our own to point
 * at; elsewhere it stays among what is left over, and so is kept with the record.
 */
export function readUnit(fields: Fields | undefined, mapping: Mapping): Unit | undefined {
  if (!fields) return undefined
  const identifier = hsaIdentifier(fields, 'orgUnitHSAId') ?? toIdentifier(fields.group('id'))
  const name = fields.text('orgUnitName', 'name')
  const bare = { identifier, name, telecom: [], address: undefined, location: undefined }
  if (knownOrganization(identifier, mapping)) return bare
  return {
    ...bare,
    telecom: [
      ...contactPoint('phone', fields.text('orgUnitTelecom')),
      ...contactPoint('email', fields.text('orgUnitEmail')),
    ],
    address: fields.text('orgUnitAddress'),
    location: fields.text('orgUnitLocation'),
  }
}

export function contactPoint(
  system: 'phone' | 'email',
  value: string | undefined,
): readonly ContactPoint[] {
  return value === undefined ? [] : [{ system, value }]
}

function knownOrganization(identifier: Identifier | undefined, mapping: Mapping) {
  if (identifier?.system !== HSA_ID || identifier.value === undefined) return undefined
  return mapping.organizationOf(identifier.value)
}

/** What else a resource needs to carry, for what has no address of its own. */
export type Contained = FhirResource[]

/**
 * A reference to someone: by identifier and name alone if that is all that is known, else to a contained
 * PractitionerRole with role and unit. `id` tells the contained resources of one resource apart.
 */
export function professionalReference(
  person: Professional | undefined,
  id: string,
  contained: Contained,
  mapping: Mapping,
): Reference | undefined {
  if (!person) return undefined
  const { identifier, name: display, role, telecom } = person
  const practitioner = compact<Reference>({ identifier, display })
  const organization = unitReference(person.unit, `${id}-unit`, contained, mapping)
  const { address } = person
  if (!role && !organization && telecom.length === 0 && address === undefined) {
    return practitioner && { type: 'Practitioner', ...practitioner }
  }
  contained.push(
    filled<PractitionerRole>({
      resourceType: 'PractitionerRole',
      id,
      practitioner,
      organization,
      code: role && [role],
      location: address === undefined ? undefined : [{ display: address }],
      telecom: [...telecom],
    }),
  )
  return filled<Reference>({
    reference: `#${id}`,
    identifier,
    display: display ?? organization?.display,
  })
}

/** A reference to a unit: to our own Organization of it, to a contained one with how it is reached, or by its id. */
export function unitReference(
  unit: Unit | undefined,
  id: string,
  contained: Contained,
  mapping: Mapping,
): Reference | undefined {
  if (!unit) return undefined
  const { identifier, name, telecom } = unit
  const address = compact<Address>({ text: unit.address, city: unit.location })
  const known = knownOrganization(identifier, mapping)
  if (known !== undefined) {
    return filled<Reference>({ reference: `Organization/${known}`, identifier, display: name })
  }
  const display = name
  if (telecom.length === 0 && address === undefined) {
    return compact<Reference>({ identifier, display })
  }
  contained.push(
    filled<Organization>({
      resourceType: 'Organization',
      id,
      identifier: identifier && [identifier],
      name,
      telecom: [...telecom],
      address: address && [address],
    }),
  )
  return filled<Reference>({ reference: `#${id}`, identifier, display })
}

/** A reference to an organisation by HSA-id alone. */
export function organizationReference(
  hsaId: string,
  mapping: Mapping,
  display?: string,
): Reference {
  const known = mapping.organizationOf(hsaId)
  return filled<Reference>({
    reference: known === undefined ? undefined : `Organization/${known}`,
    identifier: { system: HSA_ID, value: hsaId },
    display,
  })
}
