import type { Observation } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import {
  changed,
  concept,
  core,
  digits,
  identifier,
  LOCAL_ID,
  summaryHeader,
  time,
} from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type Outgoing,
  type Produced,
  type Production,
  personOf,
} from './production.ts'
import { askedIn, type LaboratoryAnswer, laboratoryAnswers } from './reports.ts'

/** GetLaboratoryOrderOutcome 3.1: every value as text with its unit beside it. */
export const LABORATORY_3: Producer = {
  domain: 'clinicalprocess:healthcond:actoutcome',
  item: 'laboratoryOrderOutcome',
  result: 'own',
  items: (production) =>
    laboratoryAnswers(production).map((answer) => toOutcome(answer, production)),
}

/** What an answer's header says, in either generation. */
export function outgoingAnswer(answer: LaboratoryAnswer, production: Production): Outgoing {
  const { resource, report } = answer
  const at = resource.issued ?? resource.effectiveDateTime ?? changed(resource)
  const [performer] = resource.performer ?? []
  return {
    resource,
    author: personOf(performer, production),
    authored: at,
    documentTime: at,
    title: report ? titleOf(answer) : undefined,
    encounter: resource.encounter,
    nullified: resource.status === 'entered-in-error',
  }
}

/** What a person calls the answer. */
export function titleOf({ report, analyses }: LaboratoryAnswer): string {
  const code = report?.code ?? analyses[0]?.code
  return code?.text ?? code?.coding?.[0]?.display ?? 'Laboratoriesvar'
}

function toOutcome(answer: LaboratoryAnswer, production: Production): Produced<XmlContent> {
  const { resource, report, analyses } = answer
  const out = outgoingAnswer(answer, production)
  const asked = askedIn(resource, production)
  const body = core('laboratoryOrderOutcomeBody', [
    core('resultType', RESULT_TYPE[resource.status] ?? 'DEF'),
    core('registrationTime', time(out.authored)),
    core('discipline', titleOf(answer)),
    core('resultReport', report?.conclusion),
    analyses.map(toAnalysis),
    core('order', [core('orderId', asked?.id ?? resource.id), core('orderReason', asked?.reason)]),
  ])
  return {
    resource,
    at: resource.effectiveDateTime ?? out.authored,
    contact: contactIdOf(resource.encounter),
    content: [summaryHeader('laboratoryOrderOutcomeHeader', out, production), body],
  }
}

const RESULT_TYPE: Readonly<Record<string, string>> = {
  registered: 'PREL',
  partial: 'PREL',
  preliminary: 'PREL',
  final: 'DEF',
  amended: 'TILL',
  corrected: 'TILL',
  appended: 'TILL',
}

/** Swedish words for the status of an analysis; `undefined` for one that isn't known. */
export const STATUS_WORDS: Readonly<Record<Observation['status'], string | undefined>> = {
  registered: 'Registrerad',
  preliminary: 'Preliminärsvar',
  final: 'Slutsvar',
  amended: 'Ändrad',
  corrected: 'Korrigerad',
  cancelled: 'Annullerad',
  'entered-in-error': undefined,
  unknown: undefined,
}

function toAnalysis(observation: Observation): Xml | undefined {
  const { code, effectivePeriod, specimen, method, note = [] } = observation
  const isCoded = code.coding?.some((each) => each.code !== undefined)
  return core('analysis', [
    identifier('analysisId', LOCAL_ID, observation.id ?? ''),
    effectivePeriod &&
      core('analysisTime', [
        core('start', time(effectivePeriod.start)),
        core('end', time(effectivePeriod.end)),
      ]),
    isCoded ? concept('analysisCode', code) : undefined,
    isCoded ? undefined : core('analysisText', code.text),
    core('analysisStatus', STATUS_WORDS[observation.status]),
    core(
      'analysisComment',
      note.length === 0 ? undefined : note.map(({ text }) => text).join('\n'),
    ),
    core('specimen', specimen?.display),
    core('method', method?.text ?? method?.coding?.[0]?.display),
    outcomeOf(observation),
  ])
}

function outcomeOf(observation: Observation): Xml | undefined {
  const value = valueText(observation)
  if (value === undefined) return undefined
  const { valueQuantity, referenceRange } = observation
  const [range] = referenceRange ?? []
  return core('analysisOutcome', [
    core('outcomeValue', value),
    core('outcomeUnit', valueQuantity?.unit ?? valueQuantity?.code),
    core('observationTime', time(observation.effectiveDateTime)),
    core('pathologicalFlag', isPathological(observation)),
    core('referenceInterval', rangeText(range)),
    core('referencePopulation', range?.appliesTo?.[0]?.text),
  ])
}

/** An analysis, or a part of one. */
type Valued = Pick<
  Observation,
  | 'valueQuantity'
  | 'valueString'
  | 'valueCodeableConcept'
  | 'valueInteger'
  | 'valueBoolean'
  | 'component'
>

/** A value as text, its digits as they are; `undefined` where there is none. */
export function valueText(observation: Valued): string | undefined {
  const { valueQuantity, valueString, valueCodeableConcept, valueInteger, valueBoolean } =
    observation
  if (valueQuantity?.value !== undefined) {
    return `${valueQuantity.comparator ?? ''}${digits(valueQuantity.value)}`
  }
  if (valueInteger !== undefined) return digits(valueInteger)
  if (valueBoolean !== undefined) return valueBoolean ? 'ja' : 'nej'
  const coded = valueCodeableConcept?.text ?? valueCodeableConcept?.coding?.[0]?.display
  if (valueString !== undefined || coded !== undefined) return valueString ?? coded
  const parts = (observation.component ?? []).flatMap((part) => {
    const value = valueText(part)
    const { text, coding } = part.code
    return value === undefined ? [] : `${text ?? coding?.[0]?.display ?? ''} ${value}`.trim()
  })
  return parts.length === 0 ? undefined : parts.join(', ')
}

function isPathological({ interpretation = [] }: Observation): boolean {
  const codes = interpretation.flatMap(({ coding }) => coding ?? [])
  return codes.some(({ code }) => code !== undefined && code !== 'N' && code !== 'NEG')
}

type ReferenceRange = NonNullable<Observation['referenceRange']>[number]

/** The range in words: its own, or its ends. */
export function rangeText(range: ReferenceRange | undefined): string | undefined {
  if (!range) return undefined
  if (range.text !== undefined) return range.text
  const [low, high] = [digits(range.low?.value), digits(range.high?.value)]
  if (low === undefined) return high === undefined ? undefined : `≤ ${high}`
  return high === undefined ? `≥ ${low}` : `${low}–${high}`
}
