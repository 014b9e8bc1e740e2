import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Problem } from '../../../fhir/problem.ts'
import { decodeXmlText } from './decode-text.ts'
import {
  type Envelope,
  type FaultCode,
  isFault,
  readEnvelope,
  writeEnvelope,
  writeFault,
} from './envelope.ts'
import type { TlsOptions } from './soap-client.ts'
import type { Xml } from './write-xml.ts'

/** What a provider answers: the body of the answer. A thrown Problem becomes a fault with its message. */
export type SoapHandler = (request: Envelope, caller: Caller) => Promise<Xml>

/** Who asks, as far as the connection tells. */
export interface Caller {
  /** HSA-id in the subject (serialNumber, else commonName) of the client's certificate; only with mutual TLS. */
  readonly certificate: string | undefined
  /** `x-rivta-original-serviceconsumer-hsaid`: who asked first. What is said, not proven. */
  readonly originalConsumer: string | undefined
}

export interface SoapServerParts {
  readonly handle: SoapHandler
  /** With it the server speaks TLS and asks for a client's certificate that `ca` has signed. */
  readonly tls?: TlsOptions
  /** The most bytes that a request may have. */
  readonly maxBytes: number
  /** The port on 127.0.0.1; without it a free one. */
  readonly port?: number
  /** Told of a defect, by the id that the fault names it with. */
  readonly onDefect?: (id: string, error: unknown) => void
  /** Writes the bytes of an answer; where it's not given, as UTF-8 with `Content-Type: text/xml`. */
  readonly send?: SendAnswer
}

/** `request` is `undefined` for what couldn't be read as one. */
export type SendAnswer = (
  response: ServerResponse,
  status: 200 | 500,
  xml: string,
  request: Envelope | undefined,
) => void

export interface SoapServer {
  /** `http://127.0.0.1:…` or `https://…`. */
  readonly url: string
  close(): Promise<void>
}

/** A SOAP 1.1 server for RIV-TA Basic Profile 2.1, on 127.0.0.1 and a free port. */
export async function startSoapServer(parts: SoapServerParts): Promise<SoapServer> {
  const listener: RequestListener = (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  }
  const server = parts.tls
    ? createHttpsServer({ ...parts.tls, requestCert: true, rejectUnauthorized: true }, listener)
    : createHttpServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${parts.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  parts: SoapServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = parts.send ?? sendUtf8
  if (request.method !== 'POST') {
    response.writeHead(405, { Allow: 'POST' }).end()
    return
  }
  let message: Envelope | undefined
  try {
    message = await readMessage(request, parts.maxBytes)
    send(
      response,
      200,
      writeEnvelope(await parts.handle(message, callerOf(request)), undefined),
      message,
    )
  } catch (error) {
    const { code, text } = faultOf(error, parts.onDefect)
    send(response, 500, writeFault(code, text), message)
  }
}

/** What is thrown and no Problem is a defect: told by an id alone, as the contracts have it (TKB 1.6). */
function faultOf(error: unknown, onDefect: SoapServerParts['onDefect']) {
  if (error instanceof Problem) return { code: faultCodeOf(error), text: error.message }
  const id = crypto.randomUUID()
  onDefect?.(id, error)
  return { code: 'Server', text: `Tekniskt fel. Logg-id: ${id}` } as const
}

function callerOf({ socket, headers }: IncomingMessage): Caller {
  const original = headers['x-rivta-original-serviceconsumer-hsaid']
  const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined
  const names: Readonly<Record<string, unknown>> = { ...subject }
  const name = [names['serialNumber'], names['CN']].find((each) => typeof each === 'string')
  return {
    certificate: typeof name === 'string' ? name : undefined,
    originalConsumer: typeof original === 'string' ? original : undefined,
  }
}

async function readMessage(request: IncomingMessage, most: number): Promise<Envelope> {
  const bytes = await readAll(request, most)
  const message = readEnvelope(decodeXmlText(bytes, request.headers['content-type']))
  if (isFault(message)) throw new Problem('invalid', 'A fault is not a request')
  return message
}

function faultCodeOf({ code }: Problem): FaultCode {
  if (code === 'not-supported') return 'MustUnderstand'
  return code === 'transient' ? 'Server' : 'Client'
}

const sendUtf8: SendAnswer = (response, status, xml) => {
  response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' }).end(xml)
}

async function readAll(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a request is read as bytes')
    size += chunk.length
    if (size > most) throw new Problem('too-long', 'The request is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
