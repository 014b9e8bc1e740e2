import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Problem } from '../fhir/problem.ts'

/** Nothing comes from elsewhere, nothing is inline, nobody frames us. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

/** What a folder of built files holds, by address. Only what lies there when the server starts is served. */
export interface WorkspaceFiles {
  /** Folder that the workspace was built into. */
  readonly folder: string
  /** Where the workspace logs in, `http://127.0.0.1:8080`; without it nobody can. */
  readonly origin: (() => string) | undefined
}

/**
 * Serves the clinician's workspace: `/assets/*` under names that change with their content, and its page everywhere a
 * person may reload it. It is a client of the API like any other, and is told nothing here.
 */
export function workspaceFiles(app: FastifyInstance, { folder, origin }: WorkspaceFiles): void {
  const page = path.join(folder, 'index.html')
  const assets = path.join(folder, 'assets')
  const names = new Set<string>()
  app.addHook('onReady', async () => {
    for (const name of existsSync(assets) ? readdirSync(assets) : []) names.add(name)
  })

  app.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    const name = request.params['*']
    if (!names.has(name)) throw new Problem('not-found', 'There is nothing here')
    const packed = request.headers['accept-encoding']?.includes('br') && names.has(`${name}.br`)
    reply
      .type(TYPES[path.extname(name)] ?? 'application/octet-stream')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .header('vary', 'accept-encoding')
    if (packed) reply.header('content-encoding', 'br')
    return reply.send(createReadStream(path.join(assets, packed ? `${name}.br` : name)))
  })

  for (const address of PAGES) {
    app.get(address, async ({ headers, url }, reply) => {
      const elsewhere = elsewhereOnLoopback(headers.host, origin?.())
      return elsewhere ? reply.redirect(`${elsewhere}${url}`, 302) : sendPage(reply, page)
    })
  }
}

const PAGES = [
  '/',
  '/login',
  '/patient/*',
  '/all/patient/*',
  '/patients',
  '/my/*',
  '/review',
  '/review/*',
  '/federation',
  '/federation/*',
]

/** Who writes `localhost` is sent to the name that the login comes back to: a browser takes the two for different places. */
function elsewhereOnLoopback(
  host: string | undefined,
  origin: string | undefined,
): string | undefined {
  const own = origin === undefined ? undefined : new URL(origin)
  const isOther = own?.hostname === '127.0.0.1' && host === `localhost:${own.port}`
  return isOther ? origin : undefined
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    .send(readFileSync(page))
}
