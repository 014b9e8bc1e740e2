import type { FastifyInstance } from 'fastify'
import type { Apps } from '../identity/oauth/apps.ts'

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const TAKEN =
  'authorization, content-type, accept, prefer, if-match, if-none-match, if-none-exist, x-karna-reason'
const SHOWN = 'etag, location, last-modified, x-request-id'

/** How long the register of apps is believed. */
const BELIEVED_MS = 5_000

/**
 * Lets registered apps' pages, and no others, read what the API answers. Cookies are never taken here, so this guards only
 * what a page could learn without a token. What everyone may know is open to everyone.
 */
export function crossOrigin(
  app: FastifyInstance,
  parts: { readonly apps: Apps; readonly now: () => number },
): void {
  let known: { origins: Set<string>; until: number } | undefined

  async function origins(): Promise<Set<string>> {
    if (!known || known.until < parts.now()) {
      known = { origins: new Set(await parts.apps.origins()), until: parts.now() + BELIEVED_MS }
    }
    return known.origins
  }

  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (origin === undefined || !request.url.startsWith('/fhir/')) return
    reply.header('vary', 'origin')
    const open = /^\/fhir\/[\w-]+\/(metadata|\.well-known\/)/.test(request.url)
    if (open) reply.header('access-control-allow-origin', '*')
    else if ((await origins()).has(origin)) {
      reply
        .header('access-control-allow-origin', origin)
        .header('access-control-expose-headers', SHOWN)
    } else return
    if (request.method !== 'OPTIONS') return
    return reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', TAKEN)
      .header('access-control-max-age', '600')
      .code(204)
      .send()
  })
  app.options('/fhir/*', async (_request, reply) => reply.code(403).send())
}
