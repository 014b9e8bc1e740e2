import type { Socket } from 'node:net'
import pg from 'pg'
import { Problem } from '../fhir/problem.ts'
import { queryUndescribed } from './raw-query.ts'

/** Something that statements can be sent to: the {@link Database}, or one transaction of it. */
export interface Queryable {
  query<Row = unknown>(statement: Statement): Promise<{ readonly rows: Row[] }>
}

/** A statement as `pg` takes it. `raw` asks for rows as arrays of PostgreSQL's own text. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
  readonly raw?: boolean
}

/** PostgreSQL: statements on pipelined connections, transactions on connections of their own. */
export interface Database extends Queryable {
  /**
   * Commits when `work` settles, rolls back when it or a statement of it fails. What `work` sends goes out at once and in
   * order; answers that it doesn't wait for are waited for with the commit.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
  /** A connection of its own, for statements that wait for the disk: nothing else comes to wait behind them. */
  apart(): Queryable
  end(): Promise<void>
}

const LIMITS = {
  connectionTimeoutMillis: 10_000,
  query_timeout: 60_000,
  statement_timeout: 60_000,
  // A prepared plan outlives the empty table it was made for: every statement here has an index to walk, also in a join.
  options:
    '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan',
}

/** A connection that many statements are under way on. */
interface Lane {
  client: Promise<pg.Client> | undefined
  underWay: number
}

/** What is asked in one turn of the event loop shares a lane up to so many statements: fewer, larger writes. */
const SHARED = 8

/**
 * Opens a database. Statements outside transactions share few connections, each with many statements under way
 * (`pipeline`); they take the one with the least to do, so that a slow statement holds few up. A connection that is lost is
 * made anew by the next statement.
 *
 * @throws from every method: Problem `transient` when PostgreSQL can't be reached or goes away
 */
export function createDatabase(connectionString: string, lanes = 3): Database {
  const pool = new pg.Pool({ connectionString, max: 8, pipeline: true, ...LIMITS } as pg.PoolConfig)
  pool.on('error', () => {}) // an idle connection was lost; the next statement gets another
  pool.on('connect', (client) => client.on('error', () => {})) // its statements tell; unheard it would end the process
  const shared = Array.from({ length: lanes }, makeLane)
  const own: Lane[] = []
  let current: Lane | undefined

  function nextLane(): Lane {
    if (current && current.underWay < SHARED) return current
    if (!current) setImmediate(() => (current = undefined))
    current = shared.reduce((least, lane) => (lane.underWay < least.underWay ? lane : least))
    return current
  }

  async function sendOn<Row>(lane: Lane, statement: Statement): Promise<{ rows: Row[] }> {
    lane.underWay++
    try {
      const client = await (lane.client ?? connectLane(lane, connectionString))
      gather(client)
      return await send<Row>(client, statement)
    } finally {
      lane.underWay--
    }
  }

  return {
    query: (statement) => sendOn(nextLane(), statement),
    apart() {
      const lane = makeLane()
      own.push(lane)
      return { query: (statement) => sendOn(lane, statement) }
    },
    async transaction(work) {
      const client = await pool.connect().catch(unreachable)
      const sent: Promise<unknown>[] = []
      let broken: Error | undefined
      const lost = (cause: Error) => {
        broken = cause
      }
      client.on('error', lost)
      const follow = <Row>(statement: Statement) => {
        const answer = send<Row>(client, statement)
        answer.catch(() => {}) // told of below, with the first that failed
        sent.push(answer)
        return answer
      }
      try {
        void follow({ text: 'begin' })
        const result = await work({ query: follow })
        void follow({ text: 'commit' }) // PostgreSQL rolls back instead when a statement before it failed
        await Promise.all(sent)
        return result
      } catch (thrown) {
        await client.query('rollback').catch((cause: Error) => {
          broken = cause
        })
        throw thrown
      } finally {
        client.off('error', lost)
        client.release(broken)
      }
    },
    async end() {
      // One that couldn't be made has nothing to end.
      const made = [...shared, ...own].map(({ client }) => client?.catch(() => undefined))
      await Promise.all(made.map(async (client) => (await client)?.end()))
      await pool.end()
    },
  }
}

const makeLane = (): Lane => ({ client: undefined, underWay: 0 })

function connectLane(lane: Lane, connectionString: string): Promise<pg.Client> {
  const made = connect(connectionString, () => {
    if (lane.client === made) lane.client = undefined
  })
  lane.client = made
  return made
}

const gathering = new WeakSet<pg.Client>()

/** What is asked in one turn of the event loop leaves in one write: a system call for many statements. */
function gather(client: pg.Client): void {
  if (gathering.has(client)) return
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  gathering.add(client)
  stream.cork()
  setImmediate(() => {
    gathering.delete(client)
    stream.uncork()
  })
}

async function connect(connectionString: string, lost: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, pipeline: true, ...LIMITS } as pg.ClientConfig)
  client.on('error', lost)
  client.on('end', lost)
  try {
    await client.connect()
    return client
  } catch (cause) {
    lost()
    return unreachable(cause)
  }
}

async function send<Row>(client: pg.ClientBase, statement: Statement): Promise<{ rows: Row[] }> {
  const { raw, ...rest } = statement
  const sent = raw ? queryUndescribed(client, rest) : client.query(rest as pg.QueryConfig)
  try {
    return (await sent) as unknown as { rows: Row[] }
  } catch (cause) {
    return isLoss(cause) ? unreachable(cause) : Promise.reject(cause)
  }
}

/** Whether the connection or the server went away, rather than the statement being wrong. */
function isLoss(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code
  if (typeof code !== 'string') return true // pg's own errors: terminated, timed out, not queryable
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code) // EPIPE is none
  return /^(08|57P|53)/.test(code) || !isSqlState || code === '25006'
}

function unreachable(cause: unknown): never {
  throw new Problem(
    'transient',
    'The database does not answer. Nothing that was acknowledged is lost; try again.',
    { cause },
  )
}
