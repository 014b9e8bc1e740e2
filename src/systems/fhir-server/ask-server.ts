import type { Bundle, FhirResource, Provenance } from 'fhir/r4'
import { sliceEntries } from '../../fhir/bundle-entries.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { HttpClient, HttpOutcome } from './http-client.ts'
import type { Accompanied } from './product-rules.ts'
import type { FhirServerProfile } from './profile.ts'
import type { TokenSource } from './token-source.ts'

/** What a server said, page after page: each resource once, as its newest version. */
export interface Pages {
  readonly resources: readonly Accompanied[]
  readonly issues: readonly CompletenessIssue[]
}

/** A request to the server, below its base or by a page's address. */
export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly body?: Buffer
  readonly contentType?: string
  readonly ifMatch?: string
}

/** One FHIR server, asked with tokens and within deadlines. */
export interface AskServer {
  /** All pages of a search. Never rejects for what the server does. */
  search(type: string, parameters: URLSearchParams): Promise<Pages>
  /** One resource; `undefined` if it isn't there. Throws Problem `transient` if that can't be told. */
  read(type: string, id: string): Promise<Accompanied | undefined>
  send(request: ServerRequest, deadline?: number): Promise<HttpOutcome>
}

/** More pages than any patient's results; a server that sends us round in a circle is stopped. */
const MOST_PAGES = 200
const HSA_ID = 'urn:oid:1.2.752.29.4.19'

export function createAskServer(
  profile: FhirServerProfile,
  client: HttpClient,
  tokens: TokenSource,
  now: () => number,
): AskServer {
  const send = createSend(profile, client, tokens, now)
  return {
    send,
    search: (type, parameters) => searchPages({ profile, send, now }, `${type}?${parameters}`),
    async read(type, id) {
      const outcome = await send({ method: 'GET', path: `${type}/${id}` })
      if (outcome.kind === 'answer' && (outcome.status === 404 || outcome.status === 410)) {
        return undefined
      }
      if (outcome.kind !== 'answer' || outcome.status !== 200) {
        throw new Problem('transient', `${profile.source} did not answer`)
      }
      const { value, bytes } = parseJson(outcome.body)
      return { value: value as unknown as FhirResource, bytes, custodian: undefined }
    },
  }
}

function createSend(
  profile: FhirServerProfile,
  client: HttpClient,
  tokens: TokenSource,
  now: () => number,
): AskServer['send'] {
  async function attempt(request: ServerRequest, until: number): Promise<HttpOutcome> {
    const token = await tokens.get(Math.max(1, until - now()))
    if (token === undefined) return { kind: 'unavailable', message: 'it gives no token' }
    const url = request.path.startsWith('http') ? request.path : `${profile.url}/${request.path}`
    const outcome = await client.send({
      method: request.method,
      url,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: 'application/fhir+json',
        ...(request.contentType && { 'Content-Type': request.contentType }),
        ...(request.ifMatch && { 'If-Match': `W/"${request.ifMatch}"` }),
      },
      ...(request.body && { body: request.body }),
      deadline: Math.max(1, until - now()),
      maxBytes: profile.maxBytes,
    })
    if (outcome.kind === 'answer' && outcome.status === 401) tokens.forget(token)
    return outcome
  }

  return async (request, deadline = profile.deadline) => {
    const until = now() + deadline
    const first = await attempt(request, until)
    // A token may end before its time, when the server is started anew.
    return first.kind === 'answer' && first.status === 401 ? attempt(request, until) : first
  }
}

interface PageParts {
  readonly profile: FhirServerProfile
  readonly send: AskServer['send']
  readonly now: () => number
}

async function searchPages(parts: PageParts, first: string): Promise<Pages> {
  const { profile, now } = parts
  const until = now() + profile.deadline
  const found = new Map<string, Accompanied>()
  const seen = new Set<string>()
  let next: string | undefined = first
  while (next !== undefined) {
    const page: Page = await fetchPage(parts, next, Math.max(1, until - now()))
    if ('issue' in page) return { resources: [...found.values()], issues: [page.issue] }
    keepNewest(found, page.resources)
    seen.add(next)
    next = page.next && new URL(page.next, profile.url).href
    if (
      next !== undefined &&
      (seen.has(next) || seen.size >= MOST_PAGES || isElsewhere(parts, next))
    ) {
      const issue = { source: profile.source, kind: 'partial', message: PAGES } as const
      return { resources: [...found.values()], issues: [issue] }
    }
  }
  return { resources: [...found.values()], issues: [] }
}

/** A page of another server would be handed our token. */
function isElsewhere({ profile }: PageParts, url: string): boolean {
  return new URL(url).origin !== new URL(profile.url).origin
}

async function fetchPage(
  { profile, send }: PageParts,
  path: string,
  deadline: number,
): Promise<Page> {
  const failed = (kind: CompletenessIssue['kind'], message: string): Page => ({
    issue: { source: profile.source, kind, message: `${profile.source}: ${message}` },
  })
  const outcome = await send({ method: 'GET', path }, deadline)
  if (outcome.kind !== 'answer') return failed(outcome.kind, outcome.message)
  if (outcome.status !== 200) return failed('unavailable', `it answers ${outcome.status}`)
  try {
    return readPage(outcome.body)
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    return failed('unavailable', 'its answer cannot be read')
  }
}

const PAGES = 'It has more pages than are read'

type Page =
  | { readonly resources: readonly Accompanied[]; readonly next: string | undefined }
  | { readonly issue: CompletenessIssue }

function readPage(body: Buffer): Page {
  const bundle = parseJson(body).value as unknown as Bundle
  if (bundle.resourceType !== 'Bundle') throw new Problem('invalid', 'It is not a Bundle')
  const listed = bundle.entry ?? []
  const custodians = custodiansIn(listed.map(({ resource }) => resource as FhirResource))
  const resources = sliceEntries(body, listed).flatMap(({ entry, resource: bytes }, index) => {
    const value = listed[index]?.resource as FhirResource | undefined
    if (!value || !bytes || entry.search?.mode === 'include') return []
    if (value.resourceType === 'OperationOutcome') return []
    const custodian = custodians.get(`${value.resourceType}/${value.id}`)
    return [{ value, bytes, custodian }]
  })
  return { resources, next: bundle.link?.find(({ relation }) => relation === 'next')?.url }
}

/** Unit by what it is custodian of. */
function custodiansIn(resources: readonly (FhirResource | undefined)[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const resource of resources) {
    if (resource?.resourceType !== 'Provenance') continue
    const unit = custodianIn(resource)
    for (const { reference } of unit === undefined ? [] : resource.target) {
      if (reference !== undefined && unit !== undefined) found.set(relative(reference), unit)
    }
  }
  return found
}

const relative = (reference: string) => reference.split('/').slice(-2).join('/')

function custodianIn({ agent }: Provenance): string | undefined {
  const [found] = agent.flatMap(({ who }) =>
    who.identifier?.system === HSA_ID && who.type === 'Organization'
      ? (who.identifier.value ?? [])
      : [],
  )
  return found
}

/** Ids come again on later pages: the newest stays. */
function keepNewest(found: Map<string, Accompanied>, more: readonly Accompanied[]): void {
  for (const each of more) {
    const key = `${each.value.resourceType}/${each.value.id}`
    const there = found.get(key)
    if (there && changedAt(there) > changedAt(each)) continue
    const custodian = each.custodian ?? there?.custodian
    found.set(key, { ...each, custodian })
  }
}

const changedAt = ({ value }: Accompanied) => Date.parse(value.meta?.lastUpdated ?? '') || 0
