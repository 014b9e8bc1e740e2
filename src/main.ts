import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { buildWorkspace } from '../workspace/build.ts'
import { adviceFor } from './advice.ts'
import { type Config, readConfig } from './config.ts'
import { fillDemo } from './demo.ts'
import { startFeeds } from './feeds.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import type { Directory } from './identity/directory.ts'
import { type Karna, openKarna } from './karna.ts'
import { createEvents } from './log.ts'
import { preparePlace } from './place.ts'
import { greeting, progressBar } from './terminal.ts'

const began = Date.now()
const events = createEvents()
const stop = stopSignal()

try {
  await run(readConfig())
} catch (thrown) {
  process.stderr.write(`${adviceFor(thrown)}\n`)
  process.exitCode = 1
}
process.exit()

/** Opens everything, serves until told to stop, and closes everything, whatever happens between. */
async function run(config: Config): Promise<void> {
  await preparePlace(config)
  const directory = config.demo ? demoDirectory : NO_ONE
  const workspace = path.join(config.dataFolder, 'workspace')
  const built = buildWorkspace(workspace)
  built.catch(() => {}) // waited for below, when there is something to close
  const karna = await openKarna({ config, directory, events, stopPostgres: true, workspace })
  try {
    await built
    if (config.demo) await load(karna, config)
    if (!stop.aborted) await serve(karna, config, directory)
  } finally {
    await karna.close()
  }
}

const NO_ONE: Directory = { regions: [], providers: [], units: [], staff: [] }

async function load(karna: Karna, { demoPatients }: Config): Promise<void> {
  const wanted = { patients: demoPatients, now: swedishNow(), signal: stop }
  await fillDemo(karna, wanted, progressBar(demoPatients, process.stdout))
}

async function serve(karna: Karna, config: Config, directory: Directory): Promise<void> {
  const feeds = await startFeeds(karna, directory, config.hl7v2, Date.now)
  const address = await karna.api.listen({ port: config.port, host: '127.0.0.1' })
  const port = Number(new URL(address).port)
  process.stdout.write(`${greeting(directory, port)}ready http://127.0.0.1:${port}\n`)
  events.emit({ event: 'started', port, ms: Date.now() - began })
  if (config.demo) startSealer(port, karna.regions)
  if (!stop.aborted) await once(stop, 'abort')
  events.emit({ event: 'stopping' })
  await Promise.all(feeds.map((feed) => feed.close()))
}

/**
 * The demo's sealer, a process of its own, with the demo's regions as each other's witnesses. It ends with us.
 * In production it is a service under another user, so that who has the application doesn't have the key.
 */
function startSealer(port: number, regions: readonly string[]): void {
  const witnesses = regions.flatMap((region) => [
    '--witness',
    `http://127.0.0.1:${port}/witness/${region}`,
  ])
  const words = ['src/cli.ts', 'log', 'seal', '--with-parent', ...witnesses]
  const sealer = spawn(process.execPath, words, { stdio: ['pipe', 'ignore', 'inherit'] })
  sealer.unref()
}

/** How soon after the first a further signal is the same press of Ctrl-C, which npm hands on as well. */
const SAME_PRESS_MS = 1_000

/** Aborts when the process is asked to end. Asked once more, it ends at once; PostgreSQL recovers at the next start. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let asked = Number.POSITIVE_INFINITY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (Date.now() - asked > SAME_PRESS_MS) process.exit(1)
      asked = Math.min(asked, Date.now())
      controller.abort()
    })
  }
  return controller.signal
}

/** Now in Sweden, with the offset of the day. */
function swedishNow(): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Stockholm',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const local = parts.format(new Date()).replace(' ', 'T')
  const hours = Math.round((Date.parse(`${local}Z`) - Date.now()) / 3_600_000)
  return `${local}+0${hours}:00`
}
