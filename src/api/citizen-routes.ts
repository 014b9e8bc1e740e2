import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Identity } from '../identity/identity.ts'
import type { Logins } from '../identity/login/logins.ts'
import type { Citizen, PatientApps } from '../identity/oauth/patient-apps.ts'
import { jsonBody } from './json-body.ts'
import { wishesOf } from './scope-wishes.ts'

/** What the patient's page of apps is made of. */
export interface CitizenRouteParts {
  readonly patientApps: PatientApps
  readonly logins: Pick<Logins, 'end' | 'touch'>
  readonly identity: Pick<Identity, 'directory' | 'forgetTokens'>
}

/**
 * Which apps a patient has let in to their record, and how it is taken back. For the patient alone, logged in by the page
 * `/my/apps`; nothing of the record is told here.
 *
 * - `GET  /identity/my/apps` `{"name", "personalNumber", "apps": [{"client", "name", "region", "regionName", "since", "latest", "wishes", "until"}]}`
 * - `POST /identity/my/apps/withdraw` `{"client", "region"}`: it opens nothing from the next request on
 * - `POST /identity/my/logout`
 */
export function citizenRoutes(app: FastifyInstance, parts: CitizenRouteParts): void {
  const { patientApps, logins, identity } = parts

  async function citizenFor({ headers }: FastifyRequest): Promise<Citizen> {
    const citizen = await patientApps.citizenOf(headers.authorization)
    if (!citizen) throw new Problem('login', 'Log in as the patient')
    return citizen
  }
  const appsOf = async ({ name, personalNumber }: Citizen) => ({
    name,
    personalNumber,
    apps: (await patientApps.of(personalNumber)).map(({ scopes, ...each }) => ({
      ...each,
      regionName: identity.directory.regions.find(({ id }) => id === each.region)?.name,
      wishes: wishesOf(scopes),
    })),
  })

  app.get('/identity/my/apps', async (request, reply) => {
    const citizen = await citizenFor(request)
    await logins.touch(citizen.login)
    return answer(reply, await appsOf(citizen))
  })

  app.post('/identity/my/apps/withdraw', async (request, reply) => {
    const citizen = await citizenFor(request)
    const { client, region } = jsonBody(request)
    if (typeof client !== 'string' || typeof region !== 'string') {
      throw new Problem('invalid', 'Send {"client": …, "region": …}')
    }
    const isDone = await patientApps.withdraw(citizen.personalNumber, { client, region })
    identity.forgetTokens()
    if (!isDone) throw new Problem('not-found', 'You have let in no such app')
    return answer(reply, await appsOf(citizen))
  })

  app.post('/identity/my/logout', async (request, reply) => {
    const { login } = await citizenFor(request)
    await logins.end(login)
    return reply.code(204).header('cache-control', 'no-store').send()
  })
}

const answer = (reply: FastifyReply, body: object) =>
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').send(body)
