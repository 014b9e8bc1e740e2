import type { FastifyInstance } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Witness } from '../law/sealing/witness.ts'

/** A request is a checkpoint and a proof: some kilobytes. */
const MOST_BYTES = 65_536

/**
 * Witnesses of other regions' access logs. Needs no login: what comes is signed by the log, holds no personal data,
 * and changes nothing but what the witness remembers of that log.
 *
 * https://github.com/C2SP/C2SP/blob/main/tlog-witness.md
 */
export function witnessRoutes(
  app: FastifyInstance,
  { witnessOf }: { readonly witnessOf: (region: string) => Witness | undefined },
): void {
  app.post<Region>(
    '/witness/:region/add-checkpoint',
    { bodyLimit: MOST_BYTES },
    async (request, reply) => {
      const witness = witnessFor(request.params.region)
      const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
      const { status, text } = await witness.addCheckpoint(body)
      const type = status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8'
      return reply.code(status).type(type).send(text)
    },
  )

  // Not in the standard: what a verifier asks when the log's own database may have been put back.
  app.get<Region & { Querystring: { origin?: string } }>(
    '/witness/:region/checkpoint',
    async (request, reply) => {
      const note = witnessFor(request.params.region).latest(request.query.origin ?? '')
      if (note === undefined) throw new Problem('not-found', 'No such log has been seen here')
      return reply.type('text/plain; charset=utf-8').send(note)
    },
  )

  function witnessFor(region: string): Witness {
    const witness = witnessOf(region)
    if (!witness) throw new Problem('not-found', 'There is no such region')
    return witness
  }
}

interface Region {
  Params: { region: string }
}
