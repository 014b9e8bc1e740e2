import { Problem } from '../../../fhir/problem.ts'
import { type Fields, fieldsOf } from '../mapping/fields.ts'
import type { Envelope } from '../soap/envelope.ts'
import type { SoapClient } from '../soap/soap-client.ts'
import type { Caller, SoapHandler } from '../soap/soap-server.ts'
import { pieces, tag, type Xml, type XmlContent } from '../soap/write-xml.ts'

/** One operation of a national service: its namespace, and that of the types it's made of. */
export interface Operation {
  readonly name: string
  /** `urn:riv:…Responder:4`. */
  readonly responder: string
  readonly core: string
  /** Whether it may not be asked again unless it's known what became of it. */
  readonly once?: true
}

/** Where a national service is asked. */
export interface NationalService {
  readonly client: SoapClient
  readonly url: string
  /** HSA-id that the question is addressed to: the service's, or the provider's whose data it is about. */
  readonly logicalAddress: string
  /** Milliseconds for one question. */
  readonly deadline: number
}

/** The most bytes of one answer. */
const MOST_BYTES = 10_000_000

/** In the operation's own namespace. */
export const own = (name: string, content: XmlContent) => tag(`urn:${name}`, content)
/** In the types' namespace. */
export const typed = (name: string, content: XmlContent) => tag(`core:${name}`, content)

/** Writes a request, or an answer with `Response` after its name. */
export function writeOperation(operation: Operation, name: string, content: XmlContent): Xml {
  const namespaces = ` xmlns:urn="${operation.responder}" xmlns:core="${operation.core}"`
  return pieces(tag(`urn:${name}`, content, namespaces) ?? tag(`urn:${name}`, '', namespaces))
}

/**
 * Asks a national service.
 *
 * @returns the fields of the answer
 * @throws Problem `transient` if it can't be reached, doesn't answer in time or answers with a fault: nothing is then
 *   known, and who asked must take the safe side
 */
export async function askService(
  service: NationalService,
  operation: Operation,
  content: XmlContent,
): Promise<Fields> {
  const answer = await service.client.call({
    url: service.url,
    action: `${operation.responder}:${operation.name}`,
    logicalAddress: service.logicalAddress,
    body: writeOperation(operation, operation.name, content),
    deadline: service.deadline,
    maxBytes: MOST_BYTES,
    ...(operation.once && { once: true }),
  })
  if (answer.kind !== 'answer') {
    const { message } = answer.problem
    throw new Problem('transient', `${operation.name}: ${message}`, { cause: answer.problem })
  }
  const { body } = answer
  if (body.name !== `${operation.name}Response` || body.namespace !== operation.responder) {
    throw new Problem('transient', `${operation.name}: another question was answered`)
  }
  return fieldsOf(body)
}

/** Answers one operation: the fields of the request in, the content of the answer out. `to` is the logical address. */
export interface Answerer {
  readonly operation: Operation
  answer(request: Fields, caller: Caller, to: string | undefined): Promise<XmlContent>
}

/** A provider of several operations. What it doesn't know is a fault. */
export function createServiceProvider(answerers: readonly Answerer[]): SoapHandler {
  return async ({ body, logicalAddress }: Envelope, caller) => {
    const found = answerers.find(
      ({ operation }) => operation.name === body.name && operation.responder === body.namespace,
    )
    if (!found) throw new Problem('invalid', 'Tjänstekontraktet stöds inte')
    const content = await found.answer(fieldsOf(body), caller, logicalAddress)
    return writeOperation(found.operation, `${found.operation.name}Response`, content)
  }
}

/** A field that must be there. @throws Problem `required` */
export function needed(fields: Fields | undefined, name: string): string {
  const text = fields?.text(name)?.trim()
  if (text === undefined) throw new Problem('required', `${name} saknas`)
  return text
}
