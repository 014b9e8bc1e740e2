import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An app of another maker, on its own origin, that knows FHIR and SMART and nothing else of us. */
export interface BrowserApp {
  readonly origin: string
  stop(): Promise<void>
}

/** fhirclient as its makers built it for browsers. */
const LIBRARY = readFileSync(new URL(import.meta.resolve('fhirclient/build/fhir-client.js')))

/** Serves it: `/launch.html?iss=…` begins, `/index.html` goes on and writes what it learnt into `#result`. */
export async function startBrowserApp(clientId: string, scope: string): Promise<BrowserApp> {
  const launch = script(`FHIR.oauth2.authorize({
    clientId: ${JSON.stringify(clientId)}, scope: ${JSON.stringify(scope)}, redirectUri: 'index.html', pkceMode: 'required'
  })`)
  const index = script(`FHIR.oauth2.ready().then(async (client) => {
    const patient = await client.patient.read()
    const found = await client.patient.request('Observation?_count=10')
    const before = client.state.tokenResponse.access_token
    const refreshed = client.state.tokenResponse.refresh_token ? await client.refresh() : undefined
    const again = await client.request('Patient/' + client.patient.id)
    return {
      patient: patient.id, encounter: client.encounter.id, fhirUser: client.user.fhirUser, userType: client.user.resourceType,
      observations: (found.entry || []).map((entry) => entry.resource.id).sort(),
      refreshed: Boolean(refreshed) && refreshed.tokenResponse.access_token !== before, again: again.id
    }
  }).then(
    (result) => { document.getElementById('result').textContent = JSON.stringify(result) },
    (error) => { document.getElementById('result').textContent = JSON.stringify({ error: String(error) }) }
  )`)
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://here')
    if (pathname === '/fhir-client.js') {
      return void response.setHeader('content-type', 'text/javascript').end(LIBRARY)
    }
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(pathname === '/launch.html' ? launch : index)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const script = (code: string) =>
  `<!doctype html><meta charset="utf-8"><title>App</title><pre id="result"></pre>
  <script src="/fhir-client.js"></script><script>${code}</script>`
