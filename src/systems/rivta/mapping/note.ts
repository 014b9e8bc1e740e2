import type {
  CodeableConcept,
  Composition,
  CompositionSection,
  DocumentReference,
  Extension,
  Identifier,
} from 'fhir/r4'
import type { SourceRecord } from '../contracts/contract.ts'
import { baseOf, headerExtensions, namedExtension, textExtensions, timeExtension } from './base.ts'
import { systemOf } from './code-systems.ts'
import type { Fields } from './fields.ts'
import type { RecordHeader } from './header.ts'
import { encounterReference, type Mapping, patientReference } from './mapping.ts'
import { toAttachment, toDocument } from './multimedia.ts'
import { toSections } from './note-text.ts'
import { type Contained, type Professional, professionalReference } from './professional.ts'
import { codedAs, filled, present, timed, toIdentifier } from './values.ts'

/** KV Anteckningstyp. Source: clinicalprocess_healthcond_description_enum_2.1.xsd. */
export const NOTE_TYPE = 'urn:oid:1.2.752.129.2.2.2.11'

const NOTE_TYPES: Readonly<Record<string, string>> = {
  utr: 'Utredning',
  atb: 'Åtgärd/Behandling',
  sam: 'Sammanfattning',
  sao: 'Samordning',
  ins: 'Inskrivning',
  slu: 'Slutanteckning',
  auf: 'Anteckning utan fysiskt möte',
  sva: 'Slutenvårdsanteckning',
  bes: 'Besöksanteckning',
}

/** Types of CareDocumentation 2.0, of which the schema doesn't say the code list. */
const OLDER_TYPES: Readonly<Record<string, string>> = {
  epi: 'Epikris',
  int: 'Intagningsanteckning',
  dag: 'Daganteckning',
  ova: 'Öppenvårdsanteckning',
  ovs: 'Öppenvårdssammanfattning',
  ovr: 'Övrigt dokument',
}

/** A type by its bare code, with the name that the code list has for it. */
export function noteType(code: string | undefined): CodeableConcept | undefined {
  if (code === undefined) return undefined
  const older = OLDER_TYPES[code]
  if (older === undefined) return codedAs(NOTE_TYPE, code, NOTE_TYPES[code])
  return { coding: [{ code, display: older }], text: older }
}

/** What local ids of keywords (sökord) are codes of: they mean something only in the system that gave them. */
export function termSystemOf(sourceSystem: string): string {
  return `urn:karna:rivta:sokord:${encodeURIComponent(sourceSystem)}`
}

/** The parts of a note that both generations have. */
export interface NoteParts {
  readonly header: RecordHeader
  readonly type: CodeableConcept | undefined
  readonly title: string | undefined
  readonly text: string | undefined
  /** `multimediaEntry`. */
  readonly multimedia: Fields | undefined
  readonly opinions: readonly Fields[]
}

/**
 * A note → Composition, its keywords as sections. What comes as a picture or a document becomes a DocumentReference that
 * a section points at, so that the note stands among the others whatever it is written as.
 */
export function toNote(note: NoteParts, mapping: Mapping): SourceRecord {
  const { header, title, text } = note
  const attachment = toAttachment(note.multimedia, title)
  const documents = attachment
    ? [toDocument({ ...header, title: title ?? header.title }, attachment, mapping)]
    : []
  const sections = [
    ...(text === undefined ? [] : toSections(text, termSystemOf(header.sourceSystem))),
    ...documents.map(({ id, description }) =>
      filled<CompositionSection>({
        title: description ?? 'Bilaga',
        entry: [{ reference: `DocumentReference/${id}` }],
      }),
    ),
  ]
  return { header, resources: [toComposition(note, sections, documents, mapping), ...documents] }
}

function toComposition(
  { header, type, title, opinions }: NoteParts,
  section: CompositionSection[],
  documents: readonly DocumentReference[],
  mapping: Mapping,
): Composition {
  const contained: Contained = []
  const { author, signer } = header
  const used: Parameters<typeof headerExtensions>[1] = ['signer']
  const shown = title ?? header.title
  const name = shown ?? type?.text ?? documents[0]?.description ?? 'Anteckning'
  return filled<Composition>({
    ...baseOf('Composition', header, mapping),
    contained,
    extension: [
      ...headerExtensions(
        header,
        shown === header.title ? [...used, 'title'] : used,
        contained,
        mapping,
      ),
      ...opinions.flatMap(toOpinion),
    ],
    identifier: header.identifier,
    status: statusOf(header),
    type: type ?? { text: name },
    subject: patientReference(mapping),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    ...timed('date', header.time ?? author?.time),
    author: [
      professionalReference(author, 'author', contained, mapping) ?? {
        display: 'Källan anger ingen författare',
      },
    ],
    title: name,
    attester: signer && [attesterOf(signer, contained, mapping)],
    section,
  })
}

/** Both generations name who signed, and only then is a note signed (PDL 3:10). */
function statusOf({ nullified, signer }: RecordHeader): Composition['status'] {
  if (nullified) return 'entered-in-error'
  return signer ? 'final' : 'preliminary'
}

function attesterOf(signer: Professional, contained: Contained, mapping: Mapping) {
  return filled<NonNullable<Composition['attester']>[number]>({
    mode: 'professional',
    time: signer.time,
    party: professionalReference(signer, 'signer', contained, mapping),
  })
}

/** DissentingOpinionType: what the patient thinks is wrong in the note (PDL 3:8). */
function toOpinion(opinion: Fields): Extension[] {
  const valueIdentifier = toIdentifier(opinion.group('opinionId'))
  const person = opinion.group('personId')
  const personId = person?.text('extension', 'id')
  const system = person?.value('root', systemOf) ?? person?.value('type', systemOf)
  const extension = present<Extension>([
    valueIdentifier && namedExtension('opinionId', { valueIdentifier }),
    ...timeExtension(opinion, 'authorTime'),
    ...textExtensions(opinion, 'opinion'),
    personId === undefined
      ? undefined
      : namedExtension('personId', {
          valueIdentifier: filled<Identifier>({ system, value: personId }),
        }),
    ...textExtensions(opinion, 'personName'),
  ])
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-dissenting-opinion', extension }]
}
