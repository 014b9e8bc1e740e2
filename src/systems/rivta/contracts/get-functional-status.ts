import type { Condition, Observation, ObservationComponent } from 'fhir/r4'
import { baseOf, headerExtensions, notesOf, subjectOf } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { type RecordHeader, readSummaryHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping } from '../mapping/mapping.ts'
import { type Contained, professionalReference } from '../mapping/professional.ts'
import { codedAs, filled, informationType, present, toConcept } from '../mapping/values.ts'
import { type Contract, namespacesOf, type SourceRecord, SUMMARY_REQUEST } from './contract.ts'

const SPACE = namespacesOf('clinicalprocess:healthcond:description', 'GetFunctionalStatus', 2)

/**
 * GetFunctionalStatus 2.0: an impairment (funktionsnedsättning) with its ICF code → Condition; what a person manages by
 * themselves (PADL) → Observation, a component for each thing, as those are answers and not diagnoses.
 */
export const getFunctionalStatus: Contract = {
  question: 'GetFunctionalStatus',
  version: '2.0',
  action: `${SPACE.responder}:GetFunctionalStatus`,
  shape: { ...SPACE, ...SUMMARY_REQUEST },
  item: 'functionalStatusAssessment',
  types: ['Condition', 'Observation'],
  lacks: [],
  toRecord,
}

function toRecord(item: Fields, mapping: Mapping): SourceRecord {
  const header = readSummaryHeader(item.group('functionalStatusAssessmentHeader') ?? item, mapping)
  const body = item.group('functionalStatusAssessmentBody') ?? item
  // What the category says is what the two types of resource are.
  const category = body.value('assessmentCategory', (text) =>
    text === 'fun-fun' || text === 'pad-pad' ? text : undefined,
  )
  const disability = body.group('disability')
  const isDisability =
    category === 'fun-fun' || (category !== 'pad-pad' && disability !== undefined)
  const resource = isDisability
    ? toCondition(header, body, disability, mapping)
    : toObservation(header, body, mapping)
  return { header, resources: [resource] }
}

function toCondition(
  header: RecordHeader,
  body: Fields,
  disability: Fields | undefined,
  mapping: Mapping,
): Condition {
  const contained: Contained = []
  const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
  return filled<Condition>({
    ...baseOf('Condition', header, mapping),
    contained,
    extension: headerExtensions(header, ['authorTime'], contained, mapping),
    ...subjectOf(header, mapping),
    clinicalStatus: header.nullified
      ? undefined
      : codedAs('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: codedAs(verification, header.nullified ? 'entered-in-error' : 'confirmed'),
    category: [informationType('fun-fun', 'Funktionsnedsättning')],
    code: toConcept(disability?.group('disabilityAssessment')),
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    recordedDate: header.author?.time,
    recorder: professionalReference(header.author, 'author', contained, mapping),
    note: notesOf(disability?.text('comment'), body.text('comment')),
  })
}

function toObservation(header: RecordHeader, body: Fields, mapping: Mapping): Observation {
  const contained: Contained = []
  const author = professionalReference(header.author, 'author', contained, mapping)
  const name = informationType('pad-pad', 'PADL')
  return filled<Observation>({
    ...baseOf('Observation', header, mapping),
    contained,
    extension: headerExtensions(header, [], contained, mapping),
    ...subjectOf(header, mapping),
    status: header.nullified ? 'entered-in-error' : 'final',
    category: [name],
    code: name,
    encounter: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectiveDateTime: header.time ?? header.author?.time,
    performer: present([author]),
    component: body.groups('padl').map(toComponent),
    note: notesOf(body.text('comment')),
  })
}

function toComponent(padl: Fields): ObservationComponent {
  return filled<ObservationComponent>({
    code: toConcept(padl.group('typeOfAssessment')) ?? { text: 'Bedömning' },
    valueString: padl.text('assessment'),
  })
}
