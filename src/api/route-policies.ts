import type { FastifyInstance } from 'fastify'

/** Who decides what a route answers, and what is written of it in the access log. */
export interface RoutePolicy {
  /**
   * `gate`: the law, request by request. `log-desk`: the law's rules for reading the log. `session`: only the caller's own.
   * `role`: the caller's role in their commission. `protocol`: OAuth's own checks. `signature`: who can show a signed checkpoint. `open`: everybody; it holds no patient's data.
   */
  readonly policy: 'gate' | 'log-desk' | 'session' | 'role' | 'protocol' | 'signature' | 'open'
  /** `entry`: one a request and patient, durable before the answer. `none`: nothing of a patient is disclosed. */
  readonly log: 'entry' | 'none'
}

const OPEN: RoutePolicy = { policy: 'open', log: 'none' }
const SESSION: RoutePolicy = { policy: 'session', log: 'none' }
const GATE: RoutePolicy = { policy: 'gate', log: 'entry' }
const DESK: RoutePolicy = { policy: 'log-desk', log: 'entry' }
const ROLE: RoutePolicy = { policy: 'role', log: 'none' }
const PROTOCOL: RoutePolicy = { policy: 'protocol', log: 'none' }
const SIGNATURE: RoutePolicy = { policy: 'signature', log: 'none' }

/** Every address the server answers. A new one that isn't here fails a test: say who decides, and what is logged. */
export const ROUTE_POLICIES: Readonly<Record<string, RoutePolicy>> = {
  '/fhir/:region': GATE,
  '/fhir/:region/*': GATE,
  '/fhir/:region/metadata': OPEN,
  '/fhir/:region/.well-known/smart-configuration': OPEN,
  '/fhir/:region/.well-known/openid-configuration': OPEN,
  '/identity/hidden/:region/:patient': GATE,
  '/identity/read-marks/:region/:patient': SESSION,
  '/identity/launch': GATE,
  '/identity/apps': SESSION,
  '/identity/login': PROTOCOL,
  '/identity/session': SESSION,
  '/identity/logout': SESSION,
  '/identity/demo': OPEN,
  '/identity/my/apps': SESSION,
  '/identity/my/apps/withdraw': SESSION,
  '/identity/my/logout': SESSION,
  '/oauth/interaction/:id': PROTOCOL,
  '/oauth/callback': PROTOCOL,
  '/oauth/*': PROTOCOL,
  '/fhir/*': PROTOCOL,
  '*': PROTOCOL,
  '/log/:region/patients': DESK,
  '/log/:region/patients/:patient': DESK,
  '/log/:region/patients/:patient/extract.pdf': DESK,
  '/log/:region/reviews': DESK,
  '/log/:region/reviews/:review': DESK,
  '/log/:region/reviews/:review/items/:item': DESK,
  '/log/:region/reviews/:review/items/:item/outcome': DESK,
  '/log/:region/alerts': DESK,
  '/log/:region/alerts/:alert/seen': DESK,
  '/regions': ROLE,
  '/regions/:region': ROLE,
  '/regions/:region/compare': ROLE,
  '/regions/:region/conformance': ROLE,
  '/regions/:region/state': ROLE,
  '/peer/:region/:question': GATE,
  '/witness/:region/add-checkpoint': SIGNATURE,
  '/witness/:region/checkpoint': OPEN,
  // On the port of the service contracts (SOAP): what other systems read of a region, and what the engagement index tells.
  'soap:Get*': GATE,
  'soap:Check*': GATE,
  'soap:ProcessNotification': PROTOCOL,
  '/assets/*': OPEN,
  '/': OPEN,
  '/login': OPEN,
  '/patients': OPEN,
  '/patient/*': OPEN,
  '/all/patient/*': OPEN,
  '/my/*': OPEN,
  '/review': OPEN,
  '/review/*': OPEN,
  '/federation': OPEN,
  '/federation/*': OPEN,
}

const listed = new WeakMap<FastifyInstance, Set<string>>()

/** Notes every route of the app as it is added. */
export function noteRoutes(app: FastifyInstance): void {
  const urls = new Set<string>()
  listed.set(app, urls)
  app.addHook('onRoute', ({ url }) => {
    urls.add(url)
  })
}

/** The addresses of the app's routes that say neither who decides nor what is logged. */
export function undeclaredRoutes(app: FastifyInstance): readonly string[] {
  return [...(listed.get(app) ?? ['no route was noted'])].filter((url) => !(url in ROUTE_POLICIES))
}
