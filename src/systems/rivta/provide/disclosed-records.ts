import type { FhirResource } from 'fhir/r4'
import type {
  Capability,
  CompletenessIssue,
  RecordSystem,
  SearchPage,
  StoredResource,
} from '../../../fhir/record-system.ts'
import { survivorsAfter } from '../../../fhir/replaced-by.ts'
import { isResourceType, type ResourceType } from '../../../fhir/resource-type.ts'
import { parseSearch } from '../../../fhir/search/parse.ts'
import type { SearchQuery } from '../../../fhir/search/query.ts'
import type { Sight } from '../../../fhir/sight.ts'
import type { PatientNumber } from '../sealed-id.ts'
import { parseExactly } from './exact-json.ts'
import { type NamedUnit, type Production, unitIn } from './production.ts'

/** What may be given out about a patient: with what it refers to, as far as that may be seen. */
export interface DisclosedRecords {
  /** Whoever has the number: nobody, one, or with one who was given up also who took their place, before them. */
  readonly patients: readonly string[]
  readonly records: readonly StoredResource[]
  /** What could not be fetched. With it the answer isn't whole, and isn't sent as if it were. */
  readonly issues: readonly CompletenessIssue[]
}

/** What is referred to from records and told by name: who wrote, where, at which visit, in answer to what. */
const REFERRED: ReadonlySet<ResourceType> = new Set([
  'DocumentReference',
  'Encounter',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'ServiceRequest',
])
const PAGE = '500'
const IDS = 50

/** Records as one reader may search them: a record system under a sight, or a gate with an access. */
export interface Reader {
  capability(): Capability
  search(query: SearchQuery): Promise<SearchPage>
}

/** A record system under one sight. */
export function readerOf(system: RecordSystem, sight: Sight): Reader {
  return {
    capability: () => system.capability(),
    search: (query) => system.search(query, sight),
  }
}

/** Everything of some types about the patient of a number that the reader may see, and what it refers to. */
export async function disclosedRecords(
  reader: Reader,
  number: PatientNumber,
  types: readonly ResourceType[],
): Promise<DisclosedRecords> {
  const root = /^[\d.]+$/.test(number.root) ? number.root : 'unknown'
  const value = `urn:oid:${root}|${number.extension.replace(/[\\,|$]/g, '\\$&')}`
  const found = await searchAll(reader, 'Patient', `identifier=${encodeURIComponent(value)}`)
  const passed = await Promise.all(
    found.records.map(({ key, bytes }) =>
      survivorsAfter({ id: key.id, bytes }, async (id) => {
        const next = await searchAll(reader, 'Patient', `_id=${id}`)
        found.issues.push(...next.issues)
        return next.records[0]?.bytes
      }),
    ),
  )
  const remaining = passed.flatMap((ids) => ids.at(-1) ?? [])
  const patients = [...new Set([...remaining, ...passed.flat()])]
  return recordsOf(reader, patients, types, found.issues)
}

/** The same of patients who have been found. */
export async function recordsOf(
  reader: Reader,
  patients: readonly string[],
  types: readonly ResourceType[],
  found: readonly CompletenessIssue[] = [],
): Promise<DisclosedRecords> {
  const issues = [...found]
  if (patients.length === 0) return { patients, records: [], issues }
  const own = await Promise.all(
    patients.flatMap((patient) =>
      types.map((type) => searchAll(reader, type, `patient=Patient/${patient}`)),
    ),
  )
  const records = own.flatMap((each) => each.records)
  issues.push(...own.flatMap((each) => each.issues))
  const referred = await referredFrom(reader, records)
  issues.push(...referred.issues)
  const organizations = await searchAll(reader, 'Organization', '')
  issues.push(...organizations.issues)
  return {
    patients,
    records: [...records, ...referred.records, ...organizations.records],
    issues,
  }
}

interface Found {
  readonly records: readonly StoredResource[]
  readonly issues: CompletenessIssue[]
}

async function searchAll(reader: Reader, type: ResourceType, text: string): Promise<Found> {
  const { types } = reader.capability()
  if (!types.has(type)) return { records: [], issues: [] }
  const parameters = new URLSearchParams(`${text}&_count=${PAGE}`)
  const query = parseSearch(type, parameters, { types, base: undefined, now: 0 })
  const records: StoredResource[] = []
  const issues: CompletenessIssue[] = []
  let cursor: string | undefined
  do {
    const page = await reader.search({ ...query, cursor })
    records.push(...page.hits.map(({ resource }) => resource))
    issues.push(...page.issues)
    cursor = page.next
  } while (cursor !== undefined)
  return { records, issues }
}

async function referredFrom(reader: Reader, records: readonly StoredResource[]): Promise<Found> {
  const have = new Set(records.map(({ key }) => `${key.type}/${key.id}`))
  const wanted = new Map<ResourceType, Set<string>>()
  for (const { bytes } of records) {
    for (const [, type = '', id = ''] of String(bytes).matchAll(REFERENCE)) {
      if (!isResourceType(type) || !REFERRED.has(type) || have.has(`${type}/${id}`)) continue
      wanted.set(type, (wanted.get(type) ?? new Set()).add(id))
    }
  }
  const asked = [...wanted].flatMap(([type, ids]) =>
    inBatches([...ids]).map((batch) => searchAll(reader, type, `_id=${batch.join(',')}`)),
  )
  const answers = await Promise.all(asked)
  return {
    records: answers.flatMap((each) => each.records),
    issues: answers.flatMap((each) => each.issues),
  }
}

const REFERENCE = /"reference"\s*:\s*"([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})"/g

function inBatches(ids: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(ids.length / IDS)
  return Array.from({ length: count }, (_, at) => ids.slice(at * IDS, (at + 1) * IDS))
}

/** What an answer is made of, of what may be given out. */
export function productionFrom(
  { records, patients }: DisclosedRecords,
  patient: PatientNumber,
  system: string,
): Production {
  const parsed = records.map((stored) => ({ stored, resource: parseExactly(stored.bytes) }))
  const byName = new Map(parsed.map((each) => [nameOf(each.resource), each]))
  const units = new Map<string, NamedUnit>()
  for (const { resource } of parsed) {
    const unit = unitIn(resource)
    if (unit) units.set(unit.hsaId, unit)
  }
  const named = (hsaId: string | undefined): NamedUnit | undefined =>
    hsaId === undefined ? undefined : (units.get(hsaId) ?? { hsaId, name: hsaId })
  const originOf = (resource: FhirResource) => byName.get(nameOf(resource))?.stored.origin
  const own = parsed.filter(
    ({ stored: { origin } }) => origin.patient !== undefined && patients.includes(origin.patient),
  )
  const of: Production['of'] = <Type extends FhirResource['resourceType']>(type: Type) =>
    own.flatMap(({ resource }) => (isOf(resource, type) ? [resource] : []))
  return {
    patient,
    of,
    find: (reference) => byName.get(reference ?? '')?.resource,
    unitOf: (resource) => named(originOf(resource)?.unit),
    providerOf: (resource) => named(originOf(resource)?.provider),
    madeIn: () => system,
    lacksOrigin: () => false,
    termId: () => undefined,
    notes: 'docbook',
  }
}

const nameOf = ({ resourceType, id }: FhirResource) => `${resourceType}/${id}`

function isOf<Type extends FhirResource['resourceType']>(
  resource: FhirResource,
  type: Type,
): resource is Extract<FhirResource, { resourceType: Type }> {
  return resource.resourceType === type
}
