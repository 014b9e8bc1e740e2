import { Problem } from '../../fhir/problem.ts'
import { createHttpClient } from '../fhir-server/http-client.ts'
import {
  answerFromWire,
  broken,
  type PeerAnswers,
  type PeerQuestion,
  type PeerQuestions,
  parseAnswer,
} from './peer-wire.ts'

/** Where another Kärna is asked. */
export interface PeerPlace {
  /** Its address for other Kärnas, `https://…`, without a slash at the end. */
  readonly url: string
  /** The region's id there. */
  readonly region: string
  /** The only issuer of certificates that is trusted for it, PEM. */
  readonly ca: string
  /** Milliseconds for one question. */
  readonly deadline: number
}

/** Asks another Kärna, with a statement for this very question. */
export interface AskPeer {
  ask<Question extends PeerQuestion>(
    kind: Question,
    question: PeerQuestions[Question],
    sign: (kind: Question, question: string) => Promise<string>,
  ): Promise<PeerAnswers[Question]>
  close(): void
}

const MOST_BYTES = 60_000_000

/**
 * @throws Problem `transient` when it can't be reached, takes too long or answers something else than was asked; `forbidden`
 *   when it refuses the statement
 */
export function createAskPeer({ url, region, ca, deadline }: PeerPlace): AskPeer {
  if (!url.startsWith('https://')) throw new Problem('required', 'Another Kärna is asked by https')
  const client = createHttpClient({ ca })
  return {
    async ask(kind, question, sign) {
      const text = JSON.stringify(question)
      const statement = await sign(kind, text)
      const outcome = await client.send({
        method: 'POST',
        url: `${url}/peer/${region}/${kind}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ statement, question: text })),
        deadline,
        maxBytes: MOST_BYTES,
      })
      if (outcome.kind !== 'answer') throw new Problem('transient', outcome.message)
      const { status, headers, body } = outcome
      const said = isJson(headers['content-type']) ? parseAnswer(body) : undefined
      if (status === 200) return answerFromWire(kind, said)
      throw problemOf(status, said)
    },
    close: () => client.close(),
  }
}

const isJson = (type: string | undefined) => /^application\/([a-z.]+\+)?json\b/i.test(type ?? '')

/** A refusal is the other Kärna's own only if it says so as one: what stands between us refuses with pages. */
function problemOf(status: number, said: unknown): Problem {
  const isItsOwn =
    typeof said === 'object' &&
    said !== null &&
    'resourceType' in said &&
    said.resourceType === 'OperationOutcome'
  if (!isItsOwn) return broken()
  if (status === 403) return new Problem('forbidden', 'The other Kärna does not let you see this')
  if (status === 400) return new Problem('not-supported', 'The other Kärna does not answer this')
  return new Problem('transient', 'The other Kärna could not answer')
}
