import { createHash } from 'node:crypto'
import type { Coding, FhirResource, Meta } from 'fhir/r4'
import { labelsOf } from '../../fhir/label.ts'
import type { StoredResource } from '../../fhir/record-system.ts'
import { clinicalPeriodOf } from '../../fhir/search/clinical-period.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import { patientOf } from '../../fhir/search/patient-of.ts'
import { issuesOf } from '../../fhir/validation/validate.ts'
import type { RecordOrigin } from './directory.ts'
import { HSA_ID } from './mapping/code-systems.ts'
import { toInstant } from './mapping/time.ts'
import { filled } from './mapping/values.ts'

/** A resource ready to be answered, with what a search finds it by. */
export interface FetchedResource {
  readonly stored: StoredResource
  readonly indexed: IndexedResource
  /** HSA-id of the system it was made in; `''` for what no source system made. */
  readonly sourceSystem: string
  /** The same for resources that differ in nothing but which source system they were made in. */
  readonly sameness: string
}

/** What is known of a resource beside its content. */
export interface Provenance {
  readonly origin: RecordOrigin
  readonly sourceSystem: string
  /** Times at which something was done to it, as FHIR dateTimes; the latest is when it last changed. */
  readonly changed: readonly (string | undefined)[]
  /** Care process (vårdprocess) that it belongs to, where the contract tells. */
  readonly process: string | undefined
  /** The time that a block's period is held against; without it the resource's clinical time. */
  readonly blockTime: string | undefined
  /** `false`: not to be shown to the patient. */
  readonly approvedForPatient: boolean | undefined
  /** Further labels of the law. */
  readonly security?: readonly Coding[]
}

/** http://terminology.hl7.org/CodeSystem/v3-ActCode: not to be disclosed to the patient. */
const NOT_FOR_PATIENT: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NOPATIENT',
}

/**
 * Gives a mapped resource its `meta`, its bytes, its origin and its index entries; `undefined` for what our own
 * validation doesn't accept. The source keeps no versions that can be asked for, so the version is made from the
 * content: it changes when the content does, and says nothing of how often it did.
 */
export function finish(mapped: FhirResource, provenance: Provenance): FetchedResource | undefined {
  const { resourceType, id = '', ...rest } = mapped
  const lastUpdated = lastOf(provenance.changed)
  const meta = filled<Meta>({
    lastUpdated,
    source: `${HSA_ID}#${provenance.origin.unit}`,
    tag: provenance.sourceSystem === '' ? undefined : [madeIn(provenance.sourceSystem)],
    security: [
      ...(provenance.security ?? []),
      ...(provenance.approvedForPatient === false ? [NOT_FOR_PATIENT] : []),
    ],
  })
  const version = versionOf(JSON.stringify([meta, rest]))
  const text = JSON.stringify({ resourceType, id, meta: { versionId: version, ...meta }, ...rest })
  const value: FhirResource = JSON.parse(text)
  if (issuesOf(value).length > 0) return undefined
  const { unit, provider } = provenance.origin
  const stored: StoredResource = {
    key: { type: resourceType, id },
    version,
    lastUpdated,
    origin: {
      type: resourceType,
      patient: patientOf(value),
      unit,
      provider,
      process: provenance.process,
      labels: labelsOf(value),
      ...timeOf(value, provenance),
    },
    bytes: Buffer.from(text),
    method: 'create',
  }
  const { sourceSystem } = provenance
  return { stored, indexed: indexResource(value), sourceSystem, sameness: samenessOf(value) }
}

/** The system that a record was made in: not the one that sent it, where those differ. */
function madeIn(sourceSystem: string): Coding {
  return { system: 'urn:karna:rivta:source-system', code: sourceSystem }
}

/** The content and the source's own id of it, without the ids we made of source system and source id. */
function samenessOf({ id: _, meta, ...content }: FhirResource): string {
  const text = JSON.stringify([meta?.source, content], (name, value: unknown) => {
    if (name === 'assigner') return undefined
    return name === 'reference' && !String(value).startsWith('#') ? undefined : value
  })
  return createHash('sha256').update(text).digest('base64')
}

const NEVER = '1970-01-01T00:00:00.000Z'

function lastOf(times: readonly (string | undefined)[]): string {
  const instants = times.flatMap((time) => toInstant(time) ?? [])
  return instants.sort().at(-1) ?? NEVER
}

/** A whole number from 1 with at most nine digits, as other versions are. */
function versionOf(content: string): string {
  const hash = createHash('sha256').update(content).digest().readUIntBE(0, 6)
  return String((hash % 999_999_999) + 1)
}

function timeOf(value: FhirResource, { blockTime }: Provenance) {
  if (blockTime === undefined) return clinicalPeriodOf(value)
  const from = Date.parse(blockTime)
  return { from, to: from + 1000 }
}
