import type { CarePlan, DocumentReference } from 'fhir/r4'
import { baseOf, headerExtensions, subjectOf } from '../mapping/base.ts'
import { HSA_ID } from '../mapping/code-systems.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, localIdentifier, type Mapping } from '../mapping/mapping.ts'
import { toAttachment, toDocument } from '../mapping/multimedia.ts'
import {
  type Contained,
  organizationReference,
  professionalReference,
} from '../mapping/professional.ts'
import { codedAs, filled, present, toIdentifier } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:logistics:logistics', 'GetCarePlans', 2, 3)

/** GetCarePlans 2.0: a plan → CarePlan, what is written in it → DocumentReference. */
export const getCarePlans: Contract = {
  question: 'GetCarePlans',
  version: '2.0',
  action: `${SPACE.responder}:GetCarePlans`,
  shape: { ...SPACE, ...SUMMARY_REQUEST },
  item: 'carePlan',
  types: ['CarePlan', 'DocumentReference'],
  lacks: [],
  toRecord,
}

/** TypeOfCarePlanEnum. Source: TKB clinicalprocess:logistics:logistics, typeOfCarePlan. */
const TYPES: Readonly<Record<string, string>> = {
  SIP: 'Samordnad individuell plan',
  SPLPTLRV: 'Samordnad plan enligt LPT och LRV',
  SPU: 'Samordnad plan vid utskrivning',
  VP: 'Vårdplan',
  HP: 'Habiliteringsplan',
  RP: 'Rehabiliteringsplan',
  GP: 'Genomförandeplan',
  SVP: 'Standardiserad vårdplan',
}
const TYPE_SYSTEM = 'urn:karna:rivta:type-of-care-plan'

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('carePlanHeader') ?? item, mapping)
  const body = item.group('carePlanBody') ?? item
  const documents = body.groups('content').flatMap((content, at) => {
    const id = content.text('id')
    const attachment = toAttachment(content, header.title)
    const identifier = id === undefined ? undefined : localIdentifier(header.sourceSystem, id)
    return attachment
      ? [toDocument(header, attachment, mapping, { part: `#${at}`, identifier })]
      : []
  })
  return { header, resources: [toPlan(header, body, documents, mapping), ...documents] }
}

function toPlan(
  header: RecordHeader,
  body: Fields,
  documents: readonly DocumentReference[],
  mapping: Mapping,
): CarePlan {
  const contained: Contained = []
  const type = body.text('typeOfCarePlanEnum')?.trim()
  const name = type === undefined ? undefined : TYPES[type]
  return filled<CarePlan>({
    ...baseOf('CarePlan', header, mapping),
    contained,
    extension: headerExtensions(
      header,
      header.time === undefined ? ['title', 'authorTime'] : ['title', 'time'],
      contained,
      mapping,
    ),
    ...subjectOf(header, mapping),
    // The contract has no status: what stands there holds.
    status: header.nullified ? 'entered-in-error' : 'active',
    intent: 'plan',
    category: type === undefined ? undefined : [codedAs(TYPE_SYSTEM, type, name)],
    title: header.title ?? name,
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    created: header.time ?? header.author?.time,
    author: professionalReference(header.author, 'author', contained, mapping),
    contributor: present(
      body.groups('participatingCareUnitHSAId').map((unit) => toUnit(unit, mapping)),
    ),
    supportingInfo: documents.map(({ id }) => ({ reference: `DocumentReference/${id}` })),
  })
}

/** An HSA-id as II, whose root is its OID or, in practice, the HSA-id itself. */
function toUnit(unit: Fields, mapping: Mapping) {
  const identifier = toIdentifier(unit)
  if (!identifier) return undefined
  const { system, value = '' } = identifier
  return system === HSA_ID || /^SE\d/.test(value)
    ? organizationReference(value, mapping)
    : { identifier }
}
