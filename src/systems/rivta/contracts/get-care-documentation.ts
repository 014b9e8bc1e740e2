import type { Fields } from '../mapping/fields.ts'
import { readRecordHeader, readSummaryHeader } from '../mapping/header.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { noteType, toNote } from '../mapping/note.ts'
import { code, toConcept } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord } from './contract.ts'

const DOMAIN = 'clinicalprocess:healthcond:description'
const OLDER = namespacesOf(DOMAIN, 'GetCareDocumentation', 2)
const NEWER = namespacesOf(DOMAIN, 'GetCareDocumentation', 3)

/** GetCareDocumentation 2.1: notes → Composition. Its spelling of HSA-id and of `dissentintOpinion` is its own. */
export const getCareDocumentation2: Contract = {
  question: 'GetCareDocumentation',
  version: '2.1',
  action: `${OLDER.responder}:GetCareDocumentation`,
  shape: {
    ...OLDER,
    unit: 'careUnitHSAid',
    giver: undefined,
    period: 'timePeriod',
    system: 'sourceSystemHSAid',
    ids: 'person',
    byContact: true,
  },
  item: 'careDocumentation',
  types: ['Composition', 'DocumentReference'],
  lacks: [
    {
      element: 'Composition.type',
      means: 'Anteckningstypen är kontraktets egen, grövre än källans: rubriken har källans namn.',
    },
  ],
  toRecord: fromSummary,
}

/** GetCareDocumentation 3.0: the same of the newer generation, page by page (`hasMore`). */
export const getCareDocumentation3: Contract = {
  ...getCareDocumentation2,
  version: '3.0',
  action: `${NEWER.responder}:GetCareDocumentation`,
  shape: {
    ...NEWER,
    unit: 'careUnit',
    giver: 'healthcareProvider',
    period: 'datePeriod',
    system: 'sourceSystemId',
    ids: 'ii',
    byContact: false,
  },
  lacks: [
    ...getCareDocumentation2.lacks,
    {
      element: 'Composition.encounter',
      means: 'Vid vilken vårdkontakt anteckningen skrevs framgår inte.',
    },
  ],
  toRecord: fromRecord,
}

function fromSummary(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('careDocumentationHeader') ?? item, mapping)
  const body = item.group('careDocumentationBody') ?? item
  const note = body.group('clinicalDocumentNote') ?? body
  const parts = {
    header,
    // One of the two is sent. Where both are, the older one is left over.
    type: noteType(
      note.value('clinicalDocumentNoteCode', code) ?? note.value('clinicalDocumentTypeCode', code),
    ),
    title: note.text('clinicalDocumentNoteTitle'),
    text: note.text('clinicalDocumentNoteText'),
    multimedia: note.group('multimediaEntry'),
    opinions: [...note.groups('dissentintOpinion'), ...note.groups('dissentingOpinion')],
  }
  return toNote(parts, mapping)
}

function fromRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readRecordHeader(item.group('header') ?? item, mapping)
  const body = item.group('body') ?? item
  const parts = {
    header,
    type: toConcept(body.group('clinicalDocumentNoteCode')),
    title: body.text('clinicalDocumentNoteTitle'),
    text: body.text('clinicalDocumentNoteText'),
    multimedia: body.group('multimediaEntry'),
    opinions: body.groups('dissentingOpinion'),
  }
  return toNote(parts, mapping)
}
