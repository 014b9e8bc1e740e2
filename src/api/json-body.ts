import type { FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'

/**
 * A JSON object sent by our own page. A browser asks first before it sends JSON to another site: so who sends it is our own
 * page, or no browser.
 *
 * @throws Problem `invalid` for anything else
 */
export function jsonBody(request: FastifyRequest): Record<string, unknown> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type) || !Buffer.isBuffer(request.body)) {
    throw new Problem('invalid', 'Send application/json')
  }
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {}
  throw new Problem('invalid', 'Send a JSON object')
}
