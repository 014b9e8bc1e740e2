import type { FhirResource, Reference } from 'fhir/r4'
import type { ReferenceEntry } from './index-entries.ts'
import { parseCanonical, parseReferenceText } from './reference-text.ts'

const NOWHERE = { type: undefined, id: undefined, version: undefined, url: undefined }

/** Makes the reference entry of one value. https://hl7.org/fhir/R4/search.html#reference */
export const writeReference = {
  Reference(
    entries: ReferenceEntry[],
    param: string,
    value: Reference,
    base: string | undefined,
  ): void {
    const { reference, identifier } = value
    if (reference === undefined && identifier?.value === undefined) return
    const text = reference === undefined ? NOWHERE : parseReferenceText(reference, base)
    entries.push({
      param,
      type: text.type ?? value.type,
      id: text.id,
      version: text.version,
      url: text.url,
      identifier:
        identifier?.value === undefined
          ? undefined
          : { system: identifier.system, value: identifier.value },
    })
  },

  canonical(
    entries: ReferenceEntry[],
    param: string,
    value: string,
    base: string | undefined,
  ): void {
    entries.push({ param, ...parseCanonical(value, base), identifier: undefined })
  },

  /** A resource in place of a reference to it: the first of a document's or message's entries. */
  Resource(entries: ReferenceEntry[], param: string, value: FhirResource): void {
    const { resourceType: type, id } = value
    if (id !== undefined) entries.push({ param, ...NOWHERE, type, id, identifier: undefined })
  },
}

/**
 * Whether a reference is to a resource of a type, as far as it or a contained resource tells:
 * nothing is fetched to find out. https://hl7.org/fhir/R4/fhirpath.html#functions (`resolve`)
 */
export function refersTo(value: Reference, type: string, resource: FhirResource): boolean {
  const { reference } = value
  if (reference?.startsWith('#')) {
    const id = reference.slice(1)
    const contained = 'contained' in resource ? resource.contained : undefined
    return contained?.some((each) => each.id === id && each.resourceType === type) ?? false
  }
  if (reference === undefined) return value.type === type
  return (parseReferenceText(reference, undefined).type ?? value.type) === type
}
