import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Launches } from '../identity/launch.ts'
import type { Apps } from '../identity/oauth/apps.ts'
import type { AuthorizationServer } from '../identity/oauth/authorization-server.ts'
import { regionAddress } from '../identity/oauth/server-parts.ts'
import type { Access } from '../law/access.ts'
import type { Gate } from '../law/gate.ts'
import { jsonBody } from './json-body.ts'

/** What the workspace launches apps with. */
export interface LaunchRouteParts {
  readonly apps: Apps
  readonly launches: Launches
  readonly server: AuthorizationServer
  /** Settles who asks, in the region of their commission. */
  readonly settle: (request: FastifyRequest) => Promise<{ gate: Gate; access: Access }>
}

/** Mounts `/identity/apps` and `/identity/launch`. https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch */
export function launchRoutes(app: FastifyInstance, parts: LaunchRouteParts): void {
  const { apps, launches, server } = parts

  app.get('/identity/apps', async (request, reply) => {
    await parts.settle(request)
    const known = await apps.launchable()
    const told = known.filter(({ users }) => users !== 'patient')
    return reply
      .header('cache-control', 'no-store')
      .send({ apps: told.map(({ clientId, name }) => ({ app: clientId, name })) })
  })

  app.post('/identity/launch', async (request, reply) => {
    const { gate, access } = await parts.settle(request)
    if (access.kind !== 'staff' || access.app) {
      throw new Problem('forbidden', 'Apps are launched by staff from the workspace')
    }
    const { app: clientId, patient, encounter } = jsonBody(request)
    const launched = typeof clientId === 'string' ? await apps.find(clientId) : undefined
    if (!launched?.launchUri) throw new Problem('not-found', 'There is no such app to launch')
    const context = { patient: idIn(patient), encounter: idIn(encounter) }
    await mustSee(gate, access, context)
    const code = await launches.begin(access, launched.clientId, context)
    const url = new URL(launched.launchUri)
    url.searchParams.set('iss', regionAddress(server.issuer(), access.region))
    url.searchParams.set('launch', code)
    return reply.header('cache-control', 'no-store').send({ url: url.href })
  })
}

function idIn(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value)) return value
  throw new Problem('invalid', 'Send {"app": …, "patient": …, "encounter": …}')
}

/** An app is handed only what its user may open: a contact that is hidden, or another patient's, is not there. */
async function mustSee(
  gate: Gate,
  access: Access,
  { patient, encounter }: { patient: string | undefined; encounter: string | undefined },
): Promise<void> {
  if (patient !== undefined) await gate.read(access, { type: 'Patient', id: patient })
  if (encounter === undefined) return
  const { origin } = await gate.read(access, { type: 'Encounter', id: encounter })
  if (patient === undefined || origin.patient !== patient) {
    throw new Problem('invalid', 'The contact is not the patient’s')
  }
}
