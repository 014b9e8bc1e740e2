import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { verifyCommand } from '../tools/verify-log/command.ts'
import type { Config } from './config.ts'
import { createDatabase } from './db/database.ts'
import { Problem } from './fhir/problem.ts'
import { type Karna, openDatabase } from './karna.ts'
import { createSealer } from './law/sealing/sealer.ts'
import { createWitnessClient } from './law/sealing/witness-client.ts'
import type { Events } from './log.ts'
import { createStoreLog } from './systems/rivta/national/store-log.ts'
import { createSoapClient } from './systems/rivta/soap/soap-client.ts'

/** The folder where the sealer has its key and tree, unless told otherwise. */
export const sealerFolder = ({ dataFolder }: Config): string => path.join(dataFolder, 'sealer')

/** The folder of this node's own witnesses. */
export const witnessFolder = ({ dataFolder }: Config): string => path.join(dataFolder, 'witness')

/**
 * Hands what is new of a region's log to the national log service: `karna log send REGION --url URL --to HSA-ID --system HSA-ID`,
 * with `--cert`, `--key` and `--ca` for mutual TLS. Run it at least once a day; what fails is sent the next time.
 *
 * @throws Problem `transient` when the service is away
 */
export async function sendLog(karna: Karna, words: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { url: text, to: text, system: text, cert: text, key: text, ca: text },
  })
  const [region] = positionals
  const { url, to, system } = values
  if (!region || !url || !to || !system) {
    throw new Problem('invalid', 'karna log send REGION --url URL --to HSA-ID --system HSA-ID')
  }
  const read = (file: string | undefined) => (file ? readFileSync(file) : undefined)
  const [cert, key, ca] = [read(values.cert), read(values.key), read(values.ca)]
  const tls = { ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) }
  const client = createSoapClient({ maxConnections: 1, tls })
  try {
    const service = { client, url, logicalAddress: to, deadline: 27_000 }
    const report = await karna.handOverLog(region, system, createStoreLog(service))
    process.stdout.write(`${report.sent} posts sent, ${report.refused} refused\n`)
    return report.refused > 0 ? 2 : 0
  } finally {
    client.close()
  }
}

/** `karna log seal | verify | export`. @returns the exit code */
export async function logCommand(
  words: readonly string[],
  config: Config,
  events: Events,
): Promise<number> {
  const [what, ...rest] = words
  if (what === 'seal') return seal(rest, config, events)
  if (what === 'verify' || what === 'export') return verifyOrExport(what, rest, config)
  throw new Problem('invalid', 'Say what: karna log verify | export | seal | send')
}

/** Seals the log every few seconds until it is stopped. In production a service of its own, under its own user. */
async function seal(words: readonly string[], config: Config, events: Events): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      folder: { type: 'string', default: sealerFolder(config) },
      name: { type: 'string', default: 'karna.invalid/access-log' },
      witness: { type: 'string', multiple: true, default: [] },
      every: { type: 'string', default: '5' },
      'with-parent': { type: 'boolean', default: false },
    },
  })
  if (values['with-parent']) process.stdin.resume().on('end', () => process.exit(0))
  const { url } = await openDatabase(config)
  const sealer = createSealer({
    db: createDatabase(url, 1),
    folder: values.folder,
    origin: values.name,
    witnesses: values.witness.map(createWitnessClient),
    now: Date.now,
  })
  for (let failed = false; ; ) {
    failed = await sealOnce(sealer, events, failed)
    await pause(Number(values.every) * 1_000)
  }
}

/** A failure is told of once: a log that was put back to an earlier state fails every time until its operator has acted. */
async function sealOnce(
  sealer: ReturnType<typeof createSealer>,
  events: Events,
  failedBefore: boolean,
): Promise<boolean> {
  try {
    await sealer.seal()
    return false
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    const why = thrown.code === 'conflict' ? 'log-changed' : 'database-away'
    if (!failedBefore) events.emit({ event: 'not-sealed', why })
    return true
  }
}

async function verifyOrExport(
  what: 'verify' | 'export',
  words: readonly string[],
  config: Config,
): Promise<number> {
  const opened: Awaited<ReturnType<typeof openDatabase>>[] = []
  const open = async () => {
    const postgres = await openDatabase(config)
    opened.push(postgres)
    return postgres.url
  }
  try {
    const [sealer, witnesses] = [sealerFolder(config), foldersIn(witnessFolder(config))]
    return await verifyCommand(what, words, { database: open, sealer, witnesses })
  } finally {
    for (const postgres of opened) await postgres.stop()
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name))
  } catch {
    return [] // this node has not witnessed anything yet
  }
}
