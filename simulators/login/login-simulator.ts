import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import type { Directory } from '../../src/identity/directory.ts'
import type { Audience } from './login-claims.ts'
import { patientPage, staffPage } from './login-pages.ts'
import { createLoginProvider, type LoginClient, type LoginFaults } from './login-provider.ts'

/** The demo's two identity providers, real OpenID Connect on one loopback port. */
export interface LoginSimulator {
  readonly issuers: Readonly<Record<Audience, string>>
  register(client: LoginClient): void
  stop(): Promise<void>
}

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}

/** Starts both: `/staff`, with the claims of Inera's, and `/patient`, with those of a personal eID. */
export async function startLoginSimulator(
  directory: Directory,
  faults: LoginFaults = {},
): Promise<LoginSimulator> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'login', use: 'sig', alg: 'ES256' }
  const clients: LoginClient[] = []
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = (audience: Audience) =>
    createLoginProvider({
      audience,
      issuer: `${origin}/${audience}`,
      directory,
      clients,
      faults,
      key: privateKey,
    })
  const providers = { staff: provider('staff'), patient: provider('patient') }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const [, audience, ...rest] = url.pathname.split('/')
    if (audience !== 'staff' && audience !== 'patient') return void response.writeHead(404).end()
    switch (rest.join('/')) {
      case '.well-known/openid-configuration':
        return json(response, 200, metadata(`${origin}/${audience}`))
      case 'jwks':
        return json(response, 200, { keys: [jwk] })
      case 'authorize':
        return authorize(audience, url.searchParams, request, response)
      case 'token': {
        const token = await providers[audience].redeem(new URLSearchParams(await bodyOf(request)))
        return json(response, token ? 200 : 400, token ?? { error: 'invalid_grant' })
      }
      default:
        response.writeHead(404).end()
    }
  }

  async function authorize(
    audience: Audience,
    asked: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const client = providers[audience].clientOf(asked)
    if (!client) return json(response, 400, { error: 'invalid_request' })
    const form = request.method === 'POST' ? new URLSearchParams(await bodyOf(request)) : undefined
    const choice = form ? form.get('choice') : asked.get('login_hint')
    const location = choice ? providers[audience].choose(asked, client, choice) : undefined
    if (location) return void response.writeHead(303, { location }).end()
    const html = audience === 'staff' ? staffPage(directory) : patientPage(form !== undefined)
    response.writeHead(200, PAGE).end(html)
  }

  return {
    issuers: { staff: `${origin}/staff`, patient: `${origin}/patient` },
    register: (client) => void clients.push(client),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  authorization_response_iss_parameter_supported: true,
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8').slice(0, 20_000)
}
