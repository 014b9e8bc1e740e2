import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import { type Directory, shownName } from '../identity/directory.ts'
import type { Identity } from '../identity/identity.ts'
import { ABSOLUTE_HOURS, type Login, type Logins } from '../identity/login/logins.ts'
import type { ReadMarks } from '../identity/read-marks.ts'
import type { Access } from '../law/access.ts'
import type { Gate } from '../law/gate.ts'
import { jsonBody } from './json-body.ts'

/** What the workspace needs beside FHIR: to log in, to know what is new, to know that something is blocked. */
export interface IdentityRouteParts {
  readonly identity: Identity
  readonly logins: Pick<Logins, 'find'> | undefined
  readonly readMarks: ReadMarks
  /** Settles who asks, with their stated reason. */
  readonly settle: (
    request: FastifyRequest,
    region: string,
  ) => Promise<{ gate: Gate; access: Access }>
}

interface PatientPath {
  Params: { region: string; patient: string }
}

const PATIENT_ID = /^[A-Za-z0-9\-.]{1,64}$/

/** Mounts `/identity/*`. Every answer is JSON and is never kept by a cache. */
export function identityRoutes(app: FastifyInstance, parts: IdentityRouteParts): void {
  const { identity } = parts
  const { directory } = identity

  app.get('/identity/demo', async (_request, reply) => {
    if (!identity.demo) throw new Problem('not-found', 'There is nothing here')
    return reply.header('cache-control', 'no-store').send({ demo: true, staff: staffIn(directory) })
  })

  app.post('/identity/login', async (request, reply) => {
    const { login, commission } = jsonBody(request)
    if (typeof login !== 'string' || (commission !== undefined && typeof commission !== 'string')) {
      throw new Problem('invalid', 'Send {"login": …, "commission": …}')
    }
    const { token, expires, access } = await identity.issueToken(login, commission)
    return reply
      .header('cache-control', 'no-store')
      .send({ token, ...sessionOf(identity, access, expires) })
  })

  app.get('/identity/session', async (request, reply) => {
    const access = await identity.accessOf(request.headers.authorization)
    const login = await parts.logins?.find(access.session).catch(() => undefined)
    return reply
      .header('cache-control', 'no-store')
      .send(sessionOf(identity, access, login && endOf(login)))
  })

  app.post('/identity/logout', async (request, reply) => {
    await identity.end(request.headers.authorization)
    return reply.code(204).header('cache-control', 'no-store').send()
  })

  patientRoutes(app, parts)
}

function patientRoutes(app: FastifyInstance, { settle, readMarks }: IdentityRouteParts): void {
  app.get<PatientPath>('/identity/read-marks/:region/:patient', async (request, reply) => {
    const { access } = await settle(request, request.params.region)
    const readAt = await readMarks.readAt(access, patientIn(request))
    return reply.header('cache-control', 'no-store').send({ readAt: readAt?.toISOString() ?? null })
  })

  app.put<PatientPath>('/identity/read-marks/:region/:patient', async (request, reply) => {
    const { access } = await settle(request, request.params.region)
    const { readAt } = jsonBody(request)
    const time = new Date(typeof readAt === 'string' ? readAt : Number.NaN)
    if (Number.isNaN(time.getTime())) throw new Problem('invalid', 'Send {"readAt": an ISO time}')
    await readMarks.mark(access, patientIn(request), time)
    return reply.header('cache-control', 'no-store').send({ readAt: time.toISOString() })
  })

  app.get<PatientPath>('/identity/hidden/:region/:patient', async (request, reply) => {
    const { access, gate } = await settle(request, request.params.region)
    const { blocked, otherUnits, unopenedProviders } = await gate.operate(access, {
      kind: 'blocked',
      patient: patientIn(request),
    })
    return reply
      .header('cache-control', 'no-store')
      .send({ blocked, otherUnits, unopenedProviders })
  })
}

function patientIn(request: FastifyRequest<PatientPath>): string {
  const { patient } = request.params
  if (!PATIENT_ID.test(patient)) throw new Problem('invalid', 'That is no resource id')
  return patient
}

/** When a login is over whatever is done. */
const endOf = ({ since }: Login) => new Date(since.getTime() + ABSOLUTE_HOURS * 3_600_000)

/** Who is here, in which commission, in which others they could be, and until when; as a page shows it. */
function sessionOf({ directory, demo }: Identity, access: Access, expires: Date | undefined) {
  const member = directory.staff.find((each) => each.hsaId === access.user)
  const commissions = member ? commissionsOf(directory, member) : []
  return {
    expires: expires?.toISOString(),
    region: access.region,
    regionName: regionName(directory, access.region),
    ...(demo && member && { demoLogin: member.login }),
    user: {
      hsaId: access.user,
      name: access.userName,
      title: member?.title ?? '',
      ...(access.kind === 'staff' && { role: access.role }),
    },
    commission:
      commissions.find(({ hsaId }) => hsaId === access.commission) ??
      unlistedCommission(directory, access),
    commissions,
    processes: processesOf(directory, access.provider),
  }
}

/** The care processes of a care provider, by name: what commissions there are limited to. */
function processesOf({ staff, units }: Directory, provider: string): readonly string[] {
  const own = new Set(units.filter((unit) => unit.provider === provider).map(({ hsaId }) => hsaId))
  const found = staff
    .flatMap(({ commissions }) => commissions)
    .flatMap(({ unit, process }) => (process !== undefined && own.has(unit) ? process : []))
  return [...new Set(found)].sort((a, b) => a.localeCompare(b, 'sv'))
}

/** Of one whom the directory doesn't have: what the identity provider said of it. */
function unlistedCommission(directory: Directory, { commission, unit, purpose, region }: Access) {
  const found = directory.units.find(({ hsaId }) => hsaId === unit)
  return {
    hsaId: commission,
    name: found?.name ?? '',
    unit,
    purpose,
    unitName: found?.name ?? unit,
    site: found?.site ?? '',
    region,
    regionName: regionName(directory, region),
  }
}

const staffIn = (directory: Directory) =>
  directory.staff.map((member) => ({
    login: member.login,
    name: shownName(member),
    title: member.title,
    commissions: commissionsOf(directory, member),
  }))

const regionName = ({ regions }: Directory, region: string) =>
  regions.find(({ id }) => id === region)?.name ?? region

/** A member's commissions, with the words a person chooses by. */
function commissionsOf(directory: Directory, member: Directory['staff'][number]) {
  return member.commissions.flatMap((commission) => {
    const unit = directory.units.find(({ hsaId }) => hsaId === commission.unit)
    const provider = directory.providers.find(({ hsaId }) => hsaId === unit?.provider)
    if (!unit || !provider) return []
    return {
      ...commission,
      unitName: unit.name,
      site: unit.site,
      kind: unit.kind,
      provider: provider.hsaId,
      providerName: provider.name,
      region: unit.region,
      regionName: regionName(directory, unit.region),
    }
  })
}
