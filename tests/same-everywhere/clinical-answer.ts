import type {
  AllergyIntolerance,
  CodeableConcept,
  Composition,
  CompositionSection,
  Condition,
  DiagnosticReport,
  Encounter,
  Extension,
  FhirResource,
  Flag,
  Immunization,
  MedicationRequest,
  Observation,
  Reference,
} from 'fhir/r4'
import { paragraphsOf } from '../../src/systems/rivta/provide/note-text.ts'

/**
 * What a clinician learns from a resource, whatever system it came through: by element, without ids. What is told more
 * coarsely by some source stands twice, exactly under the element's name and coarsely under a word of its own.
 */
export type ClinicalAnswer = Readonly<Record<string, unknown>>

/** What a source truly lacks, as elements: `Condition.abatementDateTime`. */
export type Lacking = ReadonlySet<string>

/**
 * The answers of many as lines that can be compared, in an order that doesn't depend on theirs. What is lacking is left
 * out, and so are types that the service contracts don't carry.
 */
export function clinicalAnswers(resources: Iterable<FhirResource>, lacking: Lacking): string[] {
  return [...resources].flatMap((each) => clinicalLine(each, lacking) ?? []).sort()
}

/** One answer as a line; `undefined` for what isn't compared. */
export function clinicalLine(resource: FhirResource, lacking: Lacking): string | undefined {
  const { resourceType: type } = resource
  const answer = ANSWERS[type]?.(resource as never)
  if (answer === undefined) return undefined
  const encounter = 'encounter' in resource && resource.encounter !== undefined
  const told = Object.entries({ ...answer, encounter }).filter(
    ([element, value]) => value !== undefined && !lacking.has(`${type}.${element}`),
  )
  return JSON.stringify([type, Object.fromEntries(told)])
}

const ANSWERS: Readonly<
  Record<string, ((resource: never) => ClinicalAnswer | undefined) | undefined>
> = {
  Condition: (each: Condition) => ({
    code: concept(each.code),
    recordedDate: instant(each.recordedDate),
    onsetDateTime: instant(each.onsetDateTime),
    clinicalStatus: codesOf(each.clinicalStatus),
    verificationStatus: codesOf(each.verificationStatus),
    isTakenBack: codesOf(each.verificationStatus).includes('entered-in-error'),
    category: each.category?.[0]?.coding?.[0]?.code,
    recorder: nameIn(each.recorder),
  }),
  Encounter: (each: Encounter) => ({
    class: each.class.code,
    kind: CLASSES[each.class.code ?? ''] ?? 'other',
    status: each.status,
    start: instant(each.period?.start),
    end: instant(each.period?.end),
    reason: each.reasonCode?.[0]?.text ?? each.reasonCode?.[0]?.coding?.[0]?.display,
    'reasonCode.coding': each.reasonCode?.flatMap(codesOf),
    type: each.type?.[0]?.text,
    location: each.location?.map(({ location }) => location.display),
    participant: nameIn(each.participant?.[0]?.individual),
  }),
  AllergyIntolerance: (each: AllergyIntolerance) => ({
    code: concept(each.code),
    recordedDate: instant(each.recordedDate),
    criticality: each.criticality,
    isHigh: each.criticality === 'high',
    clinicalStatus: codesOf(each.clinicalStatus),
    verificationStatus: codesOf(each.verificationStatus),
    isConfirmed: codesOf(each.verificationStatus).includes('confirmed'),
    category: each.category,
    reaction: each.reaction?.flatMap(({ manifestation }) => manifestation.map(({ text }) => text)),
    recorder: nameIn(each.recorder),
  }),
  Flag: (each: Flag) => ({
    code: each.code.text,
    status: each.status,
    start: instant(each.period?.start),
    end: instant(each.period?.end),
    author: nameIn(each.author),
  }),
  Observation: (each: Observation) => observation(each),
  DiagnosticReport: (each: DiagnosticReport) => report(each),
  MedicationRequest: (each: MedicationRequest) => ({
    code: concept(each.medicationCodeableConcept),
    status: each.status === 'on-hold' ? 'active' : each.status,
    'status (on-hold)': each.status === 'on-hold',
    authoredOn: instant(each.authoredOn),
    reasonCode: each.reasonCode?.map(({ text }) => text),
    dosage: each.dosageInstruction?.flatMap(({ text }) => text ?? []).join('; '),
    asNeeded: each.dosageInstruction?.[0]?.asNeededBoolean ?? false,
    doses: each.dosageInstruction?.flatMap(({ timing, doseAndRate }) =>
      (timing?.repeat?.when ?? []).map((when) => [
        when,
        digits(doseAndRate?.[0]?.doseQuantity?.value),
      ]),
    ),
    requester: nameIn(each.requester),
  }),
  Immunization: (each: Immunization) => ({
    code: concept(each.vaccineCode),
    status: each.status,
    occurrenceDateTime: instant(each.occurrenceDateTime),
    lotNumber: each.lotNumber,
    dose: digits(each.doseQuantity?.value),
    doseNumber: each.protocolApplied?.[0]?.doseNumberPositiveInt,
    performer: nameIn(each.performer?.[0]?.actor),
  }),
  Composition: (each: Composition) => ({
    title: each.title,
    type: each.type.text,
    date: instant(each.date),
    status: each.status,
    attested: instant(each.attester?.[0]?.time),
    author: nameIn(each.author[0]),
    section: each.section?.map(sectionOf),
  }),
}

/** Who, without the title that some write after the name. */
const nameIn = (reference: Reference | undefined) => reference?.display?.split(',')[0]

function sectionOf({ title, text, section = [] }: CompositionSection): unknown {
  return [title, paragraphsOf(text?.div), ...section.map(sectionOf)]
}

function concept(value: CodeableConcept | undefined): unknown {
  const [coding] = value?.coding ?? []
  return [value?.text ?? coding?.display, coding?.system, coding?.code]
}

const codesOf = (value: CodeableConcept | undefined) =>
  (value?.coding ?? []).flatMap(({ code }) => code ?? [])

/** Digits as they are written. */
const digits = (value: number | undefined) =>
  value === undefined ? undefined : JSON.stringify(value)

/** The moment, whatever the offset; a day is its midnight in Sweden, as the contracts have it. */
function instant(time: string | undefined): string | undefined {
  if (time === undefined || time.includes('T')) return time && new Date(time).toISOString()
  const day = time.length === 4 ? `${time}-01-01` : time.length === 7 ? `${time}-01` : time
  const summer = new Date(`${day}T00:00:00+02:00`)
  const isSummer = CLOCK.format(summer) === '00:00:00'
  return isSummer ? summer.toISOString() : new Date(`${day}T00:00:00+01:00`).toISOString()
}

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  timeStyle: 'medium',
})

const CLASSES: Readonly<Record<string, string>> = {
  AMB: 'visit',
  HH: 'visit',
  EMER: 'visit',
  VR: 'remote',
  IMP: 'stay',
}

function observation(each: Observation): ClinicalAnswer {
  const { valueQuantity, valueString, interpretation = [], referenceRange, component } = each
  const codes = interpretation.flatMap(codesOf)
  return {
    code: concept(each.code),
    category: each.category?.flatMap(codesOf),
    effectiveDateTime: instant(each.effectiveDateTime),
    issued: instant(each.issued),
    'valueQuantity.comparator': valueQuantity?.comparator,
    value: valueString ?? `${valueQuantity?.comparator ?? ''}${digits(valueQuantity?.value)}`,
    unit: valueQuantity?.unit ?? each.extension?.find(isUnit)?.valueString,
    'valueQuantity.code': valueQuantity?.code,
    component: component?.map(({ valueQuantity: part }) => digits(part?.value)),
    interpretation: codes,
    isAbnormal: codes.some((code) => code !== 'N'),
    range: referenceRange?.[0]?.text,
    'referenceRange.low': digits(referenceRange?.[0]?.low?.value),
    'referenceRange.high': digits(referenceRange?.[0]?.high?.value),
    status: each.status,
  }
}

/** An analysis by itself comes with a report of its own in the contracts, which says nothing more. */
function report(each: DiagnosticReport): ClinicalAnswer | undefined {
  if (each.conclusion === undefined && each.result?.length === 1) return undefined
  return {
    code: each.code.text ?? each.code.coding?.[0]?.display,
    status: each.status,
    category: each.category?.flatMap(codesOf),
    effectiveDateTime: instant(each.effectiveDateTime),
    issued: instant(each.issued),
    conclusion: each.conclusion,
    results: each.result?.length ?? 0,
  }
}

/** A value that is text has its unit beside it. */
const isUnit = ({ url }: Extension) => url.endsWith('outcome-unit')
