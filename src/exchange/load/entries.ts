import { createHash } from 'node:crypto'
import type { Bundle, FhirResource } from 'fhir/r4'
import { sliceEntries } from '../../fhir/bundle-entries.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { LoadDocument } from './documents.ts'

/** One resource to load. */
export interface LoadEntry {
  /** Where it stands, for the report: `bundle.json entry[3]`. */
  readonly name: string
  readonly type: string
  /** The id it will have: its own, the one its URL names, or one made from its content, so that loading again finds it. */
  readonly id: string
  readonly bytes: Buffer
  /** What the other entries call it. */
  readonly fullUrl: string | undefined
  /** The condition under which it is already there, `identifier=…`. */
  readonly ifNoneExist: string | undefined
}

/** Something that can't be loaded, and why. Never repeats what it says. */
export interface Rejection {
  readonly name: string
  readonly type: string
  readonly id: string
  readonly reasons: readonly string[]
}

/** What one document holds. */
export interface DocumentContent {
  readonly entries: readonly LoadEntry[]
  readonly rejections: readonly Rejection[]
}

/** Bundles that only carry resources. A document, a message or a history is a resource of its own. */
const CARRIERS = new Set(['transaction', 'batch', 'collection', 'searchset'])

/** The resources of a document. A Bundle that carries others is opened; what can't be taken is named. */
export function contentOf(document: LoadDocument): DocumentContent {
  try {
    const parsed = parseJson(document.bytes)
    const value = parsed.value as unknown as FhirResource
    if (value.resourceType !== 'Bundle' || !CARRIERS.has(value.type)) {
      return { entries: [entryOf(document.name, value, document.bytes)], rejections: [] }
    }
    return bundleContent(document, value)
  } catch (thrown) {
    return { entries: [], rejections: [rejectionOf(document.name, '?', '?', thrown)] }
  }
}

function bundleContent(document: LoadDocument, bundle: Bundle): DocumentContent {
  const entries: LoadEntry[] = []
  const rejections: Rejection[] = []
  const listed = bundle.entry ?? []
  for (const [index, { entry, resource }] of sliceEntries(document.bytes, listed).entries()) {
    const name = `${document.name} entry[${index}]`
    const value = listed[index]?.resource
    const method = entry.request?.method ?? 'PUT'
    if (entry.search?.mode === 'outcome') {
      const reasons = ['What a search says of its own answer is no record']
      rejections.push({ name, type: 'OperationOutcome', id: '?', reasons })
    } else if (value && resource && (method === 'POST' || method === 'PUT')) {
      const made = entryOf(name, value as FhirResource, resource, entry.request?.url, entry.fullUrl)
      entries.push({ ...made, ifNoneExist: entry.request?.ifNoneExist })
    } else {
      const reason = 'Only entries that bring a resource by POST or PUT are loaded'
      rejections.push({ name, type: '?', id: '?', reasons: [reason] })
    }
  }
  return { entries, rejections }
}

function entryOf(
  name: string,
  value: FhirResource,
  bytes: Buffer,
  url?: string,
  fullUrl?: string,
): LoadEntry {
  const named = /^[A-Z]\w+\/([A-Za-z0-9\-.]{1,64})$/.exec(url ?? '')?.[1]
  const uuid = /^urn:uuid:([0-9a-f-]{36})$/i.exec(fullUrl ?? '')?.[1]
  const id = named ?? idIn(value) ?? uuid?.toLowerCase() ?? idFrom(bytes)
  return { name, type: String(value.resourceType), id, bytes, fullUrl, ifNoneExist: undefined }
}

function idIn(value: FhirResource): string | undefined {
  return typeof value.id === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value.id)
    ? value.id
    : undefined
}

/** A UUID-shaped id (version 8) from the content. */
function idFrom(bytes: Buffer): string {
  const hex = createHash('sha256').update(bytes).digest('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** A rejection from whatever was thrown; a defect is thrown on. */
export function rejectionOf(name: string, type: string, id: string, thrown: unknown): Rejection {
  if (!(thrown instanceof Problem)) throw thrown
  const reasons = thrown.issues.map(({ expression, message }) =>
    expression ? `${expression}: ${message}` : message,
  )
  return { name, type, id, reasons }
}
