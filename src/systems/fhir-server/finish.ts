import { createHash } from 'node:crypto'
import type { FhirResource } from 'fhir/r4'
import { rewriteReferences } from '../../fhir/json/rewrite-references.ts'
import { stampMeta } from '../../fhir/json/stamp-meta.ts'
import { labelsOf } from '../../fhir/label.ts'
import type { StoredResource } from '../../fhir/record-system.ts'
import { clinicalPeriodOf } from '../../fhir/search/clinical-period.ts'
import { type IndexedResource, indexResource } from '../../fhir/search/indexed-resource.ts'
import { patientOf } from '../../fhir/search/patient-of.ts'
import type { HsaId } from '../../fhir/sight.ts'
import { issuesOf } from '../../fhir/validation/validate.ts'

/** A resource ready to be answered, with what a search finds it by. */
export interface FetchedResource {
  readonly stored: StoredResource
  readonly indexed: IndexedResource
}

const HSA_ID = 'urn:oid:1.2.752.29.4.19'
const NEVER = '1970-01-01T00:00:00.000Z'

/**
 * A source's resource as ours: its own bytes, but for references by the source's whole address, which become relative,
 * and `meta`, where the care unit is stamped. `undefined` for what isn't valid R4: it can't be shown rightly.
 */
export function finish(
  given: Buffer,
  origin: { readonly unit: HsaId; readonly provider: HsaId },
  base: string,
): FetchedResource | undefined {
  const relative = withRelativeReferences(given, base)
  const first = JSON.parse(String(relative)) as FhirResource
  const version = first.meta?.versionId ?? versionOf(relative)
  const lastUpdated = instantOf(first.meta?.lastUpdated)
  const bytes = stampMeta(relative, {
    versionId: version,
    lastUpdated,
    source: `${HSA_ID}#${origin.unit}`,
  })
  const value = JSON.parse(String(bytes)) as FhirResource
  if (issuesOf(value).length > 0) return undefined
  const { resourceType: type, id = '' } = value
  return {
    stored: {
      key: { type, id },
      version,
      lastUpdated,
      origin: {
        type,
        patient: patientOf(value),
        ...origin,
        process: undefined,
        labels: labelsOf(value),
        ...clinicalPeriodOf(value),
      },
      bytes,
      method: version === '1' ? 'create' : 'update',
    },
    indexed: indexResource(value),
  }
}

function withRelativeReferences(bytes: Buffer, base: string): Buffer {
  if (!bytes.includes(`${base}/`)) return bytes
  const links = new Map<string, string>()
  for (const [, whole = ''] of String(bytes).matchAll(/"(https?:[^"\\]+)"/g)) {
    if (whole.startsWith(`${base}/`)) links.set(whole, whole.slice(base.length + 1))
  }
  return rewriteReferences(bytes, links)
}

/** As other instants here: UTC with milliseconds. */
function instantOf(text: string | undefined): string {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? NEVER : new Date(at).toISOString()
}

/** A source that keeps no versions gets one made of the content: it changes when the content does. */
function versionOf(content: Buffer): string {
  const hash = createHash('sha256').update(content).digest().readUIntBE(0, 6)
  return String((hash % 999_999_999) + 1)
}
