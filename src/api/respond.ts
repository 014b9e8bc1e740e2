import type { FastifyReply, FastifyRequest } from 'fastify'
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
  if (isUnchanged(request, answer)) return reply.code(304).send()
  return body ? reply.code(status).type(FHIR_JSON).send(body) : reply.code(status).send()
}

/** https://hl7.org/fhir/R4/http.html#cread https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2 */
function isUnchanged(
  { method, headers }: FastifyRequest,
  { status, version, lastUpdated }: Answer,
): boolean {
  if (status !== 200 || !version || !lastUpdated) return false
  if (method !== 'GET' && method !== 'HEAD') return false
  const known = headers['if-none-match']
  if (known !== undefined) {
    const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    return tags.includes('*') || tags.includes(`"${version}"`)
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  // A header knows whole seconds only.
  return Math.floor(Date.parse(lastUpdated) / 1000) * 1000 <= since
}
