import type { FastifyReply, FastifyRequest } from 'fastify'
import { isKnown, type Known } from './known.ts'
import type { Answer } from './perform.ts'

/** The only form that answers have. */
export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Sends an answer: its version in the headers, and no body where the caller has that version already. */
export function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): FastifyReply {
  const { status, body, version, lastUpdated, location } = answer
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
  reply.header('x-request-id', request.id)
  if (version) reply.header('etag', `W/"${version}"`)
  if (lastUpdated) reply.header('last-modified', new Date(lastUpdated).toUTCString())
  if (location) reply.header('location', location)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && isKnown(knownBy(request), answer)) return reply.code(304).send()
  return body ? reply.code(status).type(FHIR_JSON).send(body) : reply.code(status).send()
}

/** What a caller has already, by the headers. */
export function knownBy({ headers }: FastifyRequest): Known {
  return { ifNoneMatch: headers['if-none-match'], ifModifiedSince: headers['if-modified-since'] }
}
