import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Identity } from '../identity/identity.ts'
import type { ReadMarks } from '../identity/read-marks.ts'
import type { Gate } from '../law/gate.ts'
import { performBundle } from './bundle.ts'
import { capabilityStatement } from './capability-statement.ts'
import { identityRoutes } from './identity-routes.ts'
import { interactionOf, type Understanding } from './interaction.ts'
import { outcomeOf } from './outcome.ts'
import { type Answer, perform } from './perform.ts'
import { createPageLinks } from './search-bundle.ts'
import { workspaceFiles } from './workspace-files.ts'

/** What the API is made of: gates, never record systems. */
export interface ApiParts {
  readonly gateOf: (region: string) => Gate | undefined
  readonly identity: Identity
  readonly readMarks: ReadMarks
  /** Folder of the built workspace; without one only the API is served. */
  readonly workspace: string | undefined
  /** Page links are signed with this; another secret makes old links invalid. */
  readonly linkSecret: Buffer
  readonly now: () => number
  /** Told of a defect: the request's id, the error's name and where it was thrown. Never its message. */
  readonly onDefect: (request: string, name: string, where: string) => void
}

const FHIR_JSON = 'application/fhir+json; charset=utf-8'
const MOST_BYTES = 64 * 1024 * 1024
const JSON_TYPES = [
  'application/fhir+json',
  'application/json',
  'application/json-patch+json',
  'application/x-www-form-urlencoded',
]

/** The FHIR R4 REST API over one gate a region. It sees no record system, only the law in front of each. */
export function createApi(parts: ApiParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MOST_BYTES,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    genReqId: () => randomUUID(),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((thrown, request, reply) => fail(parts, thrown, request, reply))
  app.setNotFoundHandler((request, reply) =>
    fail(parts, new Problem('not-found', 'There is nothing here'), request, reply),
  )
  const links = createPageLinks(parts.linkSecret)

  // https://hl7.org/fhir/R4/http.html#capabilities
  app.get<Region>('/fhir/:region/metadata', async (request, reply) => {
    const gate = gateFor(parts, request.params.region)
    const base = baseOf(request)
    const date = new Date(parts.now()).toISOString()
    return reply.type(FHIR_JSON).send(capabilityStatement(gate.capability(), base, date))
  })

  // https://hl7.org/fhir/R4/http.html#transaction
  app.post<Region>('/fhir/:region', async (request, reply) => {
    const { how, understanding } = await settle(request)
    return respond(request, reply, await performBundle(how, bodyOf(request), understanding))
  })

  // https://hl7.org/fhir/R4/http.html
  app.route<Region & { Params: { '*': string } }>({
    method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/fhir/:region/*',
    handler: async (request, reply) => {
      const { how, understanding } = await settle(request)
      const [, query = ''] = request.url.split(/\?(.*)/s)
      const asked = {
        method: request.method,
        path: request.params['*'].replace(/\/$/, ''),
        query,
        body: request.body === undefined ? undefined : bodyOf(request),
        ifMatch: request.headers['if-match'],
        ifNoneExist: headerOf(request, 'if-none-exist'),
      }
      return respond(request, reply, await perform(how, interactionOf(asked, understanding)))
    },
  })

  identityRoutes(app, {
    identity: parts.identity,
    readMarks: parts.readMarks,
    settle: (request, region) => accessFor(parts, request, region),
  })
  if (parts.workspace) workspaceFiles(app, { folder: parts.workspace })

  async function settle(request: FastifyRequest<Region>) {
    refuseOtherFormats(request)
    const { gate, access } = await accessFor(parts, request, request.params.region)
    const base = baseOf(request)
    const understanding: Understanding = { capability: gate.capability(), base, now: parts.now() }
    return { how: { gate, access, base, links }, understanding }
  }

  return app
}

/** Who asks a region, and with what stated reason. */
async function accessFor(parts: ApiParts, request: FastifyRequest, region: string) {
  const gate = gateFor(parts, region)
  const known = await parts.identity.accessOf(request.headers.authorization)
  if (known.region !== region) {
    throw new Problem('forbidden', 'Your commission is in another region (PDL 4:2)')
  }
  const reason = headerOf(request, 'x-karna-reason')
  const statedReason = reason ? decodeReason(reason) : undefined
  return { gate, access: { ...known, statedReason, request: request.id } }
}

interface Region {
  Params: { region: string }
}

function gateFor({ gateOf }: ApiParts, region: string): Gate {
  const gate = gateOf(region)
  if (!gate) throw new Problem('not-found', 'There is no such region')
  return gate
}

/** The server's address as the caller wrote it, if it is one. */
function baseOf(request: FastifyRequest<Region>): string {
  const host = request.headers.host ?? ''
  const safe = /^[A-Za-z0-9.\-[\]:]{1,255}$/.test(host) ? host : '127.0.0.1'
  return `http://${safe}/fhir/${request.params.region}`
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function decodeReason(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, 500)
  } catch {
    throw new Problem('invalid', 'The stated reason is not percent-encoded UTF-8')
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  const type = request.headers['content-type'] ?? ''
  const [media = '', ...options] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = options.find((option) => option.startsWith('charset='))
  if (!JSON_TYPES.includes(media) || (charset && !/^charset="?utf-8"?$/.test(charset))) {
    throw new Problem('not-supported', 'The body must be application/fhir+json in UTF-8')
  }
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** Only JSON is answered; who asks for XML alone is told so. */
function refuseOtherFormats(request: FastifyRequest): void {
  const accept = request.headers.accept ?? '*/*'
  if (!/json|\*\/\*|application\/\*/.test(accept) && /xml/.test(accept)) {
    throw new Problem('not-supported', 'Only JSON is answered here: ask for application/fhir+json')
  }
}

function respond(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const { status, body, version, lastUpdated, location } = answer
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  reply.header('x-request-id', request.id)
  if (version) reply.header('etag', `W/"${version}"`)
  if (lastUpdated) reply.header('last-modified', new Date(lastUpdated).toUTCString())
  if (location) reply.header('location', location)
  if (
    request.method === 'GET' &&
    version &&
    request.headers['if-none-match'] === `W/"${version}"`
  ) {
    return reply.code(304).send()
  }
  const minimal =
    request.method !== 'GET' && /return=minimal/.test(headerOf(request, 'prefer') ?? '')
  if (!body || minimal) return reply.code(status).send()
  return reply.code(status).type(FHIR_JSON).send(body)
}

function fail(parts: ApiParts, thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { status, body } = outcomeOf(thrown, request.id)
  if (status === 500) parts.onDefect(request.id, nameOf(thrown), whereOf(thrown))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 503) reply.header('retry-after', '1')
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  return reply.code(status).type(FHIR_JSON).send(body)
}

const nameOf = (thrown: unknown) => (thrown instanceof Error ? thrown.name : typeof thrown)

/** The first place in our own code; never the message, which may hold anything. */
function whereOf(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  return /\/(src\/[\w/.-]+:\d+)/.exec(stack)?.[1] ?? 'outside our own code'
}
