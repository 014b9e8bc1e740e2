import { scopesFor } from '../../fhir/smart-scope.ts'
import type { Rule } from './rules.ts'

/**
 * An app does what its scopes say and nothing more, whatever its user may do; and scopes open nothing that the law closes.
 * `patient/` reaches the patient that the app was launched for. Which types and contents a search then shows is in the sight.
 *
 * Source: SMART App Launch 2.2, scopes; PDL 4 kap. 2 § (authorization by need).
 */
export const scope: Rule = ({ app }, { patient }, { action, types }) => {
  if (!app) return undefined
  const reaches = (type: (typeof types)[number]) =>
    scopesFor(app.scopes, action, type).some(
      ({ level }) => level !== 'patient' || app.patient === patient,
    )
  const isAllowed =
    types.length > 0
      ? types.every(reaches)
      : app.scopes.some(({ level }) => level !== 'patient' || app.patient === patient)
  return isAllowed
    ? undefined
    : { paragraph: 'SMART', reason: 'The scopes of the app do not reach this' }
}
