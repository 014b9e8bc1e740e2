import { spawn } from 'node:child_process'
import { readConfig } from './config.ts'
import { type DemoProgress, fillDemo } from './demo.ts'
import { startFeeds } from './feeds.ts'
import { Problem } from './fhir/problem.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import { openKarna } from './karna.ts'
import { createEvents } from './log.ts'
import path from 'node:path'
import { buildWorkspace } from '../workspace/build.ts'

const began = Date.now()
const events = createEvents()

try {
  const config = readConfig()
  const directory = config.demo
    ? demoDirectory
    : { regions: [], providers: [], units: [], staff: [] }
  const workspace = path.join(config.dataFolder, 'workspace')
  const [karna] = await Promise.all([
    openKarna({ config, directory, events, stopPostgres: true, workspace }),
    buildWorkspace(workspace),
  ])
  if (config.demo) {
    const now = swedishNow()
    await fillDemo(karna, { patients: config.demoPatients, now }, progressBar(config.demoPatients))
  }
  const feeds = await startFeeds(karna, directory, config.hl7v2, Date.now)
  const address = await karna.api.listen({ port: config.port, host: '127.0.0.1' })
  const port = Number(new URL(address).port)
  if (config.demo) {
    process.stdout.write(
      `This is a demo with invented people. It listens on this machine only.\nLogins: ${directory.staff.map(({ login }) => login).join(', ')}, sandbox\n`,
    )
  }
  process.stdout.write(`ready http://127.0.0.1:${port}\n`)
  events.emit({ event: 'started', port, ms: Date.now() - began })
  if (config.demo) startSealer(port, karna.regions)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      events.emit({ event: 'stopping' })
      void Promise.all(feeds.map((feed) => feed.close()))
        .then(() => karna.close())
        .then(() => process.exit(0))
    })
  }
} catch (thrown) {
  process.stderr.write(`${adviceFor(thrown)}\n`)
  process.exit(1)
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

/** A bar on a terminal; a line every tenth elsewhere. */
function progressBar(patients: number): (progress: DemoProgress) => void {
  let tenths = -1
  return (progress) => {
    const share = Math.min(1, progress.patients / patients)
    const line = `Loading the demo ${'█'.repeat(share * 24).padEnd(24, '░')} ${progress.patients} people, ${progress.resources} records`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${share === 1 ? '\n' : ''}`)
    else if (Math.floor(share * 10) > tenths) {
      tenths = Math.floor(share * 10)
      process.stdout.write(`${line}\n`)
    }
  }
}

/** What happened and what to do, in a sentence. */
function adviceFor(thrown: unknown): string {
  const code = (thrown as { code?: string }).code
  if (code === 'EADDRINUSE') {
    return 'The port is taken by another program. Stop that one, or choose another port: KARNA_PORT=8081 npm start'
  }
  if (code === 'ENOSPC')
    return 'The disk is full. Free some space and start again; nothing that was saved is lost.'
  if (code === 'EACCES')
    return 'A folder or port may not be used. Check who owns KARNA_DATA, or choose another.'
  if (thrown instanceof Problem) return thrown.message
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === '28P01' || code === '3D000') {
    return `The database in KARNA_DATABASE_URL can't be used (${code}). Check host, port, name, user and password.`
  }
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
