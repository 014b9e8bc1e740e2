import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { Problem } from '../fhir/problem.ts'
import { type Cluster, clusterOf, giveToOwner } from './cluster-folder.ts'

const run = promisify(execFile)

/** PostgreSQL's own superuser in the embedded cluster. */
const USER = 'karna'

export interface EmbeddedPostgres {
  /** Host folder of the Unix socket, for `pg`. */
  readonly host: string
  readonly port: number
  readonly user: string
  /** A connection string to one of its databases. */
  url(database: string): string
  /** Stops it after its last checkpoint; what was acknowledged is kept either way. */
  stop(): Promise<void>
}

/**
 * A PostgreSQL of our own, from the binaries that npm installed, listening on a Unix socket only.
 * One that outlived its Node process is used again. After an unclean stop it recovers by itself;
 * a lock file that names a process which isn't this cluster's is removed first, since process ids are reused.
 *
 * @param folder where the cluster lives; made on the first start
 * @param sharedMb its own cache in MB: a quarter of the machine's memory, 4 GB at most, where nothing is said
 * @throws Problem `transient` with what to do, when it can't be made or started
 */
export async function startEmbeddedPostgres(
  folder: string,
  sharedMb = Math.min(4096, Math.max(128, Math.floor(totalmem() / 4 / 1_048_576))),
): Promise<EmbeddedPostgres> {
  const cluster = clusterOf(path.resolve(folder))
  if (!existsSync(path.join(cluster.data, 'PG_VERSION'))) await initialise(cluster)
  const running = runningPid(cluster)
  if (running === undefined) removeStaleLocks(cluster)
  const pid = running ?? launch(cluster, sharedMb)
  await untilReady(cluster, pid)
  return {
    host: cluster.socket,
    port: cluster.port,
    user: USER,
    url: (database) =>
      `postgres://${USER}@localhost:${cluster.port}/${database}?host=${encodeURIComponent(cluster.socket)}`,
    stop: () => stop(cluster),
  }
}

async function initialise(cluster: Cluster): Promise<void> {
  rmSync(cluster.data, { recursive: true, force: true }) // of an initialisation that was cut off
  mkdirSync(cluster.data, { recursive: true, mode: 0o700 })
  giveToOwner(cluster.data)
  const initdb = path.join(cluster.binaries, 'bin', 'initdb')
  const options = [
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
  ]
  try {
    await run(initdb, ['-D', cluster.data, '-U', USER, ...options, '--no-sync'], {
      ...cluster.owner,
      cwd: cluster.data,
    })
  } catch (cause) {
    rmSync(cluster.data, { recursive: true, force: true })
    throw new Problem('transient', startAdvice(String((cause as Error).message)), { cause })
  }
}

/** The pid of the postmaster of this very cluster, if it runs. */
function runningPid(cluster: Cluster): number | undefined {
  const file = path.join(cluster.data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [pid] = readFileSync(file, 'utf8').split('\n').map(Number)
  return pid && isPostmasterOf(pid, cluster.data) ? pid : undefined
}

function isPostmasterOf(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return command.some((word) => word.endsWith('postgres')) && command.includes(data)
  } catch {
    return !existsSync('/proc') // no /proc to ask: believe the lock file
  }
}

function removeStaleLocks(cluster: Cluster): void {
  rmSync(path.join(cluster.data, 'postmaster.pid'), { force: true })
  for (const suffix of ['', '.lock']) {
    rmSync(path.join(cluster.socket, `.s.PGSQL.${cluster.port}${suffix}`), { force: true })
  }
}

/** Its own session, so that Ctrl-C in a terminal reaches it only through us. */
function launch(cluster: Cluster, sharedMb: number): number {
  const log = openSync(path.join(cluster.data, 'server.log'), 'a')
  const settings = Object.entries(settingsOf(cluster, sharedMb)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(
    path.join(cluster.binaries, 'bin', 'postgres'),
    ['-D', cluster.data, ...settings],
    { ...cluster.owner, cwd: cluster.data, detached: true, stdio: ['ignore', log, log] },
  )
  child.on('error', () => {}) // untilReady says what the log says
  child.unref()
  return child.pid ?? 0
}

function settingsOf(cluster: Cluster, sharedMb: number): Record<string, string> {
  return {
    listen_addresses: '',
    port: String(cluster.port),
    unix_socket_directories: cluster.socket,
    unix_socket_permissions: '0700',
    shared_buffers: `${sharedMb}MB`,
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    synchronous_commit: 'on',
    fsync: 'on',
  }
}

async function untilReady(cluster: Cluster, pid: number): Promise<void> {
  const deadline = Date.now() + 120_000 // crash recovery of a large cluster takes its time
  for (let wait = 10; Date.now() < deadline; wait = Math.min(wait * 1.3, 250)) {
    if (await answers(cluster)) return
    if (pid === 0 || !isPostmasterOf(pid, cluster.data)) await pause(30)
    if (pid === 0 || (!isPostmasterOf(pid, cluster.data) && !(await answers(cluster)))) {
      throw new Problem('transient', startAdvice(lastLines(cluster)))
    }
    await pause(wait)
  }
  throw new Problem('transient', startAdvice(lastLines(cluster)))
}

async function answers(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({
    host: cluster.socket,
    port: cluster.port,
    user: USER,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

function lastLines(cluster: Cluster): string {
  const file = path.join(cluster.data, 'server.log')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-4).join('\n') : ''
}

/** What happened and what to do, in a sentence; the server's own words after it. */
function startAdvice(words: string): string {
  const advice = /No space left/i.test(words)
    ? 'The disk is full: free some space, then start again. Nothing that was saved is lost.'
    : /Permission denied/i.test(words)
      ? 'A folder may not be written: check who owns the folder in KARNA_DATA, then start again.'
      : 'See server.log in the database folder, or set KARNA_DATABASE_URL to a PostgreSQL of your own.'
  return `The embedded PostgreSQL did not start. ${advice}\n${words}`
}

/** First with a last checkpoint; where that can't be written, as on a full disk, without: it recovers at the next start. */
async function stop(cluster: Cluster): Promise<void> {
  const control = path.join(cluster.binaries, 'bin', 'pg_ctl')
  const as = { ...cluster.owner, cwd: cluster.data }
  for (const [mode, seconds] of [
    ['fast', '20'],
    ['immediate', '10'],
  ] as const) {
    const words = ['-D', cluster.data, '-w', '-t', seconds, '-m', mode, 'stop']
    await run(control, words, as).catch(() => {}) // whether it runs is what counts
    if (runningPid(cluster) === undefined) return
  }
  throw new Problem('transient', 'The embedded PostgreSQL did not stop; see server.log')
}
