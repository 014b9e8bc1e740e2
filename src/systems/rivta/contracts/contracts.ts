import type { Lack } from '../../composed/legacy-system.ts'
import type { Contract, Question } from './contract.ts'
import { getAlertInformation } from './get-alert-information.ts'
import { getCareContacts2, getCareContacts3 } from './get-care-contacts.ts'
import { getCareDocumentation2, getCareDocumentation3 } from './get-care-documentation.ts'
import { getCarePlans } from './get-care-plans.ts'
import { getDiagnosis } from './get-diagnosis.ts'
import { getFunctionalStatus } from './get-functional-status.ts'
import { getImagingOutcome } from './get-imaging-outcome.ts'
import { getLaboratoryOrderOutcome3 } from './get-laboratory-order-outcome-3.ts'
import { getLaboratoryOrderOutcome4 } from './get-laboratory-order-outcome-4.ts'
import { getMedicationHistory } from './get-medication-history.ts'
import { getReferralOutcome } from './get-referral-outcome.ts'
import { getVaccinationHistory } from './get-vaccination-history.ts'

/** Every version of every contract that is understood. */
export const CONTRACTS: readonly Contract[] = [
  getCareDocumentation2,
  getCareDocumentation3,
  getDiagnosis,
  getAlertInformation,
  getCareContacts2,
  getCareContacts3,
  getLaboratoryOrderOutcome3,
  getLaboratoryOrderOutcome4,
  getReferralOutcome,
  getImagingOutcome,
  getMedicationHistory,
  getVaccinationHistory,
  getFunctionalStatus,
  getCarePlans,
]

/** The contract of a major version; `undefined` for one that isn't understood. */
export function contractOf(question: Question, major: number): Contract | undefined {
  return CONTRACTS.find(
    (each) => each.question === question && Number(each.version.split('.')[0]) === major,
  )
}

/** What sources lost when it was written there; nothing where all keep every character. */
export function lostIn(
  sources: readonly { readonly name: string; readonly keptIn?: string }[],
): readonly Lack[] {
  const names = sources.filter(({ keptIn }) => keptIn !== undefined).map(({ name }) => name)
  if (names.length === 0) return []
  const means = `${names.join(' och ')} sparar text i Windows-1252: andra tecken (≤, →, ₂, č) blev frågetecken när de skrevs dit. Det gäller alla texter, namn och diagnoser också.`
  return [{ element: 'Composition.section.text (Windows-1252)', means }]
}

/** What a source with these contracts doesn't tell, each element once. */
export function lacksOf(contracts: readonly Contract[]): readonly Lack[] {
  return [
    ...new Map(
      contracts.flatMap(({ lacks }) => lacks).map((each) => [each.element, each]),
    ).values(),
  ]
}
