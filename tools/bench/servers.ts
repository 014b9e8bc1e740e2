import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import type { EmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { type CpuTime, cpuTime, parentOf } from './cpu-time.ts'
import { multiply } from './multiply.ts'
import { recordsOf } from './records.ts'

/** Kärna; the same without law and log; and the bare limit. */
export type ServerName = 'karna' | 'ungated' | 'limit'

/** Three servers on the same PostgreSQL, filled with the same records and ready. */
export interface Bench {
  readonly ports: Readonly<Record<ServerName, number>>
  /** `/fhir/vgr` */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly patients: number
  /** Resources a second through `karna load`. */
  readonly loaded: number
  /** CPU used so far by a server and by PostgreSQL. */
  cpu(server: ServerName): CpuTime | undefined
  /** Rows in the access log. */
  logRows(): Promise<number>
  /** Makes the store so many times larger. */
  grow(times: number): Promise<void>
  close(): Promise<void>
}

const LOGIN = 'anna.nystrom'

/** Starts the servers on databases of their own and fills them through `karna load`. */
export async function openBench(
  postgres: EmbeddedPostgres,
  folder: string,
  patients: number,
  say: (text: string) => void,
): Promise<Bench> {
  const name = `p${patients}`
  await createDatabases(postgres, [`karna_${name}`, `limit_${name}`])
  const environment = {
    ...process.env,
    KARNA_DATA: folder,
    KARNA_DATABASE_URL: postgres.url(`karna_${name}`),
    KARNA_DEMO_PATIENTS: '0',
    KARNA_PORT: '0',
    KARNA_LOOK_UPS: '1000000000 1000000000',
  }
  const karna = await serve(['src/main.ts'], environment)
  say(`filling ${patients * 100} resources …`)
  const began = Date.now()
  await fill(environment, patients)
  const loaded = (patients * 100) / ((Date.now() - began) / 1000)
  const token = await output(
    spawn(process.execPath, ['src/cli.ts', 'token', LOGIN], { env: environment, stdio: PIPED }),
  )
  const ungated = await serve(['tools/bench/ungated-server.ts', postgres.url(`karna_${name}`)])
  const limitUrl = postgres.url(`limit_${name}`)
  const limit = await serve(['tools/bench/limit-server.ts', limitUrl, String(patients)])
  const servers = { karna, ungated, limit }
  const client = await durableClient(postgres.url(`karna_${name}`))
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const postmaster = parentOf(rows[0].pid) ?? 0
  return {
    ports: { karna: karna.port, ungated: ungated.port, limit: limit.port },
    base: '/fhir/vgr',
    headers: { authorization: `Bearer ${token.trim()}` },
    patients,
    loaded,
    cpu: (server) => cpuTime(servers[server].child.pid ?? 0, postmaster),
    async logRows() {
      const counted = await client.query(
        "select count(*)::int as rows from law.access_log where action <> 'open'",
      )
      return counted.rows[0].rows
    },
    grow: (times) => multiply(client, times),
    async close() {
      await client.end()
      await Promise.all(Object.values(servers).map(({ child }) => end(child)))
    },
  }
}

const PIPED: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit']

async function createDatabases(postgres: EmbeddedPostgres, names: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  for (const name of names) await client.query(`create database ${name}`)
  await client.end()
}

/** To count the log with. A log that a power cut could take would be no log: then nothing is measured. */
async function durableClient(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {}) // PostgreSQL ends first when a run is cut off; the reason is told by who saw it
  await client.connect()
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await client.query(`select current_setting('${setting}') as value`)
    if (rows[0].value !== 'on') throw new Error(`${setting} is ${rows[0].value}`)
  }
  return client
}

interface Server {
  readonly child: ChildProcess
  readonly port: number
}

/** A server in a process of its own; `BENCH_PROFILE=folder` has each write a CPU profile there when it ends. */
async function serve(words: readonly string[], env = process.env): Promise<Server> {
  const folder = process.env.BENCH_PROFILE
  const profile = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
  const child = spawn(process.execPath, [...profile, ...words], { env, stdio: PIPED })
  return { child, port: Number(/:(\d+)/.exec(await line(child, /^ready /))?.[1]) }
}

/** Through `karna load`, as any other data: the gate and the log see it too. */
async function fill(environment: NodeJS.ProcessEnv, patients: number): Promise<void> {
  const load = spawn(process.execPath, ['src/cli.ts', 'load', '--region', 'vgr', '-'], {
    env: environment,
    stdio: PIPED,
  })
  load.stdout.resume()
  const ended = once(load, 'exit')
  await pipeline(Readable.from(lines(patients)), load.stdin)
  const [code] = await ended
  if (code !== 0) throw new Error(`karna load ended with ${code}`)
}

function* lines(patients: number): Generator<string> {
  const unit = unitOf(LOGIN)
  for (let patient = 0; patient < patients; patient++) {
    yield `${recordsOf(patient, unit).join('\n')}\n`
  }
}

function unitOf(login: string): string {
  const member = demoDirectory.staff.find((each) => each.login === login)
  const unit = member?.commissions[0]?.unit
  if (!unit) throw new Error(`${login} has no commission in the demo directory`)
  return unit
}

/** The first line that looks so; fails when the process ends before it. */
function line(child: ChildProcess, wanted: RegExp): Promise<string> {
  const { stdout } = child
  if (!stdout) throw new Error('its output is piped')
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: stdout })
    reader.on('line', (text) => wanted.test(text) && resolve(text))
    child.once('exit', () => reject(new Error('a server ended before it was ready')))
  })
}

async function output(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill(process.env.BENCH_PROFILE ? 'SIGINT' : 'SIGTERM')
  await ended
}
