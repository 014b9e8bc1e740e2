import { Problem } from '../../../fhir/problem.ts'
import type { Fields } from '../mapping/fields.ts'
import type { XmlContent } from '../soap/write-xml.ts'
import { needed, typed } from './national-service.ts'

/** That a source has something of a kind about a person. Source: TKB itintegration:engagementindex 1.0. */
export interface Engagement {
  /** Personnummer or samordningsnummer, twelve digits. */
  readonly patient: string
  /** `riv:clinicalprocess:healthcond:description`. */
  readonly serviceDomain: string
  /** KV Informationstyp: `dia`. */
  readonly categorization: string
  /** HSA-id that the source is asked at. */
  readonly logicalAddress: string
  readonly businessObjectInstanceIdentifier: string
  readonly clinicalProcessInterestId: string
  /** `YYYYMMDDhhmmss` of the last event, deletions included. */
  readonly mostRecentContent: string | undefined
  /** HSA-id of the system that has it. */
  readonly sourceSystem: string
  /** `SE` and the organisation number of the controller (personuppgiftsansvarig). */
  readonly dataController: string
  /** HSA-id of the index that it was written in first. */
  readonly owner: string | undefined
}

/** A change of the index: what there is, or what isn't any more. */
export interface EngagementTransaction {
  readonly isDeleted: boolean
  readonly engagement: Engagement
}

/** What the index calls "doesn't matter". */
export const NOT_APPLICABLE = 'NA'

/** What tells engagements apart: two with the same key are one. */
export function engagementKey(engagement: Engagement): string {
  const { patient, serviceDomain, categorization, logicalAddress, sourceSystem } = engagement
  const { businessObjectInstanceIdentifier, clinicalProcessInterestId, dataController } = engagement
  return JSON.stringify([
    patient,
    serviceDomain,
    categorization,
    logicalAddress,
    sourceSystem,
    businessObjectInstanceIdentifier,
    clinicalProcessInterestId,
    dataController,
  ])
}

/** EngagementType. */
export function engagementFields(engagement: Engagement): XmlContent {
  return [
    typed('registeredResidentIdentification', engagement.patient),
    typed('serviceDomain', engagement.serviceDomain),
    typed('categorization', engagement.categorization),
    typed('logicalAddress', engagement.logicalAddress),
    typed('businessObjectInstanceIdentifier', engagement.businessObjectInstanceIdentifier),
    typed('clinicalProcessInterestId', engagement.clinicalProcessInterestId),
    typed('mostRecentContent', engagement.mostRecentContent),
    typed('sourceSystem', engagement.sourceSystem),
    typed('dataController', engagement.dataController),
    typed('owner', engagement.owner),
  ]
}

/** Reads an EngagementType. @throws Problem `required` or `value` for one that isn't whole */
export function readEngagement(fields: Fields | undefined): Engagement {
  const patient = needed(fields, 'registeredResidentIdentification')
  if (!/^\d{8}[0-9A-Zptf]{4}$/.test(patient)) {
    throw new Problem('value', 'registeredResidentIdentification har fel form')
  }
  return {
    patient,
    serviceDomain: needed(fields, 'serviceDomain'),
    categorization: needed(fields, 'categorization'),
    logicalAddress: needed(fields, 'logicalAddress'),
    businessObjectInstanceIdentifier: needed(fields, 'businessObjectInstanceIdentifier'),
    clinicalProcessInterestId: needed(fields, 'clinicalProcessInterestId'),
    mostRecentContent: fields?.text('mostRecentContent')?.trim(),
    sourceSystem: needed(fields, 'sourceSystem'),
    dataController: needed(fields, 'dataController'),
    owner: fields?.text('owner')?.trim(),
  }
}
