import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../resource-type.ts'
import { compileExtractor, type Extractor } from './compile-extractor.ts'
import { searchParameter } from './search-parameter.ts'

/**
 * The search parameter that says when the care took place: the one a list of the type is sorted by.
 * Where the standard has both when it was and when it was written down, the one that nearly always is there
 * is chosen: `recorded-date` of a Condition, not `onset-date`.
 */
const CLINICAL_DATE: Readonly<Partial<Record<ResourceType, string>>> = {
  Account: 'period',
  AdverseEvent: 'date',
  AllergyIntolerance: 'date',
  Appointment: 'date',
  AuditEvent: 'date',
  Basic: 'created',
  CarePlan: 'date',
  CareTeam: 'date',
  ChargeItem: 'occurrence',
  Claim: 'created',
  ClaimResponse: 'created',
  ClinicalImpression: 'date',
  Communication: 'sent',
  CommunicationRequest: 'authored',
  Composition: 'date',
  Condition: 'recorded-date',
  Consent: 'date',
  Contract: 'issued',
  CoverageEligibilityRequest: 'created',
  CoverageEligibilityResponse: 'created',
  DetectedIssue: 'identified',
  DeviceRequest: 'authored-on',
  DiagnosticReport: 'date',
  DocumentManifest: 'created',
  DocumentReference: 'date',
  Encounter: 'date',
  EpisodeOfCare: 'date',
  ExplanationOfBenefit: 'created',
  FamilyMemberHistory: 'date',
  Flag: 'date',
  Goal: 'start-date',
  ImagingStudy: 'started',
  Immunization: 'date',
  ImmunizationEvaluation: 'date',
  ImmunizationRecommendation: 'date',
  Invoice: 'date',
  List: 'date',
  MeasureReport: 'date',
  Media: 'created',
  MedicationAdministration: 'effective-time',
  MedicationDispense: 'whenhandedover',
  MedicationRequest: 'authoredon',
  MedicationStatement: 'effective',
  NutritionOrder: 'datetime',
  Observation: 'date',
  Procedure: 'date',
  Provenance: 'recorded',
  QuestionnaireResponse: 'authored',
  ResearchSubject: 'date',
  RiskAssessment: 'date',
  Schedule: 'date',
  ServiceRequest: 'authored',
  Slot: 'start',
  Specimen: 'collected',
  SupplyRequest: 'date',
  Task: 'authored-on',
  VisionPrescription: 'datewritten',
}

/** Milliseconds since 1970, from `from` up to but not `to`; `undefined` is open, or unknown where both are. */
export interface ClinicalPeriod {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** Compiled when first needed; the same for ever after. */
const extractors = new Map<ResourceType, Extractor>()

/** The code of the date parameter that means a type's clinical time; `undefined` for types without one. */
export function clinicalDateParam(type: ResourceType): string | undefined {
  return CLINICAL_DATE[type]
}

/**
 * When the care that a resource tells of took place: all that its `clinicalDateParam` covers,
 * with the precision that was written (`2026-03` is the whole month).
 */
export function clinicalPeriodOf(resource: FhirResource): ClinicalPeriod {
  const dates = extractorOf(resource.resourceType)?.(resource, undefined).dates ?? []
  let from = Infinity
  let to = -Infinity
  for (const date of dates) {
    from = Math.min(from, date.lo)
    to = Math.max(to, date.hi)
  }
  return {
    from: Number.isFinite(from) ? from : undefined,
    to: Number.isFinite(to) ? to : undefined,
  }
}

function extractorOf(type: ResourceType): Extractor | undefined {
  const found = extractors.get(type)
  const code = CLINICAL_DATE[type]
  if (found !== undefined || code === undefined) return found
  const parameter = searchParameter(type, code)
  if (parameter?.kind !== 'date') throw new Error(`${type} has no date parameter ${code}`)
  const extractor = compileExtractor([parameter])
  extractors.set(type, extractor)
  return extractor
}
