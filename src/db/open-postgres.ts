import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Problem } from '../fhir/problem.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

/** A database of the embedded PostgreSQL. */
export interface OpenPostgres {
  readonly url: string
  /** Stops the PostgreSQL it lies in: of the only server always, else if nobody else uses it. */
  stop(): Promise<void>
}

/**
 * A database in the embedded PostgreSQL, which is started if it doesn't run; both are made the first time.
 *
 * @param alone whether this process is to be the only server on the folder
 * @throws Problem `conflict` when another server is, and `transient` when PostgreSQL can't be started
 */
export async function openPostgres({
  folder,
  name,
  alone,
}: {
  folder: string
  name: string
  alone: boolean
}): Promise<OpenPostgres> {
  const postgres = await startEmbeddedPostgres(folder)
  const admin = new pg.Client({ connectionString: postgres.url('postgres') })
  admin.on('error', () => {}) // PostgreSQL went away: the next statement elsewhere says so
  await admin.connect()
  if (alone && !(await isOurs(admin))) {
    await admin.end()
    throw new Problem(
      'conflict',
      `Another Kärna is running on ${folder}. Stop that one, or give this one a folder of its own: KARNA_DATA=/some/folder npm start`,
    )
  }
  const { rows } = await admin.query('select 1 from pg_database where datname = $1', [name])
  if (rows.length === 0) await admin.query(`create database ${name}`)
  if (!alone) await admin.end() // else it lives as long as we do, since the lock is its
  return {
    url: postgres.url(name),
    async stop() {
      await admin.end().catch(() => {})
      if (alone || !(await isUsed(postgres.url('postgres')))) await postgres.stop()
    },
  }
}

/** Whether somebody else is connected; where that can't be asked, it is taken to be so. */
async function isUsed(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    )
    return rows.length > 0
  } catch {
    return true
  } finally {
    await client.end().catch(() => {})
  }
}

/** Names the lock of the one server. Any constant will do. */
const LOCK = 20_261_125

/** A server that was killed holds its lock until PostgreSQL has seen that it is gone. */
async function isOurs(admin: pg.Client): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const { rows } = await admin.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1) as held',
      [LOCK],
    )
    if (rows[0]?.held) return true
    await pause(100)
  }
  return false
}
