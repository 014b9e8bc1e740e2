import { Problem } from '../../../fhir/problem.ts'
import type { Fields } from '../mapping/fields.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { Caller } from '../soap/soap-server.ts'
import {
  type Answerer,
  askService,
  type NationalService,
  needed,
  type Operation,
  own,
  typed,
} from './national-service.ts'
import { readLogPost, type SentPost } from './read-log-post.ts'

/** StoreLog 2.0. Source: TKB informationsecurity:auditing:log 2.0, StoreLogResponder_2.0.xsd. */
export const STORE_LOG: Operation = {
  name: 'StoreLog',
  responder: 'urn:riv:informationsecurity:auditing:log:StoreLogResponder:2',
  core: 'urn:riv:informationsecurity:auditing:log:2',
  once: true,
}

/** The most posts in a call. Source: the contract's service level agreement. */
export const MOST_POSTS = 500

/** One access as the national log service (loggtjänst) takes it. */
export interface LogPost {
  /** A UUID; the same each time the same access is sent. */
  readonly logId: string
  /** HSA-id of the system that writes the log. */
  readonly system: string
  /** `Läsa`, `Skriva`, `Signera`, `Utskrift`, `Radera`, `Nödöppning`. */
  readonly activity: string
  readonly level: string | undefined
  /** `2026-11-24T08:00:00.000Z`. */
  readonly time: string
  /** As HSA has it: `Vård och behandling`. */
  readonly purpose: string
  readonly user: {
    readonly id: string
    readonly assignment: string | undefined
    readonly title: string | undefined
  }
  readonly careProvider: NamedHsaId
  readonly careUnit: NamedHsaId
  readonly patient: PatientNumber | undefined
  /** Kinds of information, one at least. */
  readonly kinds: readonly string[]
}

export interface NamedHsaId {
  readonly id: string
  readonly name: string | undefined
}

/**
 * A client of the national log service.
 *
 * @returns `refused` when the service found something wrong with a post, or knows its id: then it has stored none of them
 * @throws Problem `transient` when nothing is known of what became of them, or when they aren't taken for another reason than
 *   what they say: whoever may not hand them in today must not have them counted as refused for good
 */
export function createStoreLog(
  service: NationalService,
): (posts: readonly LogPost[]) => Promise<'stored' | 'refused'> {
  return async (posts) => {
    const answer = await askService(service, STORE_LOG, posts.map(postContent))
    const code = needed(answer.group('result'), 'resultCode')
    if (code === 'OK' || code === 'INFO') return 'stored'
    if (code === 'VALIDATION_ERROR') return 'refused'
    throw new Problem('transient', 'StoreLog: the log service did not take the posts')
  }
}

function postContent(post: LogPost) {
  const { user } = post
  return own('log', [
    typed('logId', post.logId),
    typed('system', [typed('systemId', post.system), typed('systemName', 'Kärna')]),
    typed('activity', [
      typed('activityType', post.activity),
      typed('activityLevel', post.level),
      typed('startDate', post.time),
      typed('purpose', post.purpose),
    ]),
    typed('user', [
      typed('userId', user.id),
      typed('assignment', user.assignment),
      typed('title', user.title),
      careProvider(post),
      careUnit(post),
    ]),
    typed(
      'resources',
      post.kinds.map((kind) =>
        typed('resource', [
          typed('resourceType', kind),
          post.patient &&
            typed('patient', [
              typed('patientId', [
                typed('root', post.patient.root),
                typed('extension', post.patient.extension),
              ]),
            ]),
          careProvider(post),
          careUnit(post),
        ]),
      ),
    ),
  ])
}

const careProvider = ({ careProvider: { id, name } }: LogPost) =>
  typed('careProvider', [typed('careProviderId', id), typed('careProviderName', name)])

const careUnit = ({ careUnit: { id, name } }: LogPost) =>
  typed('careUnit', [typed('careUnitId', id), typed('careUnitName', name)])

/** What came of the posts of a call: all are stored, or none. */
export type StoreOutcome = 'stored' | 'refused' | 'denied'

/** What keeps the posts. */
export interface StoreLogParts {
  /**
   * @returns `refused` if one of them can't be stored as it is, `denied` if the caller may not store one of them
   * @throws Problem `transient` when they can't be made durable: send them again
   */
  readonly store: (
    posts: readonly SentPost[],
    caller: Caller,
    to: string | undefined,
  ) => Promise<StoreOutcome>
}

/** StoreLog as a provider. What isn't acknowledged with OK isn't stored. */
export function storeLogAnswerer({ store }: StoreLogParts): Answerer {
  return {
    operation: STORE_LOG,
    async answer(request, caller, to) {
      const { outcome, text } = await take(request, (posts) => store(posts, caller, to))
      return own('result', [
        typed('resultCode', RESULT_CODES[outcome]),
        typed('resultText', text ?? RESULT_TEXTS[outcome]),
      ])
    },
  }
}

const RESULT_CODES: Readonly<Record<StoreOutcome, string>> = {
  stored: 'OK',
  refused: 'VALIDATION_ERROR',
  denied: 'ACCESSDENIED',
}

const RESULT_TEXTS: Readonly<Record<StoreOutcome, string | undefined>> = {
  stored: undefined,
  refused: 'En loggpost med samma logId finns redan. Inget är lagrat.',
  denied: 'Behörighet saknas för vårdgivaren. Inget är lagrat.',
}

async function take(
  request: Fields,
  store: (posts: readonly SentPost[]) => Promise<StoreOutcome>,
): Promise<{ readonly outcome: StoreOutcome; readonly text?: string }> {
  try {
    const posts = request.groups('log')
    if (posts.length === 0) return { outcome: 'refused', text: 'log saknas' }
    if (posts.length > MOST_POSTS) return { outcome: 'refused', text: `Högst ${MOST_POSTS} log` }
    return { outcome: await store(posts.map(readLogPost)) }
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !['required', 'value'].includes(thrown.code)) throw thrown
    return { outcome: 'refused', text: thrown.message }
  }
}
