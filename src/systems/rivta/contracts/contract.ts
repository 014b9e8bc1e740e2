import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { Lack } from '../../composed/legacy-system.ts'
import type { Fields } from '../mapping/fields.ts'
import type { RecordHeader } from '../mapping/header.ts'
import type { Mapping } from '../mapping/mapping.ts'
import type { RequestShape } from './request.ts'

/** The questions that can be asked. The position is part of ids: append only. */
export const QUESTIONS = [
  'GetCareDocumentation',
  'GetDiagnosis',
  'GetAlertInformation',
  'GetLaboratoryOrderOutcome',
  'GetReferralOutcome',
  'GetImagingOutcome',
  'GetMedicationHistory',
  'GetVaccinationHistory',
  'GetCareContacts',
  'GetFunctionalStatus',
  'GetCarePlans',
  'GetPersonsForProfile',
] as const

/** A service contract without its version: what is asked. */
export type Question = (typeof QUESTIONS)[number]

/** One item of an answer, mapped. */
export interface SourceRecord {
  readonly header: RecordHeader
  /** At least one. The first is the record itself and carries what no mapping took. */
  readonly resources: readonly [FhirResource, ...FhirResource[]]
}

/** One version of a service contract (tjänstekontrakt): how it's asked, and what its answer means in FHIR. */
export interface Contract {
  readonly question: Question
  /** `2.1`. What matters on the wire is the major version, which is in the namespace. */
  readonly version: string
  readonly action: string
  readonly shape: RequestShape
  /** Name of the repeated element of the answer. */
  readonly item: string
  /** Whether a record need not say whose it is: then it is whose it was asked for. */
  readonly mayOmitPatient?: true
  /** The types that an answer is mapped to. */
  readonly types: readonly ResourceType[]
  /** What those types have in a record of ours and the contract can't carry. */
  readonly lacks: readonly Lack[]
  /** One item as FHIR. Pure; whatever it doesn't take is kept by the caller. */
  toRecord(item: Fields, mapping: Mapping): SourceRecord
}

/** The namespaces of a contract. `coreMajor` where the types' version differs from the contract's. */
export function namespacesOf(
  domain: string,
  operation: Question,
  major: number,
  coreMajor: number = major,
): Pick<RequestShape, 'operation' | 'responder' | 'core'> {
  return {
    operation,
    responder: `urn:riv:${domain}:${operation}Responder:${major}`,
    core: `urn:riv:${domain}:${coreMajor}`,
  }
}

/** What most contracts of the older generation spell alike. */
export const SUMMARY_REQUEST = {
  unit: 'careUnitHSAId',
  giver: undefined,
  period: 'datePeriod',
  system: 'sourceSystemHSAId',
  ids: 'person',
  byContact: true,
} as const satisfies Partial<RequestShape>

/** What both versions of the laboratory contract lack. */
export const LABORATORY_LACKS: readonly Lack[] = [
  {
    element: 'Observation.valueQuantity.code',
    means: 'Enheten är text, utan kod ur UCUM: sök på den som den är skriven.',
  },
]
