import type { Extension, Identifier, Reference } from 'fhir/r4'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { Fields } from './fields.ts'
import type { RecordHeader } from './header.ts'
import { type Mapping, patientReference } from './mapping.ts'
import { type Contained, type Professional, professionalReference } from './professional.ts'
import { toDateTime } from './time.ts'
import { boolean, compact, present, toConcept, toQuantity } from './values.ts'

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

/**
 * What tells the parts of a record apart: the source's own ids, so that their order doesn't matter; a number where there
 * is none, and one more where the same id comes again.
 */
export function partNames(identifiers: readonly (Identifier | undefined)[]): readonly string[] {
  const seen = new Map<string, number>()
  return identifiers.map((identifier, at) => {
    const own = identifier && `${identifier.system ?? ''}|${identifier.value ?? ''}`
    const count = seen.get(own ?? '') ?? 0
    if (own !== undefined) seen.set(own, count + 1)
    return own === undefined ? `#${at}` : count === 0 ? own : `${own}#${count}`
  })
}

/** What belongs to a patient, of a record: id, identifier and subject. */
export function subjectOf(header: RecordHeader, mapping: Mapping) {
  return { identifier: [header.identifier] as Identifier[], subject: patientReference(mapping) }
}

/** What of a header a type may have an element of its own for. */
type HeaderPart = 'title' | 'time' | 'authorTime' | 'signer'

/** What of a header the type has no element for, as extensions. `used` is what the caller has put elsewhere. */
export function headerExtensions(
  header: RecordHeader,
  used: readonly HeaderPart[],
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  const unused = (part: HeaderPart) => !used.includes(part)
  const { title, time, author, signer, blockTime } = header
  const authorTime = author?.time
  return [
    ...(unused('title') ? textExtension('documentTitle', title) : []),
    ...(unused('time') ? dateTimeExtension('documentTime', time) : []),
    ...(unused('authorTime') ? dateTimeExtension('authorTime', authorTime) : []),
    ...dateTimeExtension('blockComparisonTime', blockTime),
    ...(unused('signer') ? signatureOf(signer, contained, mapping) : []),
  ]
}

function signatureOf(
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

/** An extension for a time, if there is one. */
export function dateTimeExtension(name: string, time: string | undefined): Extension[] {
  return time === undefined ? [] : [namedExtension(name, { valueDateTime: time })]
}

/** An extension for a text, if there is one. */
export function textExtension(name: string, text: string | undefined): Extension[] {
  return text === undefined ? [] : [namedExtension(name, { valueString: text })]
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

/** An extension for a coded value of the source. */
export function conceptExtensions(fields: Fields | undefined, name: string): Extension[] {
  const values = present((fields?.groups(name) ?? []).map(toConcept))
  return values.map((valueCodeableConcept) => namedExtension(name, { valueCodeableConcept }))
}

/** An extension for a time of the source. */
export function timeExtension(fields: Fields, name: string): Extension[] {
  return dateTimeExtension(name, fields.value(name, toDateTime))
}

/** An extension for each text of the source. */
export function textExtensions(fields: Fields | undefined, name: string): Extension[] {
  return (fields?.texts(name) ?? []).map((text) => namedExtension(name, { valueString: text }))
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
