import type { Session } from '../login/session.ts'
import { parseExactly } from './exact-json.ts'

/** The server said no, or did not answer. `status` 0 when nothing answered. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly body?: object | URLSearchParams
  /** Why the record is opened without a care relation; goes into the access log (PDL 4 kap. 3 §). */
  readonly reason?: string | undefined
  /** The version that is written over, as `If-Match`. */
  readonly match?: string | undefined
  readonly signal?: AbortSignal
  /** Sent to its end also when the page is left; for bodies of a few kB only. */
  readonly keepalive?: boolean
  /** The page asks by itself: no sign that somebody is there, so the screen locks all the same. */
  readonly isQuiet?: boolean
}

/** Whose request it is. */
export type Asker = Pick<Session, 'bearer'>

/** Said when the session has ended on the server. */
export const SESSION_ENDED = 'karna-session-ended'

/**
 * Asks the server. Answers the JSON with numbers as they were written.
 *
 * @throws Refusal with a sentence in Swedish, or the server's own reason
 */
export async function ask(
  session: Asker | undefined,
  path: string,
  asking: Asking = {},
): Promise<unknown> {
  return (await askAt(session, path, asking)).answer
}

/** As `ask`, with the server's clock when it answered: ISO time, whole seconds. */
export async function askAt(
  session: Asker | undefined,
  path: string,
  { method = 'GET', body, reason, match, signal, keepalive = false, isQuiet = false }: Asking = {},
): Promise<{ answer: unknown; at: string }> {
  const form = body instanceof URLSearchParams
  const bearer = session && (await session.bearer({ isQuiet }).catch(ended))
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/fhir+json, application/json',
      ...(body && !form ? { 'content-type': jsonType(path, method) } : {}),
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(match ? { 'if-match': match } : {}),
      ...(reason ? { 'x-karna-reason': encodeURIComponent(reason) } : {}),
    },
    ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
    keepalive, // what was done is done, also when the page is left at once
  }).catch((cause: unknown) => {
    throw silent(cause)
  })
  const text = await response.text().catch((cause: unknown) => {
    throw silent(cause)
  })
  const answer = parseAnswer(text)
  const at = new Date(response.headers.get('date') ?? Date.now()).toISOString()
  if (response.ok) return { answer, at }
  if (response.status === 401 && session) window.dispatchEvent(new Event(SESSION_ENDED))
  throw new Refusal(response.status, reasonIn(answer))
}

/** Fetches a file and hands it to the browser to save. @throws Refusal */
export async function saveFile(session: Session, path: string, name: string): Promise<void> {
  const headers = { authorization: `Bearer ${await session.bearer().catch(ended)}` }
  const response = await fetch(path, { headers }).catch((cause: unknown) => {
    throw silent(cause)
  })
  if (response.status === 401) window.dispatchEvent(new Event(SESSION_ENDED))
  if (!response.ok) throw new Refusal(response.status, 'filen kunde inte hämtas')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

function ended(cause: unknown): never {
  if (cause instanceof Refusal && cause.status === 401) {
    window.dispatchEvent(new Event(SESSION_ENDED))
  }
  throw cause
}

function silent(cause: unknown): unknown {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause
  return new Refusal(0, 'Svarar inte')
}

/** What stands between us and the server may answer with a page of its own: that is no answer. */
function parseAnswer(text: string): unknown {
  if (text === '') return undefined
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

function jsonType(path: string, method: Asking['method']): string {
  if (method === 'PATCH') return 'application/json-patch+json'
  return path.startsWith('/fhir/') ? 'application/fhir+json' : 'application/json'
}

/** What an OperationOutcome says, or that nothing is said. */
export function reasonIn(answer: unknown): string {
  const issues = (answer as { issue?: { diagnostics?: string; details?: { text?: string } }[] })
    ?.issue
  const first = issues?.[0]
  return first?.diagnostics ?? first?.details?.text ?? 'inget skäl angavs'
}

/** Why something is not there, for the screen: never a number alone. */
export function refusalWords(status: number): string {
  if (status === 0 || status === 504) return 'svarar inte'
  if (status === 401) return 'sessionen är slut'
  if (status === 403) return 'får inte visas i ditt uppdrag'
  if (status === 404) return 'finns inte, eller får inte visas för dig'
  if (status === 429) return 'visas inte just nu: ovanligt många personer har slagits upp'
  return status >= 500 ? 'kunde inte hämtas just nu' : 'kunde inte hämtas'
}
