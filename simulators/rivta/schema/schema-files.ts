import { existsSync } from 'node:fs'
import path from 'node:path'

/** Where the published schemas lie, beside the project. They aren't part of it. */
export const SCHEMA_FOLDER = path.resolve('..', 'shared', 'data', 'rivta')

/** For tests that need the schemas: why they are skipped, or `false`. */
export const schemasMissing: string | false =
  !existsSync(SCHEMA_FOLDER) && 'the RIV-TA schemas are not beside the project'

/** The schema of each version of a contract, in the published folders. */
const FILES: Readonly<Record<string, string>> = {
  'GetCareDocumentation 2.1': 'npoadapter_older_versions/riv-schemas',
  'GetCareDocumentation 3.0': 'clinicalprocess_healthcond_description/schemas',
  'GetDiagnosis 2.0': 'clinicalprocess_healthcond_description/schemas',
  'GetAlertInformation 2.0': 'clinicalprocess_healthcond_description/schemas',
  'GetLaboratoryOrderOutcome 3.1': 'npoadapter_older_versions/riv-schemas',
  'GetLaboratoryOrderOutcome 4.2': 'clinicalprocess_healthcond_actoutcome/schemas',
  'GetReferralOutcome 3.2': 'clinicalprocess_healthcond_actoutcome/schemas',
  'GetImagingOutcome 1.0': 'clinicalprocess_healthcond_actoutcome/schemas',
  'GetMedicationHistory 2.2': 'clinicalprocess_activityprescription_actoutcome/schemas',
  'GetVaccinationHistory 2.0': 'clinicalprocess_activityprescription_actoutcome/schemas',
  'GetCareContacts 2.0': 'npoadapter_older_versions/riv-schemas',
  'GetCareContacts 3.0': 'clinicalprocess_logistics_logistics/schemas',
  'GetFunctionalStatus 2.0': 'clinicalprocess_healthcond_description/schemas',
  'GetCarePlans 2.0': 'clinicalprocess_logistics_logistics/schemas',
  'GetPersonsForProfile 5.0': 'pu_strategicresourcemanagement_person/schemas/person/5.0',
}

/** The schema file of `GetDiagnosis`, `2.0`. */
export function schemaFile(question: string, version: string): string {
  const folder = FILES[`${question} ${version}`]
  if (folder === undefined) throw new Error(`there is no schema of ${question} ${version}`)
  const file = `interactions/${question}Interaction/${question}Responder_${version}.xsd`
  return path.join(SCHEMA_FOLDER, folder, file)
}
