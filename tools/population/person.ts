import type { Patient } from 'fhir/r4'
import type { CareUnit } from '../../src/identity/directory.ts'
import type { TestNumber } from './facts/personnummer.ts'
import type { Place } from './facts/places.ts'
import { HSA, idOf } from './organisations.ts'
import { type Day, dateText } from './time.ts'

/** An invented person. */
export interface Person extends TestNumber {
  /** Place in the population; chance and ids follow from it. */
  readonly index: number
  readonly sex: 'female' | 'male'
  readonly given: readonly string[]
  readonly family: string
  /** Region where the person lives. */
  readonly region: string
  readonly home: { readonly street: string; readonly postalCode: string; readonly place: Place }
  readonly phone: string
  /** Next of kin, with what they are in Swedish: `dotter`. */
  readonly kin?: { readonly name: string; readonly relation: string; readonly phone: string }
  readonly died?: Day
  /** Protected in the population register. Source: OSL 22 kap. 1 §, HL7 Sweden's security label. */
  readonly isProtected?: true
}

/** The person as one region knows them: kept by its record administration, whoever gives the care. */
export function patientResource(
  { number, birth, sex, given, family, home, phone, kin, died, isProtected }: Person,
  id: string,
  { centre, keeper }: { readonly centre: CareUnit; readonly keeper: CareUnit },
): Patient {
  return {
    resourceType: 'Patient',
    id,
    meta: {
      source: `${HSA}#${keeper.hsaId}`,
      ...(isProtected ? { security: [PROTECTED] } : {}),
    },
    identifier: [{ use: 'official', system: 'urn:oid:1.2.752.129.2.1.3.1', value: number }],
    active: true,
    name: [{ use: 'official', text: `${given.join(' ')} ${family}`, family, given: [...given] }],
    telecom: [{ system: 'phone', use: 'mobile', value: phone }],
    gender: sex,
    birthDate: dateText(birth),
    ...(died === undefined ? {} : { deceasedDateTime: dateText(died) }),
    address: [
      {
        use: 'home',
        line: [home.street],
        postalCode: home.postalCode,
        city: home.place.city,
        district: home.place.municipality,
        _district: {
          extension: [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding',
              valueCoding: { system: 'urn:oid:1.2.752.129.2.2.1.17', code: home.place.code },
            },
          ],
        },
        country: 'SE',
      },
    ],
    ...(kin ? { contact: [contactOf(kin)] } : {}),
    generalPractitioner: [{ reference: `Organization/${idOf(centre.hsaId)}` }],
    managingOrganization: { reference: `Organization/${idOf(keeper.provider)}` },
  }
}

const PROTECTED = {
  system: 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel',
  code: 'sekretessmarkering',
}

function contactOf({ name, relation, phone }: NonNullable<Person['kin']>) {
  const [given = '', ...family] = name.split(' ')
  return {
    relationship: [{ text: relation }],
    name: { text: name, family: family.join(' '), given: [given] },
    telecom: [{ system: 'phone' as const, value: phone }],
  }
}
