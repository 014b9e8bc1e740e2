import type {
  AllergyIntolerance,
  CodeableConcept,
  Composition,
  CompositionSection,
  Condition,
  DiagnosticReport,
  Encounter,
  FhirResource,
  Flag,
  Immunization,
  MedicationRequest,
  Observation,
} from 'fhir/r4'
import { paragraphsOf } from '../../src/systems/rivta/provide/note-text.ts'

/**
 * What a clinician learns from a resource, as lines that can be compared whatever system it came through: without ids,
 * and without what the service contracts can't carry (`information-map/rivta.json`). `undefined` for what
 * they don't carry at all.
 */
export function clinicalAnswer(resource: FhirResource): string | undefined {
  const write = ANSWERS[resource.resourceType]
  const answer = write?.(resource as never)
  return answer === undefined ? undefined : JSON.stringify([resource.resourceType, ...answer])
}

/** The answers of many, in an order that doesn't depend on theirs. */
export function clinicalAnswers(resources: Iterable<FhirResource>): string[] {
  return [...resources].flatMap((each) => clinicalAnswer(each) ?? []).sort()
}

type Answer = readonly unknown[]

const ANSWERS: Readonly<Record<string, ((resource: never) => Answer | undefined) | undefined>> = {
  Condition: (each: Condition) => [
    ...concept(each.code),
    instant(each.recordedDate),
    instant(each.onsetDateTime),
    hasCode(each.verificationStatus, 'entered-in-error'),
    each.category?.[0]?.coding?.[0]?.code,
  ],
  Encounter: (each: Encounter) => [
    CLASSES[each.class.code ?? ''] ?? 'other',
    STATUSES[each.status],
    instant(each.period?.start),
    instant(each.period?.end),
    each.reasonCode?.[0]?.text ?? each.reasonCode?.[0]?.coding?.[0]?.display,
  ],
  AllergyIntolerance: (each: AllergyIntolerance) => [
    ...concept(each.code),
    instant(each.recordedDate),
    each.criticality === 'high',
    hasCode(each.clinicalStatus, 'active'),
    hasCode(each.verificationStatus, 'confirmed'),
  ],
  Flag: (each: Flag) => [each.code.text, each.status, instant(each.period?.start)],
  Observation: (each: Observation) => (isLaboratory(each) ? laboratory(each) : undefined),
  // An analysis by itself comes with a report of its own in the contracts, which says nothing more.
  DiagnosticReport: (each: DiagnosticReport) =>
    each.conclusion === undefined && each.result?.length === 1
      ? undefined
      : [
          each.code.text ?? each.code.coding?.[0]?.display,
          each.status,
          instant(each.effectiveDateTime),
          instant(each.issued),
          each.conclusion,
          each.result?.length ?? 0,
        ],
  MedicationRequest: (each: MedicationRequest) => [
    ...concept(each.medicationCodeableConcept),
    each.status === 'on-hold' ? 'active' : each.status,
    instant(each.authoredOn),
    each.reasonCode?.map(({ text }) => text),
    each.dosageInstruction?.flatMap(({ text }) => text ?? []).join('; '),
    each.dosageInstruction?.[0]?.asNeededBoolean ?? false,
    each.dosageInstruction?.flatMap(({ timing, doseAndRate }) =>
      (timing?.repeat?.when ?? []).map((when) => [
        when,
        JSON.stringify(doseAndRate?.[0]?.doseQuantity?.value),
      ]),
    ),
  ],
  Immunization: (each: Immunization) => [
    ...concept(each.vaccineCode),
    each.status,
    instant(each.occurrenceDateTime),
    each.lotNumber,
    each.doseQuantity?.value === undefined ? undefined : JSON.stringify(each.doseQuantity.value),
    each.protocolApplied?.[0]?.doseNumberPositiveInt,
  ],
  Composition: (each: Composition) => [
    each.title,
    instant(each.date),
    each.status,
    instant(each.attester?.[0]?.time),
    each.section?.map(sectionOf),
  ],
}

function sectionOf({ title, text, section = [] }: CompositionSection): unknown {
  return [title, paragraphsOf(text?.div), ...section.map(sectionOf)]
}

function concept(value: CodeableConcept | undefined): Answer {
  const [coding] = value?.coding ?? []
  return [value?.text ?? coding?.display, coding?.system, coding?.code]
}

function hasCode(value: CodeableConcept | undefined, code: string): boolean {
  return value?.coding?.some((each) => each.code === code) ?? false
}

/** The moment, whatever the offset; a day is its midnight in Sweden, as the contracts have it. */
function instant(time: string | undefined): string | undefined {
  if (time === undefined || time.includes('T')) return time && new Date(time).toISOString()
  const day = time.length === 4 ? `${time}-01-01` : time.length === 7 ? `${time}-01` : time
  const summer = new Date(`${day}T00:00:00+02:00`)
  const isSummer =
    summer.toLocaleTimeString('sv-SE', { timeZone: 'Europe/Stockholm' }) === '00:00:00'
  return isSummer ? summer.toISOString() : new Date(`${day}T00:00:00+01:00`).toISOString()
}

const CLASSES: Readonly<Record<string, string>> = {
  AMB: 'visit',
  HH: 'visit',
  EMER: 'visit',
  VR: 'remote',
  IMP: 'stay',
}
const STATUSES: Readonly<Record<string, string>> = {
  'in-progress': 'ongoing',
  finished: 'finished',
  cancelled: 'cancelled',
  planned: 'planned',
}

function isLaboratory({ category = [] }: Observation): boolean {
  return category.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory'))
}

function laboratory(each: Observation): Answer {
  const { valueQuantity, valueString, interpretation = [], referenceRange } = each
  const codes = interpretation.flatMap(({ coding }) => coding ?? [])
  return [
    ...concept(each.code),
    instant(each.effectiveDateTime),
    valueQuantity?.comparator,
    valueQuantity?.value === undefined ? undefined : JSON.stringify(valueQuantity.value),
    valueQuantity?.unit,
    valueString,
    codes.some(({ code }) => code !== 'N'),
    referenceRange?.[0]?.text,
    each.status,
  ]
}
