import type { Identifier, Reference } from 'fhir/r4'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { PatientNumber } from '../sealed-id.ts'
import { HSA_ID, LOCAL_ID } from './code-systems.ts'
import { filled } from './values.ts'

/** What a mapping needs beside the message itself: whose record it is, and how ids are made. Pure. */
export interface Mapping {
  readonly patient: PatientNumber
  /** The id of the Patient. */
  readonly patientId: string
  /**
   * The id of a resource: the same for the same source system, type, and the source's own id of it, whatever the
   * contract's version. `part` tells several resources of one source record apart.
   */
  idOf(type: ResourceType, sourceSystem: string, sourceId: string, part?: string): string
  /** The id of the Organization that is known by an HSA-id; `undefined` for one that isn't. */
  organizationOf(hsaId: string): string | undefined
}

export function patientReference({ patientId }: Mapping): Reference {
  return { reference: `Patient/${patientId}` }
}

/** An id that is unique within a source system, with which system that is. */
export function localIdentifier(sourceSystem: string | undefined, value: string): Identifier {
  const assigner = sourceSystem && { identifier: { system: HSA_ID, value: sourceSystem } }
  return filled<Identifier>({ system: LOCAL_ID, value, assigner: assigner || undefined })
}

/** The care contact that a source names by its own id: our Encounter of it, whether or not the source shows it. */
export function encounterReference(
  mapping: Mapping,
  sourceSystem: string,
  careContactId: string | undefined,
): Reference | undefined {
  if (careContactId === undefined) return undefined
  return {
    reference: `Encounter/${mapping.idOf('Encounter', sourceSystem, careContactId)}`,
    identifier: localIdentifier(sourceSystem, careContactId),
  }
}

/** An HSA-id as text, without space around it. */
export function word(text: string): string | undefined {
  return /^\S+$/.test(text) ? text : undefined
}
