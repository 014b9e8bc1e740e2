import type { Socket } from 'node:net'
import type { ConnectionError } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import { outcomeOf } from './outcome.ts'

/** What Node itself gives up on before there is a request, as HTTP says it. */
const LINES: Readonly<Record<string, readonly [line: string, problem: Problem]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    new Problem('too-long', 'The address and headers are longer than is taken. Post the search.'),
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    new Problem('transient', 'The request did not come in time'),
  ],
}

const MALFORMED = ['400 Bad Request', new Problem('invalid', 'The request is not HTTP')] as const

/** Answers such a request as every other failure is answered, and closes the connection. */
export function answerClientError({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return
  const [line, problem] = LINES[code] ?? MALFORMED
  const { body } = outcomeOf(problem, '')
  const head = [
    `HTTP/1.1 ${line}`,
    'content-type: application/fhir+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ].join('\r\n')
  if (socket.writable) socket.write(`${head}\r\n\r\n${body}`)
  socket.destroySoon()
}
