import { ALERTS } from './alerts.ts'
import { CARE_CONTACTS_2, CARE_CONTACTS_3 } from './care-contacts.ts'
import { CARE_PLANS } from './care-plans.ts'
import { DIAGNOSES } from './diagnoses.ts'
import { FUNCTIONAL_STATUS } from './functional-status.ts'
import { IMAGING_OUTCOMES } from './imaging-outcomes.ts'
import { LABORATORY_3 } from './laboratory-3.ts'
import { LABORATORY_4 } from './laboratory-4.ts'
import { MEDICATIONS } from './medications.ts'
import { NOTES_2, NOTES_3 } from './notes.ts'
import type { Producer } from './producer.ts'
import { REFERRAL_OUTCOMES } from './referral-outcomes.ts'
import { VACCINATIONS } from './vaccinations.ts'

/** The contracts that can be answered, by name and major version. */
export type ContractVersion =
  | 'GetCareDocumentation:2'
  | 'GetCareDocumentation:3'
  | 'GetDiagnosis:2'
  | 'GetAlertInformation:2'
  | 'GetLaboratoryOrderOutcome:3'
  | 'GetLaboratoryOrderOutcome:4'
  | 'GetReferralOutcome:3'
  | 'GetImagingOutcome:1'
  | 'GetMedicationHistory:2'
  | 'GetVaccinationHistory:2'
  | 'GetCareContacts:2'
  | 'GetCareContacts:3'
  | 'GetFunctionalStatus:2'
  | 'GetCarePlans:2'

/** How each contract is answered. */
export const PRODUCERS: Readonly<Record<ContractVersion, Producer>> = {
  'GetCareDocumentation:2': NOTES_2,
  'GetCareDocumentation:3': NOTES_3,
  'GetDiagnosis:2': DIAGNOSES,
  'GetAlertInformation:2': ALERTS,
  'GetLaboratoryOrderOutcome:3': LABORATORY_3,
  'GetLaboratoryOrderOutcome:4': LABORATORY_4,
  'GetReferralOutcome:3': REFERRAL_OUTCOMES,
  'GetImagingOutcome:1': IMAGING_OUTCOMES,
  'GetMedicationHistory:2': MEDICATIONS,
  'GetVaccinationHistory:2': VACCINATIONS,
  'GetCareContacts:2': CARE_CONTACTS_2,
  'GetCareContacts:3': CARE_CONTACTS_3,
  'GetFunctionalStatus:2': FUNCTIONAL_STATUS,
  'GetCarePlans:2': CARE_PLANS,
}

/** Whether text names a contract that can be answered: `GetDiagnosis:2`. */
export function isContractVersion(text: string): text is ContractVersion {
  return Object.hasOwn(PRODUCERS, text)
}
