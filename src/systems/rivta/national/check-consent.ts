import { Problem } from '../../../fhir/problem.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { Caller } from '../soap/soap-server.ts'
import {
  type AccessingActor,
  actorFields,
  patientFields,
  readActor,
  readPatient,
} from './accessing-actor.ts'
import {
  type Answerer,
  askService,
  type NationalService,
  type Operation,
  own,
  typed,
} from './national-service.ts'

/** CheckConsent 2.0. Source: TKB informationsecurity:authorization:consent 2.0. */
export const CHECK_CONSENT: Operation = {
  name: 'CheckConsent',
  responder: 'urn:riv:informationsecurity:authorization:consent:CheckConsentResponder:2',
  core: 'urn:riv:informationsecurity:authorization:consent:2',
}

export interface ConsentQuestion {
  readonly actor: AccessingActor
  readonly patient: PatientNumber
}

/** What lets an actor see other providers' records: the patient's consent, an emergency (2022:913 3:4), or nothing. */
export type ConsentAnswer = 'Consent' | 'Emergency' | 'none'

/**
 * A client of the consent service (samtyckestjänst).
 *
 * @throws Problem `transient` if it didn't answer; that isn't a consent
 */
export function createCheckConsent(
  service: NationalService,
): (question: ConsentQuestion) => Promise<ConsentAnswer> {
  return async ({ actor, patient }) => {
    const answer = await askService(service, CHECK_CONSENT, [
      own('accessingActor', actorFields(actor)),
      own('patientId', patientFields(patient)),
    ])
    const result = answer.group('checkResult')
    const code = result?.group('result')?.text('resultCode')?.trim()
    const has = result?.text('hasConsent')?.trim()
    const type = result?.text('assertionType')?.trim()
    if ((code !== 'OK' && code !== 'INFO') || has === undefined) {
      throw new Problem('transient', 'The consent service did not answer')
    }
    if (has !== 'true' && has !== '1') return 'none'
    return type === 'Emergency' ? 'Emergency' : 'Consent'
  }
}

/** CheckConsent as a provider: the law decides. */
export function checkConsentAnswerer(parts: {
  readonly check: (
    question: ConsentQuestion,
    caller: Caller,
    to: string | undefined,
  ) => Promise<ConsentAnswer>
}): Answerer {
  return {
    operation: CHECK_CONSENT,
    async answer(request, caller, to) {
      const actor = readActor(request.group('accessingActor'))
      const patient = readPatient(request.group('patientId'))
      const found = await parts.check({ actor, patient }, caller, to)
      return own('checkResult', [
        typed('result', typed('resultCode', 'OK')),
        typed('hasConsent', found !== 'none'),
        typed('assertionType', found === 'none' ? undefined : found),
      ])
    },
  }
}
