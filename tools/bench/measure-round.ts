import { measure, type Request } from './http-load.ts'
import type { Operation } from './operations.ts'
import type { Round } from './report.ts'
import type { Bench } from './servers.ts'

/** How a round is loaded; its number chooses the requests. */
export interface RoundLoad {
  readonly connections: number
  readonly seconds: number
  readonly number: number
}

/**
 * One round of one operation.
 *
 * @throws Error when an answer is not 2xx, or the access log hasn't gained what the requests owe it
 */
export async function measureRound(
  bench: Bench,
  operation: Operation,
  { connections, seconds, number }: RoundLoad,
): Promise<Round> {
  const rows = await bench.logRows()
  const before = bench.cpu(operation.server)
  const measured = await measure({
    port: bench.ports[operation.server],
    connections,
    seconds,
    requests: operation.requests(number),
  })
  const after = bench.cpu(operation.server)
  requireHonest(operation, measured, (await bench.logRows()) - rows)
  const each = (then = 0, now = 0) => (now - then) / measured.answers
  return {
    ...measured,
    node: after && each(before?.node, after.node),
    postgres: after && each(before?.postgres, after.postgres),
  }
}

function requireHonest(
  operation: Operation,
  measured: { answers: number; errors: number },
  rows: number,
) {
  const { name, log } = operation
  const { answers, errors } = measured
  if (errors > 0) throw new Error(`${name}: ${errors} of ${answers} answers were not 2xx`)
  if (answers === 0) throw new Error(`${name}: no answer came`)
  const owed = { none: rows === 0, one: rows === answers, 'each patient': rows >= answers }
  if (!owed[log]) throw new Error(`${name}: ${answers} answers, but ${rows} rows in the access log`)
}

/** Asks once and reads the answer: an operation that finds nothing is fast, and worth nothing. */
export async function probe(bench: Bench, operation: Operation): Promise<void> {
  for (const request of operation.requests(0).slice(0, 3)) {
    const shown = shownIn(await ask(bench.ports[operation.server], request))
    if (shown < operation.shows) {
      throw new Error(`${operation.name} shows ${shown} resources and should ${operation.shows}`)
    }
  }
}

async function ask(port: number, { method, path, body, headers }: Request): Promise<string> {
  const init = { method, headers: { ...headers }, ...(body && { body }) }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init)
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.text()
}

function shownIn(text: string): number {
  if (text === '') return 0
  const value = JSON.parse(text)
  if (Array.isArray(value)) return value.length
  return value.resourceType === 'Bundle' ? (value.entry?.length ?? 0) : 1
}
