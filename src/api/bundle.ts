import { randomUUID } from 'node:crypto'
import type { Bundle, BundleEntry } from 'fhir/r4'
import { sliceEntries } from '../fhir/bundle-entries.ts'
import { parseJson } from '../fhir/json/parse.ts'
import { rewriteReferences } from '../fhir/json/rewrite-references.ts'
import { Problem } from '../fhir/problem.ts'
import type { Change } from '../fhir/record-system.ts'
import { isResourceType } from '../fhir/resource-type.ts'
import {
  type Asked,
  type Interaction,
  interactionOf,
  searchIn,
  type Understanding,
} from './interaction.ts'
import { outcomeOf } from './outcome.ts'
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
  return sliceEntries(bytes, entries).map(({ entry, resource }, index) => {
    const { method, url, ifMatch, ifNoneExist } = entry.request ?? {}
    if (typeof method !== 'string' || typeof url !== 'string') {
      throw new Problem('required', 'An entry needs a method and a url', {
        expression: `Bundle.entry[${index}].request`,
      })
    }
    const [path = '', query = ''] = url.split(/\?(.*)/s)
    return {
      asked: { method, path, query, body: resource, ifMatch, ifNoneExist },
      fullUrl: entry.fullUrl,
    }
  })
}

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
    return toEntry(await perform(how, interactionOf(asked, understanding)), asked.method === 'GET')
  } catch (thrown) {
    const { status, body } = outcomeOf(thrown, 'batch')
    return Buffer.from(`{"response":{"status":"${status}","outcome":${body}}}`)
  }
}

/** All or none: every write in one transaction of the gate, then the reads. */
async function transaction(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
): Promise<Buffer[]> {
  const links = await linksBetween(how, requests, understanding)
  const interactions = requests.map((request, index) =>
    named(index, () => interactionOf(linked(request, links.targets), understanding)),
  )
  const writes = interactions.flatMap((interaction, index) =>
    interaction.kind === 'change'
      ? [{ index, change: withId(interaction.change, links.ids[index]) }]
      : [],
  )
  refuseRepetition(writes.map(({ change }) => change))
  writes.sort((a, b) => rank(a.change) - rank(b.change))
  const results = await how.gate.transact(
    how.access,
    writes.map(({ change }) => change),
  )
  const answers: Buffer[] = new Array(requests.length)
  for (const [place, { index }] of writes.entries()) {
    answers[index] = toEntry(changeAnswer(how.base, results[place]), false)
  }
  for (const [index, interaction] of interactions.entries()) {
    if (interaction.kind !== 'change')
      answers[index] = toEntry(await perform(how, interaction), true)
  }
  return answers
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
  readonly targets: Map<string, string>
  /** The id that each entry's new resource will have. */
  readonly ids: (string | undefined)[]
}

async function linksBetween(
  how: Performing,
  requests: readonly Request[],
  understanding: Understanding,
): Promise<Links> {
  const targets = new Map<string, string>()
  const ids: (string | undefined)[] = []
  for (const request of requests) {
    const { id, target } = await placeOf(how, request.asked, understanding)
    ids.push(id)
    if (request.fullUrl && target) targets.set(request.fullUrl, target)
  }
  for (const condition of conditionalReferences(requests)) {
    const target = await onlyMatch(how, condition, understanding, false)
    if (target) targets.set(condition, target)
  }
  return { targets, ids }
}

/** Where an entry's resource will be, and the id it gets if it is new. */
async function placeOf(
  how: Performing,
  asked: Asked,
  understanding: Understanding,
): Promise<{ id: string | undefined; target: string | undefined }> {
  const { method, path } = asked
  if (method !== 'POST' && method !== 'PUT') return { id: undefined, target: undefined }
  const [type = ''] = path.split('/')
  const condition = conditionOf(asked)
  const there = condition && (await onlyMatch(how, `${type}?${condition}`, understanding, true))
  const id = method === 'POST' || condition !== undefined ? randomUUID() : undefined
  return { id, target: there || (id ? `${type}/${id}` : path) }
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

function linked(request: Request, targets: ReadonlyMap<string, string>): Asked {
  const { asked } = request
  return asked.body && targets.size > 0
    ? { ...asked, body: rewriteReferences(asked.body, targets) }
    : asked
}

function withId(change: Change, id: string | undefined): Change {
  return change.kind === 'create' || change.kind === 'conditional-update'
    ? { ...change, id }
    : change
}

function refuseRepetition(changes: readonly Change[]): void {
  const names = changes.map(nameOf).filter((name) => name !== undefined)
  if (new Set(names).size === names.length) return
  throw new Problem('invalid', 'The same resource is in the transaction twice', {
    expression: 'Bundle.entry',
  })
}

function nameOf(change: Change): string | undefined {
  if (change.kind === 'update') return `${change.key.type}/${change.key.id}`
  if (change.kind === 'create' || change.kind === 'conditional-update') return undefined
  return typeof change.target === 'string' ? `${change.type}/${change.target}` : undefined
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
