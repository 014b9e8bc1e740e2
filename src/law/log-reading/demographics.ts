import type { Patient } from 'fhir/r4'
import { PROTECTED_IDENTITY } from '../../fhir/label.ts'

/** Who a patient is, as far as log reading needs it. */
export interface Demographics {
  readonly name: string | undefined
  readonly family: string | undefined
  /** Personal, coordination or reserve number. */
  readonly personalNumber: string | undefined
  /** Street and number, folded to compare. */
  readonly street: string | undefined
  readonly postalCode: string | undefined
  /** Protected identity (skyddade personuppgifter). */
  readonly isProtected: boolean
}

const NUMBERS = [
  'http://electronichealth.se/identifier/personnummer',
  'http://electronichealth.se/identifier/samordningsnummer',
  'urn:oid:1.2.752.129.2.1.3.1',
  'urn:oid:1.2.752.129.2.1.3.3',
]

/** Reads a Patient's bytes. */
export function demographicsIn(bytes: Buffer): Demographics {
  const patient: Patient = JSON.parse(bytes.toString('utf8'))
  const name = patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0]
  const address = patient.address?.[0]
  const number =
    patient.identifier?.find(({ system }) => NUMBERS.includes(system ?? '')) ??
    patient.identifier?.[0]
  return {
    name: name && (name.text ?? [...(name.given ?? []), name.family].filter(Boolean).join(' ')),
    family: name?.family,
    personalNumber: number?.value,
    street: folded(address?.line?.[0]),
    postalCode: address?.postalCode?.replaceAll(' ', ''),
    isProtected:
      patient.meta?.security?.some(({ system }) => system === PROTECTED_IDENTITY) ?? false,
  }
}

/** Text as it is compared: without case and superfluous space. */
export function folded(text: string | undefined): string | undefined {
  const plain = text?.trim().replace(/\s+/g, ' ').toLocaleLowerCase('sv')
  return plain === '' ? undefined : plain
}
