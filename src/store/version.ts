import type { FhirResource } from 'fhir/r4'
import { spliceMeta } from '../fhir/json/splice-meta.ts'
import { LABELS, type Label, labelsOf } from '../fhir/label.ts'
import type { Author, ResourceKey, StoredResource } from '../fhir/record-system.ts'
import { clinicalDateParam } from '../fhir/search/clinical-period.ts'
import { extract } from '../fhir/search/extract.ts'
import { patientOf } from '../fhir/search/patient-of.ts'
import type { ValidResource } from '../fhir/validation/valid-resource.ts'
import { type IndexRows, toIndexRows } from './index-rows.ts'

/** One version to be written, with what it is found by. */
export interface NewVersion {
  readonly resource: StoredResource
  readonly number: number
  readonly deleted: boolean
  readonly rows: IndexRows
}

const NO_ROWS: IndexRows = {
  tokens: [],
  strings: [],
  dates: [],
  quantities: [],
  period: undefined,
}

/** The next version of a resource: the bytes as they came, but for `id` and what the server stamps in `meta`. */
export function nextVersion(
  key: ResourceKey,
  content: ValidResource,
  previous: StoredResource | undefined,
  author: Author,
  now: number,
): NewVersion {
  const number = previous ? Number(previous.version) + 1 : 1
  const lastUpdated = laterThan(previous, now)
  const value = { ...content.value, id: key.id } as FhirResource
  const rows = toIndexRows(key.type, extract(value), clinicalDateParam(key.type))
  const { unit, provider } = previous?.origin ?? author.originOf?.(content) ?? author
  const process = previous ? previous.origin.process : author.process
  return {
    number,
    deleted: false,
    rows,
    resource: {
      key,
      version: String(number),
      lastUpdated,
      origin: {
        type: key.type,
        patient: patientOf(value),
        unit,
        provider,
        process,
        labels: labelsFor(value, previous, author),
        from: finite(rows.period?.lo),
        to: finite(rows.period?.hi),
      },
      bytes: spliceMeta(content.bytes, { id: key.id, versionId: String(number), lastUpdated }),
      method: previous && previous.method !== 'delete' ? 'update' : 'create',
    },
  }
}

/** A label that was set stays, unless its author may take it away: leaving it out of a PUT doesn't open a record. */
function labelsFor(
  value: FhirResource,
  previous: StoredResource | undefined,
  { mayUnlabel }: Author,
): readonly Label[] {
  const own = labelsOf(value)
  if (mayUnlabel || !previous || previous.origin.labels.length === 0) return own
  return LABELS.filter((label) => own.includes(label) || previous.origin.labels.includes(label))
}

/** The version that says a resource is deleted. Its former versions stay (PDL 3:14). */
export function deletionOf(previous: StoredResource, now: number): NewVersion {
  const number = Number(previous.version) + 1
  const lastUpdated = laterThan(previous, now)
  const bytes = Buffer.alloc(0)
  return {
    number,
    deleted: true,
    rows: NO_ROWS,
    resource: { ...previous, version: String(number), lastUpdated, bytes, method: 'delete' },
  }
}

/** A resource's times never go back, though clocks do. */
function laterThan(previous: StoredResource | undefined, now: number): string {
  const before = previous ? Date.parse(previous.lastUpdated) : 0
  return new Date(Math.max(now, before + 1)).toISOString()
}

const finite = (time: number | undefined) =>
  time !== undefined && Number.isFinite(time) ? time : undefined
