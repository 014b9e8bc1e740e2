import type { IncomingMessage } from 'node:http'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { Problem } from '../../../fhir/problem.ts'
import { decodeXmlText } from './decode-text.ts'
import { isFault, readEnvelope, writeEnvelope } from './envelope.ts'
import type { Xml } from './write-xml.ts'
import type { XmlElement } from './xml-element.ts'

/** Keys and certificates of mutual TLS, as PEM. Source: RIV-TA Basic Profile 2.1, R13. */
export interface TlsOptions {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly passphrase?: string
}

/** What a client is made of. */
export interface SoapClientParts {
  /** TLS for `https:` addresses. */
  readonly tls?: TlsOptions
  /** HSA-id of the system that asks first, for the header `x-rivta-original-serviceconsumer-hsaid`. */
  readonly consumer?: string
  /** The most connections to one source at a time; further calls wait. */
  readonly maxConnections: number
}

export interface SoapCall {
  readonly url: string
  readonly action: string
  readonly logicalAddress: string
  readonly body: Xml
  /** Milliseconds from the beginning to the last byte of the answer. */
  readonly deadline: number
  /** The most bytes that an answer may have. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
  /** Never asked again, though a kept connection turns out to be closed: it may have been taken. */
  readonly once?: true
}

/** What came of a call. A failure says what kind it is; its problem holds nothing that the source wrote. */
export type SoapAnswer =
  | { readonly kind: 'answer'; readonly body: XmlElement }
  | {
      readonly kind: 'timeout' | 'unavailable' | 'fault' | 'unreadable'
      readonly problem: Problem
    }

export interface SoapClient {
  /** Asks once, and once more only if a kept connection turns out to be closed. Never rejects. */
  call(call: SoapCall): Promise<SoapAnswer>
  close(): void
}

/** A SOAP 1.1 client for RIV-TA Basic Profile 2.1. */
export function createSoapClient(parts: SoapClientParts): SoapClient {
  const options = { keepAlive: true, maxSockets: parts.maxConnections }
  const http = new HttpAgent(options)
  const https = new HttpsAgent({ ...options, ...parts.tls, minVersion: 'TLSv1.2' })
  const agents = { http, https }
  return {
    async call(call) {
      const timeout = AbortSignal.timeout(call.deadline)
      const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
      try {
        return await ask(parts, agents, call, signal)
      } catch (error) {
        return failureOf(error, call, signal)
      }
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

async function ask(
  parts: SoapClientParts,
  agents: Agents,
  call: SoapCall,
  signal: AbortSignal,
): Promise<SoapAnswer> {
  const response = await send(parts, agents, call, signal)
  const { statusCode: status = 0, headers } = response
  const bytes = await unpacked(await readAll(response, call.maxBytes), headers, call.maxBytes)
  // SOAP 1.1 §6.2: a fault comes with 500. Anything else comes from what stands before the source.
  if (status !== 200 && status !== 500) {
    return unavailable(`The source answered with HTTP status ${status}`)
  }
  const message = readEnvelope(decodeXmlText(bytes, headers['content-type']))
  if (!isFault(message)) return { kind: 'answer', body: message.body }
  const log = message.logId ? ` (its log id ${message.logId})` : ''
  const text = `The source answered with a SOAP fault, ${message.code}${log}`
  return { kind: 'fault', problem: new Problem('transient', text) }
}

async function send(
  parts: SoapClientParts,
  agents: Agents,
  call: SoapCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const body = Buffer.from(writeEnvelope(call.body, call.logicalAddress))
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': body.length,
    SOAPAction: `"${call.action}"`,
    ...(parts.consumer && { 'x-rivta-original-serviceconsumer-hsaid': parts.consumer }),
  }
  const secure = call.url.startsWith('https:')
  const options = { method: 'POST', headers, signal, agent: agents[secure ? 'https' : 'http'] }
  const attempt = () =>
    new Promise<{ response?: IncomingMessage; retry?: boolean }>((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(call.url, options)
      request.on('response', (response) => resolve({ response }))
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET' && !call.once)
          resolve({ retry: true })
        else reject(error)
      })
      request.end(body)
    })
  for (;;) {
    const { response } = await attempt()
    if (response) return response
  }
}

function readAll(response: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= most) return
      const text = `The source answered with more than ${most} bytes`
      response.destroy(new Problem('too-costly', text))
    })
    response.on('end', () => resolve(Buffer.concat(chunks)))
    response.on('error', reject)
    response.on('close', () => reject(new Error('The answer was cut off')))
  })
}

const gunzip = promisify(zlib.gunzip)
const inflate = promisify(zlib.inflate)

/** What a gateway packed, though nobody asked for it. @throws Problem `structure` for what can't be unpacked, or is too long */
async function unpacked(
  bytes: Buffer,
  headers: IncomingMessage['headers'],
  most: number,
): Promise<Buffer> {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return bytes
  const unpack = { gzip: gunzip, 'x-gzip': gunzip, deflate: inflate }[encoding]
  try {
    if (unpack) return await unpack(bytes, { maxOutputLength: most })
  } catch (cause) {
    throw new Problem('structure', 'The answer cannot be unpacked', { cause })
  }
  throw new Problem('structure', 'The answer is packed in a way that is not known')
}

/** What was thrown, as an answer. A defect of ours is not hidden: only what a source can cause is caught. */
function failureOf(error: unknown, { deadline }: SoapCall, signal: AbortSignal): SoapAnswer {
  if (error instanceof Problem) return { kind: 'unreadable', problem: error }
  if (!(error instanceof Error)) throw error
  if (signal.aborted) {
    const text = `The source did not answer within ${deadline} ms`
    return { kind: 'timeout', problem: new Problem('transient', text, { cause: error }) }
  }
  if (error instanceof TypeError) throw error
  return unavailable('The source cannot be reached, or broke off', error)
}

function unavailable(text: string, cause?: unknown): SoapAnswer {
  return { kind: 'unavailable', problem: new Problem('transient', text, { cause }) }
}
