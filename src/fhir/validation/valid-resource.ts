import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../resource-type.ts'

declare const checked: unique symbol

/**
 * A resource that passed structural validation: its bytes as they came, and the value parsed from them.
 * Only `validResource` in this folder makes one.
 */
export interface ValidResource {
  readonly [checked]: true
  readonly type: ResourceType
  /** The id it names itself, if any. */
  readonly id: string | undefined
  readonly value: FhirResource
  /** UTF-8 JSON exactly as received. */
  readonly bytes: Buffer
}
