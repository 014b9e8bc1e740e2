import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** What other connections have told on a channel of PostgreSQL's (`notify`). */
export interface Notices {
  /** Whether everything told by transactions that committed more than {@link LATE_MS} ago has been heard. */
  isWhole(): boolean
  /**
   * @param told each payload, as it comes
   * @param anew some may have been missed: listening began, or the connection was lost
   */
  subscribe(told: (payload: string) => void, anew: () => void): void
  close(): Promise<void>
}

/** What is heard is at most this late, in milliseconds; else {@link Notices.isWhole} says no. */
export const LATE_MS = 1_000
const BEAT_MS = 300
const RETRY_MS = 500
const LIMITS = { connectionTimeoutMillis: 5_000, query_timeout: 5_000 }

/**
 * Listens on a connection of its own. Silence is not taken for "nothing happened": several times a second it tells itself
 * something, and since PostgreSQL hands notices on in the order of commits, hearing that means that all before it was heard.
 * Where `listen` doesn't work (behind a pooler that shares connections by transaction) `isWhole` is simply never true.
 * https://www.postgresql.org/docs/18/sql-notify.html
 */
export function createNotices(connectionString: string, channel: string): Notices {
  const me = randomUUID()
  const listeners: { told: (payload: string) => void; anew: () => void }[] = []
  let wholeAt = Number.NEGATIVE_INFINITY
  let client: pg.Client | undefined
  let closed = false

  function hear(payload: string): void {
    const [who, at] = payload.split(' ')
    if (who === me) wholeAt = Math.max(wholeAt, Number(at))
    else for (const { told } of listeners) told(payload)
  }

  function lose(): void {
    client = undefined
    wholeAt = Number.NEGATIVE_INFINITY
    for (const { anew } of listeners) anew()
  }

  async function connect(): Promise<void> {
    const made = new pg.Client({ connectionString, ...LIMITS })
    client = made
    const lost = () => client === made && lose()
    made.on('error', lost)
    made.on('end', lost)
    made.on('notification', ({ payload = '' }) => client === made && hear(payload))
    try {
      await made.connect()
      await made.query(`listen ${pg.escapeIdentifier(channel)}`)
      for (const { anew } of listeners) anew()
    } catch {
      lost()
      await made.end().catch(() => {})
    }
  }

  /** One at a time: a beat that isn't answered holds up the next, and then nothing is whole. */
  async function beat(): Promise<void> {
    if (!client) await connect()
    if (!client) return
    const said = `${me} ${performance.now()}`
    const asked = client
    await client.query('select pg_notify($1, $2)', [channel, said]).catch(async () => {
      if (client === asked) lose()
      await asked.end().catch(() => {})
    })
  }

  let timer: NodeJS.Timeout | undefined
  async function keepOn(): Promise<void> {
    await beat()
    if (closed) return
    timer = setTimeout(() => void keepOn(), client ? BEAT_MS : RETRY_MS)
    timer.unref()
  }
  const started = keepOn()

  return {
    isWhole: () => performance.now() - wholeAt < LATE_MS,
    subscribe: (told, anew) => void listeners.push({ told, anew }),
    async close() {
      closed = true
      clearTimeout(timer)
      await started
      await client?.end().catch(() => {})
    },
  }
}
