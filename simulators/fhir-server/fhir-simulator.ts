import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FhirResource } from 'fhir/r4'
import type { Answer, Paused } from './answer.ts'
import { type FaultMode, SLOW } from './faults.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import type { FhirProduct } from './product.ts'
import { respondTo } from './respond.ts'
import { type Client, createTokens } from './tokens.ts'

/** A running product: where it is asked, and how it is made to go wrong. */
export interface FhirSimulator {
  /** Base of its FHIR API. */
  readonly url: string
  readonly tokenUrl: string
  readonly client: Client
  readonly product: FhirProduct
  readonly keeper: Keeper
  /** What was asked, in its order: `GET Observation`. Never whose. */
  readonly asked: readonly string[]
  /** Makes the server go wrong from now on, for one type or all. */
  setFault(mode: FaultMode, type?: string): void
  /** How long tokens that are granted from now on hold. */
  setTokenSeconds(seconds: number): void
  /** Ends every token before its time. */
  forgetTokens(): void
  close(): Promise<void>
}

const MOST_BYTES = 2_000_000

/** Starts a product filled with demo records (docs/demo-data.md), on a real socket on 127.0.0.1. */
export async function startFhirSimulator(
  product: FhirProduct,
  resources: Iterable<FhirResource>,
): Promise<FhirSimulator> {
  const client = { id: `karna-${product.name.toLowerCase()}`, secret: randomUUID() }
  const keeper = createKeeper(product, resources)
  const faults: { mode: FaultMode; type: string | undefined }[] = []
  const asked: string[] = []
  const contexts = new Map<string, Paused>()
  let seconds = 600
  const tokens = createTokens(client, () => seconds)
  const faultOf = (type: string) =>
    faults.findLast((fault) => fault.type === undefined || fault.type === type)?.mode ?? 'none'
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy())
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const body = await bodyOf(request)
    if (url.pathname === '/token') {
      const granted =
        faultOf('token') === 'refusing'
          ? undefined
          : tokens.grant(request.headers.authorization, new URLSearchParams(String(body)))
      return send(response, { status: granted ? 200 : 401, body: JSON.stringify(granted ?? {}) })
    }
    const path = url.pathname.slice(product.basePath.length + 1)
    const [type = ''] = path.split('/')
    asked.push(`${request.method} ${type}`)
    const mode = faultOf(type)
    if (await misbehaves(mode, response)) return
    const granted = tokens.of(request.headers.authorization)
    const answer = respondTo(
      {
        product,
        keeper,
        contexts,
        base: urlOf(server.address(), product),
        isLying: mode === 'lying',
      },
      {
        method: request.method ?? 'GET',
        isHere:
          url.pathname === product.basePath || url.pathname.startsWith(`${product.basePath}/`),
        path,
        parameters: url.searchParams,
        headers: request.headers,
        body,
        granted,
      },
    )
    send(response, answer, mode)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: urlOf(server.address(), product),
    tokenUrl: `http://127.0.0.1:${port}/token`,
    client,
    product,
    keeper,
    asked,
    setFault: (mode, type) => {
      faults.push({ mode, type })
    },
    setTokenSeconds: (given) => {
      seconds = given
    },
    forgetTokens: () => tokens.forget(),
    close: () => closed(server),
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

const urlOf = (address: AddressInfo | string | null, { basePath }: FhirProduct) =>
  `http://127.0.0.1:${(address as AddressInfo).port}${basePath}`

/** Whether the fault has been all of the answer. */
async function misbehaves(mode: FaultMode, response: ServerResponse): Promise<boolean> {
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW).unref())
  if (mode === 'hung') return true
  if (mode === 'down') response.destroy()
  else if (mode === 'garbage') response.writeHead(200).end('<html>Underhåll pågår</html>')
  else if (mode === 'fault') {
    response.writeHead(500, { 'Content-Type': 'application/fhir+json' }).end(
      JSON.stringify({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'fatal', code: 'required' }],
      }),
    )
  } else return false
  return true
}

function send(response: ServerResponse, answer: Answer, mode: FaultMode = 'none'): void {
  const bytes = Buffer.from(answer.body ?? '')
  const sent = mode === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes
  response.writeHead(answer.status, {
    'Content-Type': 'application/fhir+json',
    'X-Request-Id': randomUUID(),
    'Content-Length': sent.length,
    ...answer.headers,
  })
  response.end(sent)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new RangeError('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
