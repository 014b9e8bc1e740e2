import type { Condition } from 'fhir/r4'
import type { XmlContent } from '../soap/write-xml.ts'
import { changed, concept, core, summaryHeader, time } from './message.ts'
import type { Producer } from './producer.ts'
import { contactIdOf, type Produced, type Production, responsible } from './production.ts'

/** GetDiagnosis 2.0. What was taken back goes out as nullified. */
export const DIAGNOSES: Producer = {
  domain: 'clinicalprocess:healthcond:description',
  item: 'diagnosis',
  result: 'own',
  items: (production) =>
    production
      .of('Condition')
      .filter((condition) => !isFunctional(condition))
      .map((condition) => toDiagnosis(condition, production)),
}

/** What GetFunctionalStatus answers instead: an ICF code. */
export function isFunctional({ code }: Condition): boolean {
  return code?.coding?.some(({ system }) => system === 'urn:oid:1.2.752.116.1.1.3') ?? false
}

/** Whether a Condition was taken back. */
export function isTakenBack({ verificationStatus }: Condition): boolean {
  return verificationStatus?.coding?.some((each) => each.code === 'entered-in-error') ?? false
}

function toDiagnosis(condition: Condition, production: Production): Produced<XmlContent> {
  const { encounter, code, category = [], onsetDateTime, onsetPeriod } = condition
  const onset = onsetDateTime ?? onsetPeriod?.start
  const authored = condition.recordedDate ?? onset ?? changed(condition)
  const codings = category.flatMap(({ coding }) => coding ?? [])
  const isListed = codings.some((each) => each.code === 'problem-list-item')
  const isSecondary = isListed || codings.some((each) => each.code === 'Bidiagnos')
  const out = {
    resource: condition,
    author: responsible(production, condition.recorder, encounter),
    authored,
    encounter,
    nullified: isTakenBack(condition),
  }
  const body = core('diagnosisBody', [
    core('typeOfDiagnosis', isSecondary ? 'Bidiagnos' : 'Huvuddiagnos'),
    // The contract has no problem list: what stands there is told as chronic, which is read as that.
    core('chronicDiagnosis', isListed || undefined),
    core('diagnosisTime', time(onset)),
    concept('diagnosisCode', code),
  ])
  return {
    resource: condition,
    at: authored,
    contact: contactIdOf(encounter),
    content: [summaryHeader('diagnosisHeader', out, production), body],
  }
}
