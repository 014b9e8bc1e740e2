import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Identity } from '../identity/identity.ts'
import type { Apps } from '../identity/oauth/apps.ts'
import type { PatientApps } from '../identity/oauth/patient-apps.ts'
import type { ReadMarks } from '../identity/read-marks.ts'
import type { AlertDesk } from '../law/alerts/alert-desk.ts'
import type { Gate } from '../law/gate.ts'
import type { LogNames } from '../law/log-reading/extract.ts'
import type { LogDesk } from '../law/log-reading/log-desk.ts'
import type { ReviewDesk } from '../law/log-review/review-desk.ts'
import type { Witness } from '../law/sealing/witness.ts'
import { ALL_REGIONS } from '../law/shared-gate.ts'
import { alertRoutes } from './alert-routes.ts'
import { performBundle } from './bundle.ts'
import { capabilityStatement } from './capability-statement.ts'
import { citizenRoutes } from './citizen-routes.ts'
import { answerClientError } from './client-error.ts'
import { crossOrigin } from './cross-origin.ts'
import { identityRoutes } from './identity-routes.ts'
import { type Asked, interactionOf, type Understanding } from './interaction.ts'
import { launchRoutes } from './launch-routes.ts'
import { logRoutes } from './log-routes.ts'
import { mediaOf, refuseOtherFormats } from './media.ts'
import { type OauthRouteParts, oauthRoutes } from './oauth-routes.ts'
import { type OutcomeAnswer, outcomeOf } from './outcome.ts'
import { type PeerDesk, peerRoutes } from './peer-routes.ts'
import { perform } from './perform.ts'
import { preferenceIn } from './preference.ts'
import { type RegionDesk, regionRoutes } from './region-routes.ts'
import { FHIR_JSON, knownBy, respond } from './respond.ts'
import { reviewRoutes } from './review-routes.ts'
import { noteRoutes } from './route-policies.ts'
import { createPageLinks } from './search-bundle.ts'
import { openidConfiguration, securityOf, smartConfiguration } from './smart-configuration.ts'
import { witnessRoutes } from './witness-routes.ts'
import { workspaceFiles } from './workspace-files.ts'

/** What the API is made of: gates, never record systems. */
export interface ApiParts {
  readonly gateOf: (region: string) => Gate | undefined
  readonly deskOf: (region: string) => LogDesk | undefined
  readonly reviewDeskOf: (region: string) => ReviewDesk | undefined
  readonly alertDeskOf: (region: string) => AlertDesk | undefined
  /** What units, providers and staff are called. */
  readonly names: LogNames
  /** Where regions are shown and moved; without one there is no page of them. */
  readonly regionDesk?: RegionDesk
  /** What other Kärnas are answered with; without it none are. */
  readonly peerDesk?: PeerDesk
  readonly identity: Identity
  readonly readMarks: ReadMarks
  readonly witnessOf: (region: string) => Witness | undefined
  /** How people log in and apps are let in; without it only demo tokens open anything. */
  readonly smart?: Omit<OauthRouteParts, 'gateOf'> & {
    readonly apps: Apps
    readonly patientApps: PatientApps
  }
  /** Folder of the built workspace; without one only the API is served. */
  readonly workspace: string | undefined
  /** Where the world reaches us, no slash at the end; without it, where the caller does. */
  readonly publicUrl?: string
  /** Page links are signed with this; another secret makes old links invalid. */
  readonly linkSecret: Buffer
  readonly now: () => number
  /** Told of a defect, by the request's id. */
  readonly onDefect: (request: string, thrown: unknown) => void
}

const MOST_BYTES = 64 * 1024 * 1024

/** The FHIR R4 REST API over one gate a region. It sees no record system, only the law in front of each. */
export function createApi(parts: ApiParts): FastifyInstance {
  const app = createServer(parts)
  const links = createPageLinks(parts.linkSecret)
  if (parts.smart) crossOrigin(app, { apps: parts.smart.apps, now: parts.now })

  conformanceRoutes(app, parts)

  // https://hl7.org/fhir/R4/http.html#transaction
  app.post<Region>('/fhir/:region', async (request, reply) => {
    const { how, understanding } = await settle(request)
    if (mediaOf(request.headers['content-type']) !== 'json') {
      throw new Problem('unsupported-media', 'A Bundle must be application/fhir+json in UTF-8')
    }
    return respond(request, reply, await performBundle(how, bodyOf(request), understanding))
  })

  // https://hl7.org/fhir/R4/http.html
  app.route<Region & { Params: { '*': string } }>({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/fhir/:region/*',
    handler: async (request, reply) => {
      const { how, understanding } = await settle(request)
      const asked = askedBy(request, request.params['*'])
      return respond(request, reply, await perform(how, interactionOf(asked, understanding)))
    },
  })

  if (parts.smart) {
    oauthRoutes(app, { ...parts.smart, gateOf: parts.gateOf })
    citizenRoutes(app, { ...parts.smart, identity: parts.identity })
    launchRoutes(app, { ...parts.smart, settle: (request) => accessFor(parts, request) })
  }
  identityRoutes(app, {
    identity: parts.identity,
    logins: parts.smart?.logins,
    readMarks: parts.readMarks,
    settle: (request, region) => accessFor(parts, request, region),
  })
  const settled = {
    ...parts,
    settle: (request: FastifyRequest, region: string) => accessFor(parts, request, region),
  }
  logRoutes(app, settled)
  reviewRoutes(app, settled)
  alertRoutes(app, settled)
  if (parts.regionDesk) {
    regionRoutes(app, { desk: parts.regionDesk, settle: (request) => accessFor(parts, request) })
  }
  witnessRoutes(app, parts)
  if (parts.peerDesk) peerRoutes(app, { desk: parts.peerDesk })
  if (parts.workspace) {
    const { smart } = parts
    const origin = smart && (() => new URL(smart.server.issuer()).origin)
    workspaceFiles(app, { folder: parts.workspace, origin })
  }

  async function settle(request: FastifyRequest<Region>) {
    refuseOtherFormats(request.headers.accept, formatIn(request))
    const { gate, access } = await accessFor(parts, request, request.params.region)
    const base = baseOf(parts, request)
    const { returns, lenient } = preferenceIn(headerOf(request, 'prefer'))
    const capability = gate.capability()
    const understanding: Understanding = { capability, base, now: parts.now(), lenient }
    const outcomeFor = (thrown: unknown) => toldOutcome(parts, thrown, request)
    return {
      how: { gate, access, base, names: parts.names, links, returns, outcomeFor },
      understanding,
    }
  }

  return app
}

/** The server itself: bodies as they came, and every failure answered as FHIR does. */
function createServer(parts: ApiParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MOST_BYTES,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true },
    clientErrorHandler: answerClientError,
    frameworkErrors: (thrown, request, reply) => fail(parts, thrown, request, reply),
  })
  app.addHook('onRequest', refuseTwoHosts)
  app.addHook('onRequest', refuseCompressed)
  noteRoutes(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((thrown, request, reply) => fail(parts, thrown, request, reply))
  app.setNotFoundHandler((request, reply) =>
    fail(parts, new Problem('not-found', 'There is nothing here'), request, reply),
  )
  return app
}

/** Node reads the first of two Host headers, a proxy may read the last. https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
async function refuseTwoHosts({ raw }: FastifyRequest): Promise<void> {
  const names = raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name))
  if (names.length > 1) throw new Problem('invalid', 'The request has two Host headers')
}

/** What is packed is not unpacked here, so it would be read as damaged text. */
async function refuseCompressed({ headers }: FastifyRequest): Promise<void> {
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() === 'identity') return
  throw new Problem('unsupported-media', 'The body must come without a Content-Encoding')
}

/** A request below the region, HEAD as the GET that it is without a body. */
function askedBy(request: FastifyRequest, path: string): Asked {
  const { method, headers } = request
  const body = bodyOf(request)
  return {
    method: method === 'HEAD' ? 'GET' : method,
    path: path.replace(/\/$/, ''),
    query: queryOf(request),
    body,
    media: body.length > 0 ? mediaOf(headers['content-type']) : 'json',
    ifMatch: headers['if-match'],
    ifNoneExist: headerOf(request, 'if-none-exist'),
    known: knownBy(request),
  }
}

/** What a client may know before it has a token. */
function conformanceRoutes(app: FastifyInstance, parts: ApiParts): void {
  // https://hl7.org/fhir/R4/http.html#capabilities
  app.get<Region>('/fhir/:region/metadata', { exposeHeadRoute: true }, async (request, reply) => {
    refuseOtherFormats(request.headers.accept, formatIn(request))
    const gate = gateFor(parts, request.params.region)
    const base = baseOf(parts, request)
    const date = new Date(parts.now()).toISOString()
    const security = parts.smart && securityOf(parts.smart.server.issuer())
    return reply.type(FHIR_JSON).send(capabilityStatement(gate.capability(), base, date, security))
  })

  const { smart } = parts
  if (!smart) return
  // https://hl7.org/fhir/smart-app-launch/conformance.html
  for (const [name, tell] of [
    ['smart-configuration', smartConfiguration],
    ['openid-configuration', openidConfiguration],
  ] as const) {
    app.get<Region>(`/fhir/:region/.well-known/${name}`, async (request, reply) => {
      gateFor(parts, request.params.region)
      return reply.send(tell(smart.server.issuer()))
    })
  }
}

/** Who asks a region (their own unless told), and with what stated reason. */
async function accessFor(parts: ApiParts, request: FastifyRequest, wanted?: string) {
  const asked = wanted === undefined ? undefined : gateFor(parts, wanted)
  const known = await parts.identity.accessOf(request.headers.authorization)
  const { region } = asked ?? known
  const gate = asked ?? gateFor(parts, region)
  const isAcross = region === ALL_REGIONS && known.kind === 'staff'
  if (known.region !== region && !isAcross) {
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

/** The server's address: as it is known to the world, else as the caller wrote it, if it is one. */
function baseOf({ publicUrl }: ApiParts, request: FastifyRequest<Region>): string {
  const host = request.headers.host ?? ''
  const safe = /^[A-Za-z0-9.\-[\]:]{1,255}$/.test(host) ? host : '127.0.0.1'
  return `${publicUrl ?? `http://${safe}`}/fhir/${request.params.region}`
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

const bodyOf = ({ body }: FastifyRequest): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0)

/** What stands after the question mark, as it was written. */
const queryOf = ({ url }: FastifyRequest): string => url.split(/\?(.*)/s)[1] ?? ''

const formatIn = (request: FastifyRequest) =>
  new URLSearchParams(queryOf(request)).get('_format') ?? undefined

/** The outcome of whatever was thrown; a defect is told of too. */
function toldOutcome(parts: ApiParts, thrown: unknown, request: FastifyRequest): OutcomeAnswer {
  const answer = outcomeOf(thrown, request.id)
  if (answer.status === 500) parts.onDefect(request.id, thrown)
  return answer
}

function fail(parts: ApiParts, thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { status, body, retryAfter } = toldOutcome(parts, thrown, request)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  return reply.code(status).type(FHIR_JSON).send(body)
}
