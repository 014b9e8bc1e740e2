import type { StoredResource } from '../../../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../../../fhir/resource-type.ts'
import { toRivtaTime } from '../mapping/time.ts'
import { isFunctional } from '../provide/diagnoses.ts'
import { parseExactly } from '../provide/exact-json.ts'
import { isLaboratory, kindOf, type ReportKind } from '../provide/reports.ts'
import { type EngagementTransaction, engagementKey, NOT_APPLICABLE } from './engagement.ts'

const DESCRIPTION = 'riv:clinicalprocess:healthcond:description'
const OUTCOME = 'riv:clinicalprocess:healthcond:actoutcome'
const PRESCRIPTION = 'riv:clinicalprocess:activityprescription:actoutcome'

/** The domains that records of ours are told in; the index is asked about each. */
export const SERVICE_DOMAINS: readonly string[] = [
  DESCRIPTION,
  OUTCOME,
  PRESCRIPTION,
  'riv:clinicalprocess:logistics:logistics',
]

type Category = readonly [domain: string, categorization: string]

/** Which contract's content a type is, as the index knows it. Source: TKB of each domain, 1.5; sweden.md 4.1. */
const CATEGORIES: Readonly<Partial<Record<ResourceType, Category>>> = {
  Composition: [DESCRIPTION, 'voo'],
  Condition: [DESCRIPTION, 'dia'],
  AllergyIntolerance: [DESCRIPTION, 'upp'],
  Flag: [DESCRIPTION, 'upp'],
  Observation: [OUTCOME, 'und-kkm-ure'],
  DiagnosticReport: [OUTCOME, 'und-kkm-ure'],
  MedicationRequest: [PRESCRIPTION, 'caa-gmh'],
  Immunization: [PRESCRIPTION, 'caa-gvh'],
  Encounter: ['riv:clinicalprocess:logistics:logistics', 'vko'],
}

/** The types whose records are told in a service domain. */
export function typesIn(serviceDomain: string): readonly ResourceType[] {
  return RESOURCE_TYPES_TOLD.filter((type) => CATEGORIES[type]?.[0] === serviceDomain)
}

const RESOURCE_TYPES_TOLD = Object.keys(CATEGORIES).filter(isResourceType)

/** By type, and where that doesn't tell by content. What was deleted has none; then by type alone. */
function categoryOf({ key, bytes }: StoredResource): Category | undefined {
  const usual = CATEGORIES[key.type]
  if (!usual || bytes.length === 0) return usual
  if (!['Observation', 'DiagnosticReport', 'Condition'].includes(key.type)) return usual
  const resource = parseExactly(bytes)
  if (resource.resourceType === 'Observation') return isLaboratory(resource) ? usual : undefined
  if (resource.resourceType === 'Condition') {
    return isFunctional(resource) ? [DESCRIPTION, 'fun-fun'] : usual
  }
  if (resource.resourceType !== 'DiagnosticReport') return usual
  return [OUTCOME, REPORTS[kindOf(resource)]]
}

const REPORTS: Readonly<Record<ReportKind, string>> = {
  laboratory: 'und-kkm-ure',
  imaging: 'und-bdi-ure',
  referral: 'und-kon-ure',
}

/** What is known of a region beside its records. */
export interface RegionInIndex {
  /** HSA-id of the region's system, where its provider is asked. */
  readonly system: string
  /** Organisation number of a care provider: `2321000131`; `undefined` for one that isn't known, which isn't told. */
  organizationNumber(provider: string): string | undefined
  /** Personnummer or samordningsnummer of a patient; `undefined` for one without, which the index can't know. */
  numberOf(patient: string): string | undefined
}

/**
 * What the index must be told of changed records: one engagement a patient, kind and controller, with the time of the
 * latest change. A deletion is a change too: the engagement stays, as other content does. Insurance medicine investigations stay
 * in their unit, and others aren't even told that there is one (PDL 4:2 second paragraph).
 */
export function engagementsOf(
  records: readonly StoredResource[],
  region: RegionInIndex,
): readonly EngagementTransaction[] {
  const found = new Map<string, EngagementTransaction>()
  for (const record of records) {
    const transaction = engagementOf(record, region)
    if (!transaction) continue
    const key = engagementKey(transaction.engagement)
    const other = found.get(key)?.engagement.mostRecentContent ?? ''
    if (other < (transaction.engagement.mostRecentContent ?? '')) found.set(key, transaction)
  }
  return [...found.values()]
}

function engagementOf(
  record: StoredResource,
  { system, organizationNumber, numberOf }: RegionInIndex,
): EngagementTransaction | undefined {
  const { origin, lastUpdated } = record
  const category = categoryOf(record)
  const patient = origin.patient === undefined ? undefined : numberOf(origin.patient)
  const controller = organizationNumber(origin.provider)
  if (!category || patient === undefined || controller === undefined) return undefined
  if (origin.labels.includes('insurance-medicine')) return undefined
  const [serviceDomain, categorization] = category
  return {
    isDeleted: false,
    engagement: {
      patient,
      serviceDomain,
      categorization,
      logicalAddress: system,
      businessObjectInstanceIdentifier: NOT_APPLICABLE,
      clinicalProcessInterestId: NOT_APPLICABLE,
      mostRecentContent: toRivtaTime(lastUpdated),
      sourceSystem: system,
      dataController: `SE${controller}`,
      owner: undefined,
    },
  }
}
