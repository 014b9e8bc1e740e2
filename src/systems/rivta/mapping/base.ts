import type { Extension, Identifier, Reference } from 'fhir/r4'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { Fields } from './fields.ts'
import type { RecordHeader } from './header.ts'
import { type Mapping, patientReference } from './mapping.ts'
import { type Contained, type Professional, professionalReference } from './professional.ts'
import { boolean, compact, filled, present, toQuantity } from './values.ts'

/** A field of the source that FHIR has no element for: `path` and `text`. */
export const FIELD = 'urn:karna:extension:rivta-field'
/** When a record was signed (PDL 3:10) and by whom: `time` and `who`. */
export const SIGNATURE = 'urn:karna:extension:signature'

/** What every resource of a record begins with. `part` tells several of one type apart. */
export function baseOf<Type extends ResourceType>(
  resourceType: Type,
  header: RecordHeader,
  mapping: Mapping,
  part?: string,
): { resourceType: Type; id: string } {
  const { sourceSystem, sourceId } = header
  return { resourceType, id: mapping.idOf(resourceType, sourceSystem, sourceId, part) }
}

/** What belongs to a patient, of a record: id, identifier and subject. */
export function subjectOf(header: RecordHeader, mapping: Mapping) {
  return { identifier: [header.identifier] as Identifier[], subject: patientReference(mapping) }
}

/** The signature as an extension, for types that have no element for it. */
export function signatureOf(
  signer: Professional | undefined,
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  if (!signer) return []
  const who = professionalReference(signer, 'signer', contained, mapping)
  const extension = present<Extension>([
    signer.time === undefined ? undefined : { url: 'time', valueDateTime: signer.time },
    who && { url: 'who', valueReference: who },
  ])
  return extension.length === 0 ? [] : [{ url: SIGNATURE, extension }]
}

/** An extension for a boolean of the source, taken from its field. */
export function booleanExtension(fields: Fields, name: string): Extension[] {
  const value = fields.value(name, boolean)
  return value === undefined ? [] : [namedExtension(name, { valueBoolean: value })]
}

/** An extension for a measure of the source. */
export function quantityExtensions(fields: Fields | undefined, name: string): Extension[] {
  const values = present((fields?.groups(name) ?? []).map(toQuantity))
  return values.map((valueQuantity) => namedExtension(name, { valueQuantity }))
}

/** An extension that is called as the source calls the field. */
export function namedExtension(name: string, value: Omit<Extension, 'url'>): Extension {
  return { url: `urn:karna:extension:rivta-${kebab(name)}`, ...value }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** A reference by identifier alone, if there is one. */
export function logicalReference(
  identifier: Identifier | undefined,
  display?: string,
): Reference | undefined {
  return compact<Reference>({ identifier, display })
}

/** `note`, of the texts that there are. */
export function notesOf(...texts: readonly (string | undefined)[]): { text: string }[] | undefined {
  const notes = present(texts).map((text) => ({ text }))
  return notes.length === 0 ? undefined : notes
}

export { filled }
