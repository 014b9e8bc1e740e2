import type { Attachment, DocumentReference, Identifier } from 'fhir/r4'
import { baseOf } from './base.ts'
import type { Fields } from './fields.ts'
import type { RecordHeader } from './header.ts'
import { encounterReference, type Mapping, patientReference } from './mapping.ts'
import { type Contained, professionalReference } from './professional.ts'
import { code, compact, filled } from './values.ts'

/**
 * MultimediaType: what it is, and the content itself or where it is. Content that isn't base64 and addresses that can't
 * be URLs are left over.
 */
export function toAttachment(fields: Fields | undefined, title?: string): Attachment | undefined {
  if (!fields) return undefined
  const contentType = fields.value('mediaType', code)
  const data = fields.value('value', base64)
  return compact<Attachment>({
    // FHIR demands a type of what has content: of bytes that nobody says what they are, this is it (RFC 2046, 4.5.1).
    contentType: contentType ?? (data === undefined ? undefined : 'application/octet-stream'),
    data,
    url: fields.value('reference', address),
    title,
  })
}

/** Content as FHIR has it: what XML allows to be broken into lines, in one. */
export function base64(text: string): string | undefined {
  const joined = text.replace(/\s/g, '')
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(joined)
    ? joined
    : undefined
}

/** Something that can be an address: no space in it. */
export function address(text: string): string | undefined {
  return /^\S+$/.test(text) ? text : undefined
}

/** A document of its own for what a record holds or points at. `part` tells several of one record apart. */
export function toDocument(
  header: RecordHeader,
  attachment: Attachment,
  mapping: Mapping,
  more: { readonly part?: string; readonly identifier?: Identifier | undefined } = {},
): DocumentReference {
  const contained: Contained = []
  const author = professionalReference(header.author, 'author', contained, mapping)
  const encounter = encounterReference(mapping, header.sourceSystem, header.careContactId)
  return filled<DocumentReference>({
    ...baseOf('DocumentReference', header, mapping, more.part),
    contained,
    identifier: more.identifier && [more.identifier],
    status: header.nullified ? 'entered-in-error' : 'current',
    subject: patientReference(mapping),
    date: [header.time, header.author?.time].find((time) => time?.includes('T')),
    author: author && [author],
    description: header.title,
    content: [{ attachment }],
    context: encounter && { encounter: [encounter] },
  })
}
