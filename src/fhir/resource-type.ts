import type { FhirResource } from 'fhir/r4'

/** The name of an R4 resource type. https://hl7.org/fhir/R4/resourcelist.html */
export type ResourceType = FhirResource['resourceType']

/** What numbers in stored rows stand for: append only. */
export const TYPES_BY_NUMBER: readonly ResourceType[] = words(`
  Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse
  AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement
  CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse
  ClinicalImpression CodeSystem Communication CommunicationRequest CompartmentDefinition
  Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
  CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest
  DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
  EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest EnrollmentResponse
  EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
  FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService
  ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
  ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure
  MeasureReport Media Medication MedicationAdministration MedicationDispense
  MedicationKnowledge MedicationRequest MedicationStatement MedicinalProduct
  MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
  MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
  MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect
  MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder Observation
  ObservationDefinition OperationDefinition OperationOutcome Organization
  OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person
  PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire
  QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
  ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis
  Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition
  StructureMap Subscription SubscriptionStatus Substance SubstanceNucleicAcid SubstancePolymer
  SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial
  SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport
  TestScript ValueSet VerificationResult VisionPrescription
`)

/** Every R4 resource type, in alphabetical order. SubscriptionStatus has a number, and came with R4B. */
export const RESOURCE_TYPES: readonly ResourceType[] = TYPES_BY_NUMBER.filter(
  (type: string) => type !== 'SubscriptionStatus',
)

/** Types that never hold a patient's data unless they name a patient: who, where, and definitions. */
const OPEN_TYPES: ReadonlySet<ResourceType> = new Set(
  words(`
  ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition
  ConceptMap Device DeviceDefinition Endpoint EventDefinition Evidence EvidenceVariable
  ExampleScenario GraphDefinition HealthcareService ImplementationGuide InsurancePlan Library
  Location Measure Medication MedicationKnowledge MessageDefinition NamingSystem
  OperationDefinition Organization OrganizationAffiliation PlanDefinition Practitioner
  PractitionerRole Questionnaire ResearchDefinition ResearchElementDefinition Schedule
  SearchParameter Slot StructureDefinition StructureMap Substance TerminologyCapabilities
  TestScript ValueSet
`),
)

const KNOWN: ReadonlySet<string> = new Set(RESOURCE_TYPES)

/** Whether a word is the name of an R4 resource type. */
export function isResourceType(word: string): word is ResourceType {
  return KNOWN.has(word)
}

/** Whether the type is open to every user as long as it names no patient. */
export function isOpenType(type: ResourceType): boolean {
  return OPEN_TYPES.has(type)
}

function words(text: string): ResourceType[] {
  return text.trim().split(/\s+/) as ResourceType[]
}
