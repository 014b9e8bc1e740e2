import type { Condition } from 'fhir/r4'
import type { Produced, Producer } from '../answer.ts'
import {
  concept,
  contactIdOf,
  core,
  held,
  type Production,
  responsible,
  summaryHeader,
  time,
} from '../message.ts'

/** GetDiagnosis 2.0. What was taken back goes out as nullified. */
export const DIAGNOSES: Producer = {
  domain: 'clinicalprocess:healthcond:description',
  item: 'diagnosis',
  result: 'own',
  items: (production) =>
    held(production, 'Condition')
      .filter((condition) => !isFunctional(condition))
      .map((condition) => toDiagnosis(condition, production)),
}

/** What GetFunctionalStatus answers instead. */
export function isFunctional({ code }: Condition): boolean {
  return code?.coding?.some(({ system }) => system === 'urn:oid:1.2.752.116.1.1.3') ?? false
}

function toDiagnosis(condition: Condition, production: Production): Produced {
  const { encounter, code, onsetDateTime, recordedDate = onsetDateTime ?? '1970' } = condition
  const isListed = condition.category?.some(({ coding }) =>
    coding?.some((each) => each.code === 'problem-list-item'),
  )
  const nullified = condition.verificationStatus?.coding?.some(
    (each) => each.code === 'entered-in-error',
  )
  const out = {
    resource: condition,
    author: responsible(production, condition.recorder, encounter),
    authored: recordedDate,
    encounter,
    nullified: nullified || undefined,
  }
  const body = core('diagnosisBody', [
    core('typeOfDiagnosis', isListed ? 'Bidiagnos' : 'Huvuddiagnos'),
    core('chronicDiagnosis', isListed || undefined),
    core('diagnosisTime', time(onsetDateTime)),
    concept('diagnosisCode', code),
  ])
  return {
    resource: condition,
    at: recordedDate,
    contact: contactIdOf(encounter),
    content: [summaryHeader('diagnosisHeader', out, production), body],
  }
}
