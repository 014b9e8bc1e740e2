import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { buildWorkspace } from '../workspace/build.ts'
import { adviceFor } from './advice.ts'
import { type Config, type PeerDoorSetting, readConfig } from './config.ts'
import { DEMO_SEED, fillDemo } from './demo.ts'
import { type DemoNeighbours, startNeighbours } from './demo-neighbours.ts'
import { prepareDemoRegions, startDemoSystems } from './demo-regions.ts'
import { startFeeds } from './feeds.ts'
import { Problem } from './fhir/problem.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import { type Karna, openKarna } from './karna.ts'
import { createEvents } from './log.ts'
import { openPeerDoor } from './peers.ts'
import { preparePlace } from './place.ts'
import { startServiceContracts } from './service-contracts.ts'
import { stopSignal } from './stop-signal.ts'
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
  const workspace = path.join(config.dataFolder, 'workspace')
  const built = buildWorkspace(workspace)
  built.catch(() => {}) // waited for below, when there is something to close
  const neighbours = config.demo ? await startNeighbours(demoDirectory) : undefined
  const karna = await openKarna({
    config,
    directory: config.demo ? demoDirectory : 'stored',
    events,
    isServer: true,
    workspace,
    ...(neighbours && { logins: neighbours.logins }),
  })
  const close = async () => {
    await neighbours?.stop()
    await karna.close()
  }
  try {
    await built
    if (config.demo) await load(karna, config)
    if (!stop.aborted) await serve(karna, { config, neighbours })
  } catch (thrown) {
    await close().catch(() => {}) // what went wrong first is what is told
    throw thrown
  }
  await close()
}

async function load(karna: Karna, { demoPatients }: Config): Promise<void> {
  const wanted = { patients: demoPatients, now: swedishNow(), signal: stop }
  const { loaded } = await karna.demo.begin({ until: wanted.now, patients: demoPatients })
  if (!loaded) await prepareDemoRegions(karna)
  await fillDemo(karna, wanted, progressBar(demoPatients, process.stdout))
}

interface Serving {
  readonly config: Config
  readonly neighbours: DemoNeighbours | undefined
}

async function serve(karna: Karna, { config, neighbours }: Serving): Promise<void> {
  const { directory } = karna
  const feeds = await startFeeds(karna, directory, config.hl7v2, Date.now)
  const contracts = await startServiceContracts(karna, directory)
  const door = config.peerDoor && (await openPeerDoor(karna.api, readDoor(config.peerDoor)))
  const address = await karna.api.listen({ port: config.port, host: '127.0.0.1' })
  const port = Number(new URL(address).port)
  neighbours?.meet(karna, port)
  process.stdout.write(`${greeting(directory, port)}ready http://127.0.0.1:${port}\n`)
  events.emit({ event: 'started', port, ms: Date.now() - began })
  const wanted = { seed: DEMO_SEED, until: swedishNow(), patients: config.demoPatients }
  const stopSystems = config.demo ? await persist(() => startDemoSystems(karna, wanted)) : undefined
  karna.live.watch.begin()
  flushCompileCache() // for the next start, however this one ends
  if (!stop.aborted) await once(stop, 'abort')
  events.emit({ event: 'stopping' })
  await Promise.all([...feeds, contracts, door].map((each) => each?.close()))
  await stopSystems?.()
}

/** What serves is not ended by a database that goes away: tries until it is back, or until told to stop. */
async function persist<T>(work: () => Promise<T>): Promise<T | undefined> {
  while (!stop.aborted) {
    try {
      return await work()
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== 'transient') throw thrown
      await pause(1_000, undefined, { signal: stop }).catch(() => {})
    }
  }
  return undefined
}

const readDoor = ({ port, certFile, keyFile }: PeerDoorSetting) => ({
  port,
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
})

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
