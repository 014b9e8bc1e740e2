import { Problem } from '../../fhir/problem.ts'
import type { AskServer } from './ask-server.ts'

/**
 * Asks a server for its CapabilityStatement, with a token: whether it's there, and what it says that it is.
 * https://hl7.org/fhir/R4/http.html#capabilities
 *
 * @returns `Cosmic 4.1`; `undefined` where it doesn't say
 * @throws Problem `transient` when it doesn't answer
 */
export async function pingServer(server: AskServer): Promise<string | undefined> {
  const outcome = await server.send({ method: 'GET', path: 'metadata' })
  if (outcome.kind !== 'answer' || outcome.status >= 500) {
    throw new Problem('transient', 'The server does not answer')
  }
  if (outcome.status !== 200) return undefined
  try {
    const { software } = JSON.parse(String(outcome.body)) as Partial<Statement>
    return [software?.name, software?.version].filter(Boolean).join(' ') || undefined
  } catch (cause) {
    throw new Problem('transient', 'The server answers something else', { cause })
  }
}

interface Statement {
  readonly software: { readonly name?: string; readonly version?: string }
}
