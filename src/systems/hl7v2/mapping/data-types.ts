import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  HumanName,
  Identifier,
  Reference,
} from 'fhir/r4'
import { parsePersonalNumber } from '../../../fhir/personal-number.ts'
import { Problem } from '../../../fhir/problem.ts'
import { systemOf } from '../../rivta/mapping/code-systems.ts'
import { toDateTime } from '../../rivta/mapping/time.ts'
import { code, compact, filled, present } from '../../rivta/mapping/values.ts'
import type { Field } from '../er7.ts'

const PERSONAL_NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'
const COORDINATION_NUMBER = 'urn:oid:1.2.752.129.2.1.3.3'
const HSA_ID = 'urn:oid:1.2.752.29.4.19'

/** Names of coding systems in HL7 table 0396, and those that Swedish senders write. */
const CODING_SYSTEMS: Readonly<Record<string, string>> = {
  LN: 'http://loinc.org',
  SCT: 'http://snomed.info/sct',
  SCT2: 'http://snomed.info/sct',
  UCUM: 'http://unitsofmeasure.org',
  NPU: 'urn:oid:1.2.752.108.1',
  'ICD-10-SE': 'urn:oid:1.2.752.116.1.1.1',
  ICD10SE: 'urn:oid:1.2.752.116.1.1.1',
  I10SE: 'urn:oid:1.2.752.116.1.1.1',
  KVA: 'urn:oid:1.2.752.116.1.3.2',
  ATC: 'http://www.whocc.no/atc',
  HL70078: 'http://terminology.hl7.org/CodeSystem/v2-0078',
}

/**
 * CX or EI: an id with who gave it out. A personnummer or samordningsnummer in any usual form gets its national system,
 * whoever sent it; everything else the sender's own.
 */
export function toIdentifier(field: Field, sender: string): Identifier | undefined {
  const value = field.text(1)
  if (value === undefined) return undefined
  const number = personalNumber(value)
  if (number) {
    const isCoordination = Number(number.slice(6, 8)) > 60
    return { system: isCoordination ? COORDINATION_NUMBER : PERSONAL_NUMBER, value: number }
  }
  const oid = field.text(4, 3) === 'ISO' ? field.text(4, 2) : undefined
  const system = oid === undefined ? undefined : systemOf(oid)
  return { system: system ?? localSystem(sender, field.text(4) ?? field.text(5) ?? 'id'), value }
}

/** EI puts the namespace second. */
export function toEntityIdentifier(field: Field, sender: string): Identifier | undefined {
  const value = field.text(1)
  if (value === undefined) return undefined
  const oid = field.text(4) === 'ISO' ? field.text(3) : undefined
  const system = oid === undefined ? undefined : systemOf(oid)
  return { system: system ?? localSystem(sender, field.text(2) ?? 'id'), value }
}

/** A system for ids and codes that only the sender knows. */
export function localSystem(sender: string, name: string): string {
  return `urn:karna:hl7v2:${encodeURIComponent(sender)}:${encodeURIComponent(name)}`
}

function personalNumber(text: string): string | undefined {
  try {
    return parsePersonalNumber(text)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** XPN. A name that is no name (type `S` for a protected one) is kept as it was sent. */
export function toName(field: Field): HumanName | undefined {
  const uses: Readonly<Record<string, HumanName['use']>> = {
    L: 'official',
    D: 'usual',
    N: 'nickname',
    M: 'maiden',
    S: 'anonymous',
  }
  const use = uses[field.text(7) ?? 'L']
  return compact<HumanName>({
    use,
    family: field.text(1, 1),
    given: present([field.text(2), ...(field.text(3)?.split(' ') ?? [])]),
    prefix: present([field.text(5)]),
    suffix: present([field.text(4)]),
  })
}

/** XAD. */
export function toAddress(field: Field): Address | undefined {
  const uses: Readonly<Record<string, Address['use']>> = { H: 'home', B: 'work', C: 'temp' }
  const use = uses[field.text(7) ?? '']
  const line = present([field.text(1), field.text(2)])
  const address = compact<Address>({
    line,
    city: field.text(3),
    state: field.text(4),
    postalCode: field.text(5),
    country: field.text(6),
    district: field.text(9),
  })
  return address && (use ? { use, ...address } : address)
}

/** XTN: the number as it was written, in component 1 or, in newer versions, put together from 5 to 8, or in 12. */
export function toTelecom(field: Field, use: ContactPoint['use']): ContactPoint | undefined {
  const mail = field.text(4)
  if (mail !== undefined) return filled<ContactPoint>({ system: 'email', value: mail, use })
  const parts = present([field.text(5), field.text(6), field.text(7)])
  const value = field.text(1) ?? field.text(12) ?? (parts.length > 0 ? parts.join(' ') : undefined)
  const kind = field.text(3) === 'FX' ? 'fax' : 'phone'
  const isMobile = field.text(3) === 'CP'
  return value === undefined
    ? undefined
    : filled<ContactPoint>({ system: kind, value, use: isMobile ? 'mobile' : use })
}

/** CE, CWE or CNE: the code and its alternate, each in its system, and the sender's own words. */
export function toConcept(field: Field, sender: string): CodeableConcept | undefined {
  const coding = present([codingAt(field, 1, sender), codingAt(field, 4, sender)])
  const text = field.text(9) ?? field.text(2) ?? field.text(5) ?? field.text(1)
  return compact<CodeableConcept>({ coding, text })
}

function codingAt(field: Field, first: number, sender: string): Coding | undefined {
  const found = field.text(first)
  const value = found === undefined ? undefined : code(found)
  if (value === undefined) return undefined
  const system = field.text(first + 2)
  const oid = system === undefined ? undefined : systemOf(system)
  return filled<Coding>({
    system: CODING_SYSTEMS[system ?? ''] ?? oid ?? localSystem(sender, system ?? 'L'),
    code: value,
    display: field.text(first + 1),
  })
}

/** XCN: whom a message names, by HSA-id where that is what it says. */
export function toPerson(field: Field, sender: string): Reference | undefined {
  const value = field.text(1)
  const display = present([field.text(3), field.text(2, 1)]).join(' ')
  const isHsa = /^SE\d{10}-/.test(value ?? '')
  const system = isHsa ? HSA_ID : localSystem(sender, field.text(9) ?? 'person')
  return compact<Reference>({
    identifier: value === undefined ? undefined : { system, value },
    display: display === '' ? undefined : display,
  })
}

/**
 * TS or DTM: `20261124083000.1234+0100`. Without an offset it is Swedish time. `undefined` for what isn't a time.
 */
export function toTime(text: string | undefined): string | undefined {
  const [, digits = '', fraction = '', offset] =
    /^(\d{4,14})(\.\d{1,4})?([+-]\d{4})?$/.exec(text ?? '') ?? []
  const local = toDateTime(digits)
  if (local === undefined || !local.includes('T')) return local
  const zone = offset === undefined ? local.slice(19) : `${offset.slice(0, 3)}:${offset.slice(3)}`
  return `${local.slice(0, 19)}${fraction}${zone}`
}

/** A date alone. */
export const toDay = (text: string | undefined): string | undefined => toTime(text)?.slice(0, 10)
