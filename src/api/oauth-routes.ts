import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Launches } from '../identity/launch.ts'
import { staffAccessOf } from '../identity/login/login-access.ts'
import type { Login, Logins } from '../identity/login/logins.ts'
import type { SignIn } from '../identity/login/sign-in.ts'
import type { AuthorizationServer, Pending } from '../identity/oauth/authorization-server.ts'
import { isFor } from '../identity/oauth/server-parts.ts'
import type { Gate } from '../law/gate.ts'
import { consentPage, PAGE_POLICY, pickerPage, refusalPage, whoPage } from './oauth-pages.ts'
import { maySee, patientsForPicker } from './patient-picker.ts'
import { wishesOf } from './scope-wishes.ts'

/** What logging in and letting an app in needs. */
export interface OauthRouteParts {
  readonly server: AuthorizationServer
  readonly signIn: SignIn
  readonly logins: Logins
  readonly launches: Launches
  readonly gateOf: (region: string) => Gate | undefined
  /** Patient.id of a person in a region, if there is a record. */
  readonly findPatient: (region: string, personalNumber: string) => Promise<string | undefined>
}

interface InteractionPath {
  Params: { id: string }
  Querystring: { as?: string }
}

const BROWSER = 'karna_browser'

/** Mounts `/oauth/*`: the authorization server itself, and the pages where people log in and let apps in. */
export function oauthRoutes(app: FastifyInstance, parts: OauthRouteParts): void {
  app.get<InteractionPath>('/oauth/interaction/:id', async (request, reply) => {
    const pending = await parts.server.pending(request.raw, reply.raw)
    return pending.wants === 'login'
      ? logIn(parts, pending, request, reply)
      : letIn(parts, pending, request, reply)
  })

  app.post<InteractionPath>('/oauth/interaction/:id', async (request, reply) => {
    const pending = await parts.server.pending(request.raw, reply.raw)
    return letIn(parts, pending, request, reply)
  })

  app.get('/oauth/callback', async (request, reply) => {
    const parameters = new URL(request.url, 'http://here').searchParams
    const found = await parts.signIn.finish(parameters, browserOf(request) ?? '')
    if ('refused' in found) return show(reply, 400, refusalPage(found.refused))
    return reply.redirect(`/oauth/interaction/${found.interaction}`, 303)
  })

  // The library reads requests itself, so here no body is read before it.
  void app.register((raw, _options, done) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (_request, _body, taken) => taken(null))
    raw.all('/oauth/*', async (request, reply) => {
      reply.hijack()
      await parts.server.handle(request.raw, reply.raw)
    })
    done()
  })
}

async function logIn(
  parts: OauthRouteParts,
  pending: Pending,
  request: FastifyRequest<InteractionPath>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const browser = browserOf(request) ?? randomBytes(32).toString('base64url')
  const { users, name } = pending.app
  const id = await parts.signIn.loginFor(pending.id, browser)
  const login = id === undefined ? undefined : await parts.logins.find(id)
  if (login) {
    if (!isFor(login, users, pending.region))
      return show(reply, 403, refusalPage(NOT_FOR_YOU[login.kind]))
    return reply.redirect(await parts.server.loggedIn(request.raw, reply.raw, login.id), 303)
  }
  const chosen = users === 'any' ? request.query.as : users
  if (chosen !== 'staff' && chosen !== 'patient') return show(reply, 200, whoPage(name))
  if (!parts.signIn.has(chosen)) return show(reply, 503, refusalPage(NOT_CONNECTED[chosen]))
  const address = await parts.signIn.begin(chosen, {
    interaction: pending.id,
    browser,
    was: pending.login,
    hint: pending.hint,
  })
  if (address === undefined) {
    return show(
      reply,
      503,
      refusalPage('Inloggningstjänsten svarar inte. Försök igen om en stund.'),
    )
  }
  const secure = parts.server.issuer().startsWith('https:')
  const cookie = `${BROWSER}=${browser}; Path=/oauth; HttpOnly; SameSite=Lax`
  return reply
    .header('set-cookie', secure ? `__Secure-${cookie}; Secure` : cookie)
    .redirect(address, 303)
}

const NOT_CONNECTED: Readonly<Record<Login['kind'], string>> = {
  staff: 'Ingen inloggningstjänst för personal är ansluten (inställningen KARNA_STAFF_LOGIN).',
  patient: 'Ingen inloggningstjänst för invånare är ansluten (inställningen KARNA_PATIENT_LOGIN).',
}

const NOT_FOR_YOU: Readonly<Record<Login['kind'], string>> = {
  staff:
    'Uppdraget gäller en annan region, eller appen är inte för personal. Välj ett uppdrag i regionen.',
  patient: 'Appen är bara för personal.',
}

/** Settles what the app is let in to: from the launch, from the person, or nothing. */
async function letIn(
  parts: OauthRouteParts,
  pending: Pending,
  request: FastifyRequest<InteractionPath>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const login = pending.login === undefined ? undefined : await parts.logins.find(pending.login)
  if (!login) return show(reply, 403, refusalPage('Sessionen är avslutad. Börja om i appen.'))
  if (login.kind === 'patient')
    return letInByPatient(parts, pending, login.subject.personalNumber, request, reply)
  if (pending.launch !== undefined) return letInByLaunch(parts, pending, login, request, reply)
  if (!wantsPatient(pending)) return goOn(parts, NOTHING, request, reply)
  const access = staffAccessOf(login)
  const gate = parts.gateOf(pending.region)
  if (!access || !gate) return show(reply, 403, refusalPage('Regionen finns inte.'))
  const { patient, find } = formOf(request)
  if (patient === undefined) {
    const rows = await patientsForPicker(gate, access, find)
    return show(reply, 200, pickerPage(pending.app.name, rows, find))
  }
  if (!(await maySee(gate, access, patient))) {
    return show(
      reply,
      403,
      refusalPage('Du har ingen vårdrelation till patienten. Öppna journalen i arbetsytan först.'),
    )
  }
  return goOn(parts, { patient, encounter: undefined }, request, reply)
}

async function letInByLaunch(
  parts: OauthRouteParts,
  { app, launch = '' }: Pending,
  login: Login,
  request: FastifyRequest<InteractionPath>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const access = staffAccessOf(login)
  const context = access && (await parts.launches.take(launch, { ...access, client: app.clientId }))
  if (context) return goOn(parts, context, request, reply)
  const why = 'the launch is unknown, used, too old, or not yours'
  return reply.redirect(await parts.server.refuse(request.raw, reply.raw, why), 303)
}

async function letInByPatient(
  parts: OauthRouteParts,
  { app, region, scopes }: Pending,
  personalNumber: string,
  request: FastifyRequest<InteractionPath>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { answer } = formOf(request)
  if (answer === undefined) return show(reply, 200, consentPage(app.name, wishesOf(scopes)))
  const patient = answer === 'yes' ? await parts.findPatient(region, personalNumber) : undefined
  if (answer === 'yes' && patient === undefined) {
    return show(reply, 403, refusalPage('Det finns ingen journal för dig i den här regionen.'))
  }
  if (patient !== undefined) return goOn(parts, { patient, encounter: undefined }, request, reply)
  return reply.redirect(
    await parts.server.refuse(request.raw, reply.raw, 'the patient said no'),
    303,
  )
}

const NOTHING = { patient: undefined, encounter: undefined }

async function goOn(
  { server }: OauthRouteParts,
  what: { patient: string | undefined; encounter: string | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return reply.redirect(await server.settle(request.raw, reply.raw, what), 303)
}

/** `launch/patient`, and every scope that reaches only a patient in context, needs one. */
const wantsPatient = ({ scopes }: Pending) =>
  scopes.some((scope) => scope === 'launch/patient' || scope.startsWith('patient/'))

/** What our own page sent. Another site's form says so in `Origin`, and is not listened to. */
function formOf(request: FastifyRequest): Partial<Record<'patient' | 'find' | 'answer', string>> {
  const { origin, host } = request.headers
  const own = origin === undefined || URL.parse(origin)?.host === host
  if (request.method !== 'POST' || !Buffer.isBuffer(request.body) || !own) return {}
  return Object.fromEntries(new URLSearchParams(request.body.toString('utf8')))
}

function browserOf(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )(?:__Secure-)?${BROWSER}=([\\w-]{43})(?:;|$)`).exec(
    request.headers.cookie ?? '',
  )?.[1]
}

function show(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .send(page)
}
