import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Access } from '../law/access.ts'
import { jsonBody } from './json-body.ts'

/** A region as its page shows it. Never patient data. */
export interface ShownRegion {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly state: string
  readonly agreement: object
  readonly certificate: object | undefined
  /** How it has answered lately: p95 in ms, last answer as ISO time, since when it's silent. */
  readonly health: object
  /** What was measured of it: the last day by half hours, and how much of the month it was there. */
  readonly measured: object | undefined
  /** Kinds of information: how many of all that it answers. */
  readonly information: { readonly answered: number; readonly of: number }
}

/** What can be asked and done about regions; put together where every room is seen. */
export interface RegionDesk {
  list(): Promise<readonly ShownRegion[]>
  events(id: string): Promise<readonly object[]>
  map(id: string): readonly object[]
  conform(id: string): Promise<object>
  compare(id: string): Promise<object>
  move(id: string, to: 'shadow' | 'live' | 'paused'): Promise<object>
}

/** What the routes need. */
export interface RegionRouteParts {
  readonly desk: RegionDesk
  readonly settle: (request: FastifyRequest) => Promise<{ access: Access }>
}

interface RegionPath {
  Params: { region: string }
}

const STATES = ['shadow', 'live', 'paused'] as const

/** Mounts `/regions`: read by staff, changed by administrators. What is done is in the region's events. */
export function regionRoutes(app: FastifyInstance, { desk, settle }: RegionRouteParts): void {
  app.get('/regions', async (request, reply) => {
    requireStaff((await settle(request)).access)
    return reply.header('cache-control', 'no-store').send({ regions: await desk.list() })
  })

  app.get<RegionPath>('/regions/:region', async (request, reply) => {
    requireStaff((await settle(request)).access)
    const { region } = request.params
    const [events, information] = [await desk.events(region), desk.map(region)]
    return reply.header('cache-control', 'no-store').send({ events, information })
  })

  app.post<RegionPath>('/regions/:region/conformance', async (request, reply) => {
    requireAdministrator((await settle(request)).access)
    return reply.header('cache-control', 'no-store').send(await desk.conform(request.params.region))
  })

  app.post<RegionPath>('/regions/:region/compare', async (request, reply) => {
    requireAdministrator((await settle(request)).access)
    return reply.header('cache-control', 'no-store').send(await desk.compare(request.params.region))
  })

  app.post<RegionPath>('/regions/:region/state', async (request, reply) => {
    requireAdministrator((await settle(request)).access)
    const { state } = jsonBody(request)
    const to = STATES.find((each) => each === state)
    if (!to) throw new Problem('invalid', `Send {"state": …}: ${STATES.join(', ')}`)
    return reply
      .header('cache-control', 'no-store')
      .send(await desk.move(request.params.region, to))
  })
}

function requireStaff({ kind }: Access): void {
  if (kind !== 'staff') throw new Problem('forbidden', 'The regions are shown to staff')
}

function requireAdministrator(access: Access): void {
  if (access.kind === 'staff' && access.role === 'administrator') return
  throw new Problem('forbidden', 'Regions are moved by administrators (PDL 4:2)')
}
