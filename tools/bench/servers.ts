import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import type { EmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { recordsOf } from './records.ts'

/** A Kärna and the bare limit beside it, both on the same PostgreSQL, filled and ready. */
export interface Bench {
  readonly port: number
  readonly limitPort: number
  /** `/fhir/vgr` */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly patients: number
  /** How many patients' observations the limit's table holds. */
  readonly known: number
  close(): Promise<void>
}

const LOGIN = 'anna.nystrom'
const FILLED = 100

/** Starts both servers on databases of their own and fills them. Takes a minute for a million resources. */
export async function openBench(
  postgres: EmbeddedPostgres,
  name: string,
  patients: number,
  say: (text: string) => void,
): Promise<Bench> {
  await createDatabases(postgres, [`karna_${name}`, `limit_${name}`])
  const environment = {
    ...process.env,
    KARNA_DATABASE_URL: postgres.url(`karna_${name}`),
    KARNA_DEMO_PATIENTS: '0',
    KARNA_PORT: '0',
  }
  const server = spawn(
    'node',
    [...(process.env.BENCH_PROF ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []), 'src/main.ts'],
    { env: environment, stdio: PIPED },
  )
  const port = Number(/:(\d+)/.exec(await line(server, /^ready /))?.[1])
  say(`filling ${patients * 100} resources …`)
  await fill(environment, patients)
  const token = await output(
    spawn('node', ['src/cli.ts', 'token', LOGIN], { env: environment, stdio: PIPED }),
  )
  const limitPort = await freePort()
  const limit = spawn(
    'node',
    ['tools/bench/limit-server.ts', postgres.url(`limit_${name}`), String(limitPort)],
    { stdio: PIPED },
  )
  await line(limit, /^ready/)
  await fillLimit(limitPort, Math.min(FILLED, patients))
  return {
    port,
    limitPort,
    base: '/fhir/vgr',
    headers: { authorization: `Bearer ${token.trim()}` },
    patients,
    known: Math.min(FILLED, patients),
    close: async () => {
      await Promise.all([end(server), end(limit)])
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

/** Through `karna load`, as any other data: the gate and the log see it too. */
async function fill(environment: NodeJS.ProcessEnv, patients: number): Promise<void> {
  const load = spawn('node', ['src/cli.ts', 'load', '--region', 'vgr', '-'], {
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

async function fillLimit(port: number, patients: number): Promise<void> {
  for (let patient = 0; patient < patients; patient++) {
    const rows = recordsOf(patient, 'SE').map((body) => ({ id: JSON.parse(body).id, body }))
    await fetch(`http://127.0.0.1:${port}/limit-fill`, {
      method: 'POST',
      body: JSON.stringify(rows),
    })
  }
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
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
