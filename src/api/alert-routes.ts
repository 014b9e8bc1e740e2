import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Access } from '../law/access.ts'
import type { Alert, AlertDesk } from '../law/alerts/alert-desk.ts'
import type { LogNames } from '../law/log-reading/extract.ts'

/** What the routes of alerts are made of. */
export interface AlertRouteParts {
  readonly alertDeskOf: (region: string) => AlertDesk | undefined
  readonly names: LogNames
  readonly settle: (request: FastifyRequest, region: string) => Promise<{ readonly access: Access }>
}

interface AlertPath {
  Params: { region: string; alert: string }
}

/**
 * What a care provider's log reviewers are told at once (PDL 4:3). Times are ISO in UTC; kinds are words of `law/alerts/`,
 * which a page puts into Swedish.
 *
 * - `GET  /log/{region}/alerts?after=17` newest first; with `after` only those that came after that one
 * - `POST /log/{region}/alerts/{id}/seen` a reviewer has taken care of it
 */
export function alertRoutes(app: FastifyInstance, parts: AlertRouteParts): void {
  const deskOf = (region: string): AlertDesk => {
    const desk = parts.alertDeskOf(region)
    if (!desk) throw new Problem('not-found', 'There is no such region')
    return desk
  }
  const named = (alert: Alert) => ({
    ...alert,
    unitName: parts.names.unit(alert.unit),
    title: parts.names.title(alert.person),
  })

  app.get<{ Params: { region: string }; Querystring: { after?: string } }>(
    '/log/:region/alerts',
    async (request, reply) => {
      const { region } = request.params
      const { access } = await parts.settle(request, region)
      const { after } = request.query
      if (after !== undefined) requireNumber(after)
      const alerts = await deskOf(region).alerts(access, after)
      return answer(reply, { alerts: alerts.map(named) })
    },
  )

  app.post<AlertPath>('/log/:region/alerts/:alert/seen', async (request, reply) => {
    const { region, alert } = request.params
    const { access } = await parts.settle(request, region)
    requireNumber(alert)
    return answer(reply, named(await deskOf(region).see(access, alert)))
  })
}

function requireNumber(text: unknown): void {
  if (typeof text === 'string' && /^\d{1,18}$/.test(text)) return
  throw new Problem('invalid', 'An alert is named by a number')
}

const answer = (reply: FastifyReply, body: object) =>
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').send(body)
