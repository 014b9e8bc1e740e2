import type { Coding, FhirResource, Identifier } from 'fhir/r4'

/** A record as the product keeps it: the text it was written as, and the same read. */
export interface Found {
  readonly text: string
  readonly value: FhirResource
  readonly version: number
  /** Sent along (`_revinclude`), not found. */
  readonly included?: boolean
}

export interface SearchRequest {
  readonly type: string
  readonly parameters: URLSearchParams
}

type Shape = Readonly<Record<string, unknown>>

/**
 * What matches by the few parameters that the products know. Written apart from `src/fhir/search`, so that the two
 * don't err alike.
 */
export function searchRecords({ parameters }: SearchRequest, records: Iterable<Found>): Found[] {
  const wanted = [...parameters].filter(([name]) => MATCHERS.has(name))
  return [...records].filter(({ value }) =>
    wanted.every(([name, text]) => MATCHERS.get(name)?.(value as unknown as Shape, text) ?? true),
  )
}

/** Whose record it is: `Patient/17`. */
export function ownerOf(resource: FhirResource): string | undefined {
  const shape = resource as unknown as Shape
  const direct = shape.subject ?? shape.patient ?? shape.for
  if (direct) return referenceIn(direct)
  const participants = (shape.participant ?? []) as readonly { readonly actor?: unknown }[]
  return participants
    .map(({ actor }) => referenceIn(actor))
    .find((reference) => reference?.startsWith('Patient/'))
}

/** When the care took place, as written. */
export function dateOf(resource: FhirResource): string {
  const shape = resource as unknown as Shape & { period?: { start?: string } }
  const text =
    shape.effectiveDateTime ??
    shape.recordedDate ??
    shape.authoredOn ??
    shape.occurrenceDateTime ??
    shape.date ??
    shape.start ??
    shape.performedDateTime ??
    shape.period?.start
  return typeof text === 'string' ? text : ''
}

type Matcher = (resource: Shape, text: string) => boolean

const MATCHERS: ReadonlyMap<string, Matcher> = new Map<string, Matcher>([
  ['_id', ({ id }, text) => text.split(',').includes(String(id))],
  ['subject', ofPatient],
  ['patient', ofPatient],
  ['identifier', ({ identifier }, text) => someIdentifier(identifier, text)],
  ['family', (resource, text) => someName(resource, 'family', text)],
  ['given', (resource, text) => someName(resource, 'given', text)],
  ['name', (resource, text) => nameOrPerson(resource, text)],
  ['birthdate', ({ birthDate }, text) => birthDate === text],
  ['category', ({ category }, text) => someCode(category, text)],
  ['code', ({ code }, text) => someCode(code, text)],
  ['class', (resource, text) => someCode({ coding: [resource.class] }, text)],
  ['status', ({ status }, text) => text.split(',').includes(String(status))],
  ['type', ({ type }, text) => someCode(type, text)],
  ['date', (resource, text) => within(resource, text)],
])

function ofPatient(resource: Shape, text: string): boolean {
  const owner = ownerOf(resource as unknown as FhirResource)
  return text.split(',').some((id) => owner === `Patient/${id.replace(/^Patient\//, '')}`)
}

function referenceIn(value: unknown): string | undefined {
  return (value as { reference?: string } | undefined)?.reference?.split('/').slice(-2).join('/')
}

function someIdentifier(given: unknown, text: string): boolean {
  const [system, value] = text.includes('|') ? text.split('|') : [undefined, text]
  const identifiers = (given ?? []) as readonly Identifier[]
  return identifiers.some(
    (each) => each.value === value && (system === undefined || each.system === system),
  )
}

function someName(resource: Shape, part: 'family' | 'given', text: string): boolean {
  const names = (resource.name ?? []) as readonly { family?: string; given?: readonly string[] }[]
  return names.some((name) => [name[part] ?? []].flat().some((each) => begins(each, text)))
}

function nameOrPerson(resource: Shape, text: string): boolean {
  if (typeof resource.name === 'string') return begins(resource.name, text)
  return someName(resource, 'family', text) || someName(resource, 'given', text)
}

const begins = (text: string, start: string) => text.toLowerCase().startsWith(start.toLowerCase())

function someCode(concepts: unknown, text: string): boolean {
  const list = [concepts ?? []].flat() as readonly { readonly coding?: readonly Coding[] }[]
  const codings = list.flatMap(({ coding }) => coding ?? [])
  return text.split(',').some((wanted) => {
    const [system, code] = wanted.includes('|') ? wanted.split('|') : [undefined, wanted]
    return codings.some(
      (each) => each.code === code && (system === undefined || each.system === system),
    )
  })
}

/** By whole days or instants; what has no date isn't found by one. */
function within(resource: Shape, text: string): boolean {
  const [, prefix = 'eq', date = ''] = /^(eq|ge|gt|le|lt)?(.*)$/.exec(text) ?? []
  const at = Date.parse(dateOf(resource as unknown as FhirResource))
  const [from, to] = [Date.parse(date), Date.parse(date) + (date.length === 10 ? 86_400_000 : 1000)]
  if (Number.isNaN(at) || Number.isNaN(from)) return false
  if (prefix === 'ge') return at >= from
  if (prefix === 'gt') return at >= to
  if (prefix === 'le') return at < to
  if (prefix === 'lt') return at < from
  return at >= from && at < to
}
