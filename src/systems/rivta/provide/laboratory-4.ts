import type { Observation, ObservationReferenceRange, Quantity } from 'fhir/r4'
import { HSA_ID_OID } from '../mapping/code-systems.ts'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { outgoingAnswer, rangeText, STATUS_WORDS, titleOf, valueText } from './laboratory-3.ts'
import { concept, core, digits, identifier, LOCAL_ID, measure, time } from './message.ts'
import type { Producer } from './producer.ts'
import { contactIdOf, type Produced, type Production, personOf } from './production.ts'
import { recordHeader } from './record-header.ts'
import { askedIn, type LaboratoryAnswer, laboratoryAnswers } from './reports.ts'

/** GetLaboratoryOrderOutcome 4.2. One that was taken back isn't in it: the contract can't say so. */
export const LABORATORY_4: Producer = {
  domain: 'clinicalprocess:healthcond:actoutcome',
  item: 'laboratoryOrderOutcome',
  result: 'none',
  later: '4.1',
  items: (production) =>
    laboratoryAnswers(production)
      .filter(({ resource }) => resource.status !== 'entered-in-error')
      .map((answer) => toOutcome(answer, production)),
}

/** HL7's code systems for the status of reports and of analyses. */
const REPORT_STATUS = '2.16.840.1.113883.4.642.4.236'
const ANALYSIS_STATUS = '2.16.840.1.113883.4.642.4.401'

function toOutcome(answer: LaboratoryAnswer, production: Production): Produced<XmlContent> {
  const { resource, report, analyses } = answer
  const out = outgoingAnswer(answer, production)
  const unit = production.unitOf(resource)
  const header = recordHeader({ ...out, documentTime: out.authored }, production, {
    provider: 'accountableCareGiver',
    later: true,
  })
  const body = core('body', [
    identifier('identifier', LOCAL_ID, resource.id ?? ''),
    core('type', [
      core('code', resource.status),
      core('codeSystem', REPORT_STATUS),
      core(
        'displayName',
        STATUS_WORDS[resource.status as Observation['status']] ?? resource.status,
      ),
    ]),
    core('text', report?.conclusion),
    referralOf(answer, production),
    analyses.length === 0
      ? undefined
      : core('groupOfAnalyses', [
          core('code', core('originalText', titleOf(answer))),
          analyses.map(toAnalysis),
        ]),
    core('recipientUnit', [
      unit && identifier('id', HSA_ID_OID, unit.hsaId),
      core('name', unit?.name ?? 'Okänd enhet'),
    ]),
  ])
  return {
    resource,
    at: resource.effectiveDateTime ?? out.authored,
    contact: contactIdOf(resource.encounter),
    content: [header, body],
  }
}

function referralOf({ resource }: LaboratoryAnswer, production: Production): Xml | undefined {
  const asked = askedIn(resource, production)
  if (!asked) return undefined
  const { request, id, reason } = asked
  const requester = personOf(request?.requester, production)
  return core('referral', [
    identifier('identifier', LOCAL_ID, id),
    core('timestamp', time(request?.authoredOn ?? resource.issued ?? '1970-01-01')),
    core('question', reason),
    concept('requestedCareService', request?.code),
    requester &&
      core('requester', [
        requester.hsaId === undefined ? undefined : identifier('id', HSA_ID_OID, requester.hsaId),
        core('name', requester.name),
      ]),
  ])
}

function toAnalysis(observation: Observation): Xml | undefined {
  const { note = [], status, method } = observation
  const word = STATUS_WORDS[status]
  return core('analysis', [
    identifier('identifier', LOCAL_ID, observation.id ?? ''),
    core('timestamp', time(observation.effectiveDateTime ?? observation.effectivePeriod?.start)),
    concept('code', observation.code) ?? core('code', core('originalText', 'Analys utan namn')),
    concept('method', method),
    word === undefined
      ? undefined
      : core('status', [
          core('code', status),
          core('codeSystem', ANALYSIS_STATUS),
          core('displayName', word),
        ]),
    core('comment', note.length === 0 ? undefined : note.map(({ text }) => text).join('\n')),
    resultOf(observation),
  ])
}

function resultOf(observation: Observation): Xml | undefined {
  const value = anyValueOf(observation)
  if (!value) return undefined
  const [range] = observation.referenceRange ?? []
  return core('result', [
    core('value', value),
    observation.interpretation?.map((each) => concept('interpretation', each)),
    range &&
      core('reference', [
        intervalOf('interval', range, observation.valueQuantity?.unit),
        core('description', rangeText(range)),
        core('population', range.appliesTo?.[0]?.text),
      ]),
  ])
}

/** A measure, `<5` as an interval that is open to one side, a code, or text. */
function anyValueOf(observation: Observation): Xml | undefined {
  const { valueQuantity, valueCodeableConcept } = observation
  if (valueQuantity?.comparator !== undefined) return bounded(valueQuantity) ?? asText(observation)
  if (valueQuantity) return measure('pq', valueQuantity) ?? asText(observation)
  return concept('cv', valueCodeableConcept) ?? asText(observation)
}

function asText(observation: Observation): Xml | undefined {
  return core('st', valueText(observation))
}

function bounded({ value, unit, comparator }: Quantity): Xml | undefined {
  const number = digits(value)
  if (number === undefined || unit === undefined) return undefined
  const end = comparator?.startsWith('<') ? 'high' : 'low'
  return core('intervalPQ', [
    core(end, number),
    core(`${end}Closed`, comparator?.endsWith('=') ?? true),
    core('unit', unit),
  ])
}

/** PQIntervalType, which must have a unit: its own, or the value's. */
function intervalOf(
  name: string,
  { low, high }: ObservationReferenceRange,
  valueUnit: string | undefined,
): Xml | undefined {
  const unit = low?.unit ?? high?.unit ?? valueUnit
  if (unit === undefined || !(low ?? high)) return undefined
  return core(name, [
    core('low', digits(low?.value)),
    core('high', digits(high?.value)),
    core('unit', unit),
  ])
}
