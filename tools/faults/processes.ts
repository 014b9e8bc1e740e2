import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'

const run = promisify(execFile)

/** A server and its PostgreSQL as processes of their own, to be killed as a power cut or a bug would. */
export interface Victims {
  /** Where the server answers just now. `undefined` while it is down. */
  readonly port: () => number | undefined
  readonly databaseUrl: string
  /** How often the server ended that nobody had killed. */
  readonly crashes: () => number
  killServer(): Promise<void>
  killPostgres(): Promise<void>
  /** Starts whatever is down, and returns when it answers. */
  revive(): Promise<void>
  /** Runs `karna` against the same database, and gives what it printed. */
  karna(...words: readonly string[]): Promise<string>
  stop(): Promise<void>
}

/**
 * @param folder for the database and all else; its own
 * @param entry the server's first file: `src/main.ts`, or a broken build of it
 */
export async function startVictims(folder: string, entry: string): Promise<Victims> {
  const cluster = path.join(folder, 'postgres')
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres(cluster)
  const databaseUrl = postgres.url('postgres')
  const environment = {
    ...process.env,
    KARNA_PORT: '0',
    KARNA_DATA: path.join(folder, 'data'),
    KARNA_DATABASE_URL: databaseUrl,
    KARNA_DEMO_PATIENTS: '0',
  }
  let server: Server | undefined
  let postgresIsUp = true
  let crashes = 0

  return {
    port: () => server?.port,
    databaseUrl,
    crashes: () => crashes,
    async killServer() {
      const { process: victim } = server ?? {}
      server = undefined
      if (victim) await kill(victim)
    },
    async killPostgres() {
      postgresIsUp = false
      await killCluster(path.join(cluster, 'cluster'))
    },
    async revive() {
      if (!postgresIsUp) postgres = await startEmbeddedPostgres(cluster)
      postgresIsUp = true
      server ??= await startServer(entry, environment, () => {
        if (server) crashes++
        server = undefined
      })
    },
    karna: async (...words) =>
      (await run(process.execPath, ['src/cli.ts', ...words], { env: environment })).stdout,
    async stop() {
      const { process: last } = server ?? {}
      server = undefined
      if (last) await kill(last)
      if (postgresIsUp) await postgres.stop()
    },
  }
}

interface Server {
  readonly process: ChildProcess
  readonly port: number
}

async function startServer(
  entry: string,
  env: NodeJS.ProcessEnv,
  onEnd: () => void,
): Promise<Server> {
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /ready http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (found) resolve(Number(found))
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)))
  })
  child.on('exit', (code, signal) => {
    if (signal !== 'SIGKILL')
      process.stderr.write(`the server ended with ${code}: ${said.slice(-2000)}\n`)
    onEnd()
  })
  return { process: child, port }
}

async function kill(victim: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => victim.once('exit', resolve))
  if (victim.exitCode === null && victim.signalCode === null) {
    victim.kill('SIGKILL')
    await gone
  }
}

/** The postmaster first, so that it can't tidy up, then each of its children. */
async function killCluster(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid')
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  const children = childrenOf(postmaster)
  for (const pid of [postmaster, ...children]) signal(pid)
  for (const pid of [postmaster, ...children]) {
    while (isAlive(pid)) await pause(5)
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statOf(name).parent === parent)
    .map(Number)
}

function statOf(pid: string): { state: string; parent: number } {
  const file = `/proc/${pid}/stat`
  try {
    const [, state = 'X', parent = '0'] =
      /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(file, 'utf8')) ?? []
    return { state, parent: Number(parent) }
  } catch {
    return { state: 'X', parent: 0 }
  }
}

/** One that has ended but that nobody has asked about holds nothing any more. */
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !['Z', 'X'].includes(statOf(String(pid)).state)

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {} // it ended by itself
}
