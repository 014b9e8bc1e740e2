import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Access } from '../law/access.ts'
import type { LogDesk, Period } from '../law/log-reading/log-desk.ts'
import { jsonBody } from './json-body.ts'
import { logExtractPdf } from './log-extract-pdf.ts'

/** What the log's routes are made of. */
export interface LogRouteParts {
  readonly deskOf: (region: string) => LogDesk | undefined
  readonly settle: (request: FastifyRequest, region: string) => Promise<{ readonly access: Access }>
}

interface PatientPath {
  Params: { region: string; patient: string }
  Querystring: { from?: string; to?: string }
}

/** The patient's log, as a page shows it and as a paper to hand out. Times are ISO in UTC; words are Swedish. */
export function logRoutes(app: FastifyInstance, parts: LogRouteParts): void {
  const extractFor = async (request: FastifyRequest<PatientPath>) => {
    const { region, patient } = request.params
    const { access } = await parts.settle(request, region)
    return deskFor(parts, region).extract(access, patientIn(patient), periodIn(request.query))
  }

  app.post<{ Params: { region: string } }>('/log/:region/patients', async (request, reply) => {
    const { region } = request.params
    const { access } = await parts.settle(request, region)
    const { numbers = [], ids = [] } = jsonBody(request)
    const whom = { numbers: wordsIn(numbers, /^\d{12}$/), ids: wordsIn(ids, PATIENT_ID) }
    return answer(reply, { patients: await deskFor(parts, region).people(access, whom) })
  })

  app.get<PatientPath>('/log/:region/patients/:patient', async (request, reply) => {
    const extract = await extractFor(request)
    const iso = (time: number | undefined) =>
      time === undefined ? undefined : new Date(time).toISOString()
    return answer(reply, {
      ...extract,
      made: iso(extract.made),
      from: iso(extract.from),
      to: iso(extract.to),
      rows: extract.rows.map((row) => ({ ...row, from: iso(row.from), to: iso(row.to) })),
    })
  })

  app.get<PatientPath>('/log/:region/patients/:patient/extract.pdf', async (request, reply) => {
    const extract = await extractFor(request)
    return reply
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('content-disposition', 'attachment; filename="loggutdrag.pdf"')
      .type('application/pdf')
      .send(await logExtractPdf(extract))
  })
}

export function deskFor({ deskOf }: Pick<LogRouteParts, 'deskOf'>, region: string): LogDesk {
  const desk = deskOf(region)
  if (!desk) throw new Problem('not-found', 'There is no such region')
  return desk
}

const answer = (reply: FastifyReply, body: object) =>
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').send(body)

const PATIENT_ID = /^[A-Za-z0-9\-.]{1,64}$/
const MOST_PEOPLE = 500

function wordsIn(value: unknown, form: RegExp): string[] {
  const isList = Array.isArray(value) && value.length <= MOST_PEOPLE
  if (isList && value.every((each) => typeof each === 'string' && form.test(each))) return value
  throw new Problem('invalid', 'Send {"numbers": twelve digits each, "ids": ids of Patient}')
}

function patientIn(id: string): string {
  if (!PATIENT_ID.test(id)) throw new Problem('invalid', 'That is no resource id')
  return id
}

/** `from` and `to` as ISO times or dates (a date is that day's beginning in UTC). */
function periodIn({ from, to }: { from?: string; to?: string }): Period {
  return { from: timeIn(from), to: timeIn(to) }
}

export function timeIn(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(time)) throw new Problem('invalid', 'Send ISO times: 2026-11-24T08:00:00Z')
  return time
}
