import type { FastifyInstance } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import { jsonBody } from './json-body.ts'

/** What another Kärna may ask; put together where every room is seen. */
export interface PeerDesk {
  /**
   * The answer to a question that comes with a signed statement of who asks and why, judged by the region's own gate.
   * @throws Problem `forbidden` for a statement that isn't accepted
   */
  answer(region: string, kind: string, asked: PeerAsked): Promise<object>
}

export interface PeerAsked {
  /** JWT; see `identity/peer-statement.ts`. */
  readonly statement: string
  /** JSON, as the statement's digest is over it. */
  readonly question: string
}

/** A question is some parameters. */
const MOST_BYTES = 262_144

/** Mounts what other Kärnas ask. Nobody is logged in here: each question has its own statement. */
export function peerRoutes(app: FastifyInstance, { desk }: { readonly desk: PeerDesk }): void {
  app.post<{ Params: { region: string; question: string } }>(
    '/peer/:region/:question',
    { bodyLimit: MOST_BYTES },
    async (request, reply) => {
      const { statement, question } = jsonBody(request)
      if (typeof statement !== 'string' || typeof question !== 'string') {
        throw new Problem('invalid', 'Send a statement and a question')
      }
      const { region, question: kind } = request.params
      const answer = await desk.answer(region, kind, { statement, question })
      return reply.header('cache-control', 'no-store').send(answer)
    },
  )
}
