import type { Address, CodeableConcept, HumanName } from 'fhir/r4'
import type { StringEntry, UriEntry } from './index-entries.ts'

/** Makes the string entries of one value: one for each part. https://hl7.org/fhir/R4/search.html#string */
export const writeString = {
  HumanName(entries: StringEntry[], param: string, name: HumanName): void {
    part(entries, param, name.family)
    parts(entries, param, name.given)
    parts(entries, param, name.prefix)
    parts(entries, param, name.suffix)
    part(entries, param, name.text)
  },

  Address(entries: StringEntry[], param: string, address: Address): void {
    parts(entries, param, address.line)
    part(entries, param, address.city)
    part(entries, param, address.district)
    part(entries, param, address.state)
    part(entries, param, address.postalCode)
    part(entries, param, address.country)
    part(entries, param, address.text)
  },

  CodeableConcept(entries: StringEntry[], param: string, value: CodeableConcept): void {
    part(entries, param, value.text)
    for (const coding of value.coding ?? []) part(entries, param, coding.display)
  },

  primitive: part,
}

/** Makes the uri entries of one value. https://hl7.org/fhir/R4/search.html#uri */
export const writeUri = {
  primitive(entries: UriEntry[], param: string, value: string): void {
    entries.push({ param, value })
  },

  /** With a version (`url|2`), it is found both with and without. */
  canonical(entries: UriEntry[], param: string, value: string): void {
    entries.push({ param, value })
    const bar = value.lastIndexOf('|')
    if (bar > 0) entries.push({ param, value: value.slice(0, bar) })
  },
}

function part(entries: StringEntry[], param: string, value: string | undefined): void {
  if (value !== undefined && value !== '') entries.push({ param, value })
}

/** A list of primitives has `null` where there's only an extension. */
function parts(
  entries: StringEntry[],
  param: string,
  values: readonly (string | null)[] | undefined,
): void {
  if (values !== undefined) for (const value of values) part(entries, param, value ?? undefined)
}
