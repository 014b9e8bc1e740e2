import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** Client certificate and trust for mutual TLS, as PEM. */
export interface TlsOptions {
  readonly cert?: string
  readonly key?: string
  /** Issuers that are trusted instead of the machine's. */
  readonly ca?: string
}

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Milliseconds for all of it, the body included. */
  readonly deadline: number
  readonly maxBytes: number
}

/** What came of a request. What can be expected of another machine is a value, not thrown. */
export type HttpOutcome =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: Buffer
    }
  | { readonly kind: 'timeout' | 'unavailable'; readonly message: string }

export interface HttpClient {
  send(request: HttpRequest): Promise<HttpOutcome>
  close(): void
}

const CONNECTIONS = 32

/** Connections are kept and used again; no request waits longer than its deadline. */
export function createHttpClient(tls: TlsOptions = {}): HttpClient {
  const options = { keepAlive: true, maxSockets: CONNECTIONS }
  const http = new HttpAgent(options)
  const https = new HttpsAgent({ ...options, ...tls, minVersion: 'TLSv1.2' })
  return {
    send: (request) => send(request, request.url.startsWith('https:') ? https : http),
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

function send(asked: HttpRequest, agent: HttpAgent | HttpsAgent): Promise<HttpOutcome> {
  const { method, url, headers, body, deadline, maxBytes } = asked
  return new Promise((resolve) => {
    const open = url.startsWith('https:') ? httpsRequest : httpRequest
    const sent = { ...headers, ...(body && { 'Content-Length': String(body.length) }) }
    const request = open(url, { method, headers: sent, agent }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size > maxBytes) end({ kind: 'unavailable', message: 'the answer is too large' })
      })
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response
        end({ kind: 'answer', status, headers, body: Buffer.concat(chunks) })
      })
      response.on('error', () => end({ kind: 'unavailable', message: 'the answer broke off' }))
    })
    const timer = setTimeout(
      () => end({ kind: 'timeout', message: `no answer within ${deadline} ms` }),
      deadline,
    )
    let ended = false
    function end(outcome: HttpOutcome): void {
      if (ended) return
      ended = true
      clearTimeout(timer)
      if (outcome.kind !== 'answer') request.destroy()
      resolve(outcome)
    }
    request.on('error', () => end({ kind: 'unavailable', message: 'it takes no calls' }))
    request.end(body)
  })
}
