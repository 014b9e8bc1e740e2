import type { AllergyIntolerance, Condition } from 'fhir/r4'
import {
  CODE_SYSTEMS,
  diagnosisOf,
  encounterReference,
  metaOf,
  put,
  referenceTo,
  subjectOf,
  textOf,
  type Visit,
} from '../chart.ts'
import { type DiagnosisCode, PROCEDURES, type ProcedureCode } from '../facts/diagnoses.ts'
import { type Day, dateText } from '../time.ts'

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical'

export interface ProblemOptions {
  /** What the clinician calls it: `Hjärtsvikt, EF 40 %`. */
  readonly text?: string
  readonly onset?: Day
  /** On the problem list until this day. */
  readonly resolved?: Day
  /** Belongs to the visit only. */
  readonly passing?: true
}

/** A diagnosis is set. */
export function diagnose(visit: Visit, code: DiagnosisCode, options: ProblemOptions = {}): void {
  const { chart } = visit
  const { text, onset = visit.at.day, resolved, passing } = options
  if (!passing && resolved === undefined) {
    if (chart.ongoing.has(code)) return
    chart.ongoing.add(code)
  }
  const isOver = resolved !== undefined && resolved <= chart.now.day
  const status = isOver || (passing && chart.now.day - visit.at.day > 14) ? 'resolved' : 'active'
  const condition: Condition = {
    resourceType: 'Condition',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    clinicalStatus: { coding: [{ system: CLINICAL, code: status }] },
    verificationStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
          code: 'confirmed',
        },
      ],
    },
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/condition-category',
            code: passing ? 'encounter-diagnosis' : 'problem-list-item',
          },
        ],
      },
    ],
    code: diagnosisOf(code, text),
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    onsetDateTime: dateText(onset),
    ...(isOver ? { abatementDateTime: dateText(resolved) } : {}),
    recordedDate: textOf(visit.at),
    recorder: referenceTo(visit.by),
  }
  put(chart, condition)
}

/** What somebody can't have; `atc` is the drug's or its group's. */
export interface Allergy {
  readonly substance: string
  readonly atc?: string
  readonly category: 'medication' | 'food' | 'environment'
  readonly manifestation: string
  readonly severity: 'mild' | 'moderate' | 'severe'
  /** Life-threatening. */
  readonly isCritical?: boolean
}

export function allergy(visit: Visit, of: Allergy): void {
  const { chart } = visit
  if (of.atc) chart.cannotHave.add(of.atc)
  const resource: AllergyIntolerance = {
    resourceType: 'AllergyIntolerance',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    clinicalStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
          code: 'active',
        },
      ],
    },
    verificationStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
          code: 'confirmed',
        },
      ],
    },
    category: [of.category],
    criticality: of.isCritical ? 'high' : 'low',
    code: {
      ...(of.atc ? { coding: [{ system: CODE_SYSTEMS.atc, code: of.atc }] } : {}),
      text: of.substance,
    },
    patient: subjectOf(chart),
    recordedDate: textOf(visit.at),
    recorder: referenceTo(visit.by),
    reaction: [{ manifestation: [{ text: of.manifestation }], severity: of.severity }],
  }
  put(chart, resource)
}

/** Asked, and nothing known. */
export function noKnownAllergy(visit: Visit): void {
  const { chart } = visit
  put(chart, {
    resourceType: 'AllergyIntolerance',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    clinicalStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
          code: 'active',
        },
      ],
    },
    code: {
      coding: [{ system: 'http://snomed.info/sct', code: '716186003' }],
      text: 'Ingen känd överkänslighet',
    },
    patient: subjectOf(chart),
    recordedDate: textOf(visit.at),
    recorder: referenceTo(visit.by),
  })
}

/** Uppmärksamhetsinformation: `Smitta`, `Behandling` or `Övrigt`. */
export function flag(
  visit: Visit,
  category: 'Smitta' | 'Behandling' | 'Övrigt',
  text: string,
): void {
  const { chart } = visit
  put(chart, {
    resourceType: 'Flag',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'active',
    category: [{ text: category }],
    code: { text },
    subject: subjectOf(chart),
    period: { start: dateText(visit.at.day) },
    encounter: encounterReference(visit),
    author: referenceTo(visit.by),
  })
}

export function procedure(visit: Visit, code: ProcedureCode, text?: string): void {
  const { chart } = visit
  const display = PROCEDURES[code]
  put(chart, {
    resourceType: 'Procedure',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'completed',
    code: { coding: [{ system: CODE_SYSTEMS.kva, code, display }], text: text ?? display },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    performedDateTime: textOf(visit.at),
    performer: [{ actor: referenceTo(visit.by) }],
  })
}
