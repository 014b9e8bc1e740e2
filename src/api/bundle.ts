import { randomUUID } from 'node:crypto'
import type { Bundle, BundleEntry, BundleEntryRequest } from 'fhir/r4'
import { sliceEntries } from '../fhir/bundle-entries.ts'
import { parseJson } from '../fhir/json/parse.ts'
import { rewriteReferences } from '../fhir/json/rewrite-references.ts'
import { Problem } from '../fhir/problem.ts'
import type { Change, ChangeResult } from '../fhir/record-system.ts'
import { isResourceType } from '../fhir/resource-type.ts'
import {
  type Asked,
  type Interaction,
  interactionOf,
  searchIn,
  type Understanding,
} from './interaction.ts'
import { isKnown } from './known.ts'
import { type Answer, changeAnswer, type Performing, perform } from './perform.ts'

/** An entry of a batch or transaction, with its resource's own bytes. */
interface Request {
  readonly asked: Asked
  readonly fullUrl: string | undefined
}

/** How many entries of a batch are under way at once. */
const AT_ONCE = 8

/** Performs a batch or a transaction. https://hl7.org/fhir/R4/http.html#transaction */
export async function performBundle(
  how: Performing,
  bytes: Buffer,
  understanding: Understanding,
): Promise<Answer> {
  const bundle = parseJson(bytes).value as unknown as Bundle
  if (bundle.resourceType !== 'Bundle') {
    throw new Problem('invalid', 'Only a Bundle can be posted here', { expression: 'Bundle' })
  }
  const requests = requestsIn(bytes, bundle.entry ?? [])
  if (bundle.type === 'batch') return response('batch', await batch(how, requests, understanding))
  if (bundle.type === 'transaction') {
    return response('transaction', await transaction(how, requests, understanding))
  }
  throw new Problem('invalid', 'The Bundle is neither a batch nor a transaction', {
    expression: 'Bundle.type',
  })
}

function requestsIn(bytes: Buffer, entries: readonly BundleEntry[]): Request[] {
  if (!Array.isArray(entries))
    throw new Problem('structure', 'Not a list', { expression: 'Bundle.entry' })
  refuseOddEntries(entries)
  return sliceEntries(bytes, entries).map(({ entry, resource }) => {
    const request: Partial<BundleEntryRequest> = entry.request ?? {}
    const { method = '', url = '', ...conditions } = request
    const { ifMatch, ifNoneExist, ifNoneMatch, ifModifiedSince } = conditions
    const [path = '', query = ''] = url.split(/\?(.*)/s)
    return {
      asked: {
        method: method === 'HEAD' ? 'GET' : method,
        path,
        query,
        body: resource,
        media: 'json',
        ifMatch,
        ifNoneExist,
        known: { ifNoneMatch, ifModifiedSince },
      },
      fullUrl: entry.fullUrl,
    }
  })
}

/** What an entry is made of must be what it should be before anything of it is read. */
function refuseOddEntries(entries: readonly unknown[]): void {
  for (const [index, entry] of entries.entries()) {
    const { request, resource, fullUrl } = fieldsOf(entry)
    const { method, url, ...conditions } = fieldsOf(request)
    const { ifMatch, ifNoneExist, ifNoneMatch, ifModifiedSince } = conditions
    const isWell =
      [method, url].every((value) => typeof value === 'string') &&
      [fullUrl, ifMatch, ifNoneExist, ifNoneMatch, ifModifiedSince].every((value) =>
        ['string', 'undefined'].includes(typeof value),
      ) &&
      (resource === undefined || (typeof resource === 'object' && resource !== null))
    if (isWell) continue
    const expression = `Bundle.entry[${index}]`
    throw new Problem('structure', 'An entry needs a request with method and url', { expression })
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Each entry by itself: what fails says so in its own place. */
async function batch(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
): Promise<Buffer[]> {
  const answers: Buffer[] = new Array(requests.length)
  let next = 0
  const work = async () => {
    for (let index = next++; index < requests.length; index = next++) {
      const request = requests[index]
      if (request) answers[index] = await entryAnswer(how, request, understanding)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return answers
}

async function entryAnswer(
  how: Performing,
  { asked }: Request,
  understanding: Understanding,
): Promise<Buffer> {
  try {
    const interaction = interactionOf(asked, understanding)
    const isRead = interaction.kind !== 'change'
    const answer = await perform(how, interaction)
    if (isRead && isKnown(asked.known, answer)) return toEntry({ ...answer, status: 304 }, false)
    return toEntry(answer, isRead || how.returns !== undefined)
  } catch (thrown) {
    const { status, body } = how.outcomeFor(thrown)
    return Buffer.from(`{"response":{"status":"${status}","outcome":${body}}}`)
  }
}

/** So often is a transaction begun anew whose conditions match something else when it is written than when it was read. */
const MOST_TRIES = 8

/** All or none: every write in one transaction of the gate, then the reads. */
async function transaction(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
): Promise<Buffer[]> {
  const answers: Buffer[] = new Array(requests.length)
  const { writes, results } = await write(how, requests, understanding, MOST_TRIES)
  const withBody = how.returns === 'representation'
  for (const [place, { index }] of writes.entries()) {
    answers[index] = toEntry(changeAnswer(how.base, results[place]), withBody)
  }
  for (const [index, request] of requests.entries()) {
    answers[index] ??= await entryAnswer(how, request, understanding)
  }
  return answers
}

interface Write {
  readonly index: number
  readonly change: Change
}

async function write(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
  tries: number,
): Promise<{ writes: readonly Write[]; results: readonly ChangeResult[] }> {
  const links = await linksBetween(how, requests, understanding)
  const interactions = requests.map((request, index) =>
    named(index, () => interactionOf(linked(request, links), understanding)),
  )
  const writes = interactions.flatMap((interaction, index) =>
    interaction.kind === 'change'
      ? [{ index, change: placed(interaction.change, links.places[index]) }]
      : [],
  )
  writes.sort((a, b) => rank(a.change) - rank(b.change))
  try {
    const changes = writes.map(({ change }) => change)
    return { writes, results: await how.gate.transact(how.access, changes) }
  } catch (thrown) {
    const outrun = thrown instanceof Problem && thrown.code === 'lock-error'
    if (!outrun || tries <= 1) throw thrown
    return write(how, requests, understanding, tries - 1)
  }
}

/** Says which entry a problem is in. */
function named(index: number, work: () => Interaction): Interaction {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    const expression = `Bundle.entry[${index}]${thrown.expression ? `.resource / ${thrown.expression}` : ''}`
    throw new Problem(thrown.code, thrown.message, { expression, cause: thrown })
  }
}

interface Links {
  /** What entries call each other → where they will be. */
  readonly targets: ReadonlyMap<string, string>
  /** The same with the relative names of entries below one base, for those that are below it too. */
  readonly below: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly places: readonly (Place | undefined)[]
}

/** Where an entry's resource will be. */
interface Place {
  readonly type: string
  readonly id: string
  /** Whether a condition decided; then it may decide otherwise when it is written. */
  readonly conditional: boolean
}

async function linksBetween(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
): Promise<Links> {
  const targets = new Map<string, string>()
  const places: (Place | undefined)[] = []
  const byCondition = new Map<string, Place>()
  const relative = new Map<string, Map<string, string>>()
  for (const { asked, fullUrl } of requests) {
    const place = await placeOf(how, asked, understanding, byCondition)
    places.push(place)
    if (!fullUrl || !place) continue
    const target = `${place.type}/${place.id}`
    nameTarget(targets, fullUrl, target)
    const { base, name } = namesIn(fullUrl)
    if (base) relative.set(base, (relative.get(base) ?? new Map()).set(name, target))
  }
  for (const condition of conditionalReferences(requests)) {
    const place = byCondition.get(condition)
    const target = place
      ? `${place.type}/${place.id}`
      : await onlyMatch(how, condition, understanding, false)
    if (target) targets.set(condition, target)
  }
  const below = new Map(
    [...relative].map(([base, names]) => [base, new Map([...targets, ...names])] as const),
  )
  return { targets, below, places }
}

/** `http://x/fhir/Patient/1` is called `Patient/1` by entries below `http://x/fhir`. https://hl7.org/fhir/R4/bundle.html#references */
function namesIn(fullUrl = ''): { base?: string; name: string } {
  const [, base, name = ''] =
    /^(https?:\/\/.+)\/([A-Z]\w+\/[A-Za-z0-9\-.]{1,64})$/.exec(fullUrl) ?? []
  return base ? { base, name } : { name }
}

/** A name of two resources would lead what points at it to either (bdl-7). https://hl7.org/fhir/R4/bundle.html#invs */
function nameTarget(targets: Map<string, string>, fullUrl: string, target: string): void {
  if ((targets.get(fullUrl) ?? target) !== target) {
    throw new Problem('invalid', 'Two entries have the same fullUrl', {
      expression: 'Bundle.entry.fullUrl',
    })
  }
  targets.set(fullUrl, target)
}

/** Entries under the same condition are about the same resource. */
async function placeOf(
  how: Performing,
  asked: Asked,
  understanding: Understanding,
  byCondition: Map<string, Place>,
): Promise<Place | undefined> {
  const { method, path } = asked
  if (method !== 'POST' && method !== 'PUT') return undefined
  const [type = '', id = randomUUID()] = path.split('/')
  const said = conditionOf(asked)
  if (said === undefined) return { type, id, conditional: false }
  const condition = `${type}?${said}`
  const known = byCondition.get(condition)
  if (known) return known
  const there = await onlyMatch(how, condition, understanding, true)
  const own = method === 'PUT' ? idIn(asked) : undefined
  const place = { type, id: there?.split('/')[1] ?? own ?? randomUUID(), conditional: true }
  byCondition.set(condition, place)
  return place
}

/** The id that a resource names for itself. */
function idIn({ body }: Asked): string | undefined {
  const { id } = body ? (JSON.parse(String(body)) as { id?: unknown }) : {}
  return typeof id === 'string' ? id : undefined
}

/** The condition of a conditional create or update. */
function conditionOf({ method, query, ifNoneExist }: Asked): string | undefined {
  if (method === 'POST') return ifNoneExist
  return method === 'PUT' && query !== '' ? query : undefined
}

/** `"reference": "Practitioner?identifier=…"` */
function conditionalReferences(requests: readonly Request[]): Set<string> {
  const found = new Set<string>()
  for (const { asked } of requests) {
    if (!asked.body?.includes('?')) continue
    for (const [, text = ''] of String(asked.body).matchAll(
      /"reference"\s*:\s*"([A-Z]\w+\?(?:[^"\\]|\\.)+)"/g,
    )) {
      found.add(JSON.parse(`"${text}"`))
    }
  }
  return found
}

async function onlyMatch(
  how: Performing,
  condition: string,
  understanding: Understanding,
  optional: boolean,
): Promise<string | undefined> {
  const [type = '', text = ''] = condition.split(/\?(.*)/s)
  if (!isResourceType(type)) throw new Problem('invalid', 'A condition names no resource type')
  const query = { ...searchIn(text, type, understanding), count: 2 }
  const { hits } = await how.gate.search(how.access, query)
  const [only, second] = hits
  if (second) throw new Problem('multiple-matches', 'A condition matches more than one resource')
  if (!only && !optional)
    throw new Problem('multiple-matches', 'A conditional reference matches nothing')
  return only && `${only.resource.key.type}/${only.resource.key.id}`
}

function linked({ asked, fullUrl }: Request, links: Links): Asked {
  const targets = links.below.get(namesIn(fullUrl).base ?? '') ?? links.targets
  return asked.body && targets.size > 0
    ? { ...asked, body: rewriteReferences(asked.body, targets) }
    : asked
}

function placed(change: Change, place: Place | undefined): Change {
  if (!place || (change.kind !== 'create' && change.kind !== 'conditional-update')) return change
  const { id, conditional } = place
  return { ...change, id, ...(conditional && { assumedId: id }) }
}

const ORDER = { delete: 0, create: 1, update: 2, 'conditional-update': 2, patch: 2 } as const

const rank = ({ kind }: Change): number => ORDER[kind]

function toEntry(answer: Answer, withBody: boolean): Buffer {
  const { status, body, version, lastUpdated, location } = answer
  const parts = [
    `"status":"${status}"`,
    ...(location ? [`"location":${JSON.stringify(location)}`] : []),
    ...(version ? [`"etag":"W/\\"${version}\\""`] : []),
    ...(lastUpdated ? [`"lastModified":"${lastUpdated}"`] : []),
  ]
  const said = `"response":{${parts.join(',')}}`
  if (!withBody || !body) return Buffer.from(`{${said}}`)
  return Buffer.concat([Buffer.from('{"resource":'), body, Buffer.from(`,${said}}`)])
}

function response(kind: 'batch' | 'transaction', entries: readonly Buffer[]): Answer {
  const parts = entries.flatMap((entry, index) =>
    index === 0 ? [entry] : [Buffer.from(','), entry],
  )
  const head = Buffer.from(`{"resourceType":"Bundle","type":"${kind}-response","entry":[`)
  const empty = Buffer.from(`{"resourceType":"Bundle","type":"${kind}-response"}`)
  const body = entries.length === 0 ? empty : Buffer.concat([head, ...parts, Buffer.from(']}')])
  return { status: 200, body, version: undefined, lastUpdated: undefined, location: undefined }
}
