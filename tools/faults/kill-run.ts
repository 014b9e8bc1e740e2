import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createLedger, type Ledger, startLoad } from './disclosure-load.ts'
import { startVictims, type Victims } from './processes.ts'
import { EACH, faultRecords, observationId } from './records.ts'

/** What a run is to do. It goes on until it has both so many kills and so many disclosures. */
export interface KillRun {
  readonly folder: string
  readonly entry: string
  readonly kills: number
  readonly disclosures: number
  readonly clients: number
  readonly onProgress?: (line: string) => void
  /** Runs at the end, while all is up. */
  readonly after?: (victims: Victims) => Promise<void>
}

/** What came of it. */
export interface KillReport {
  readonly kills: { server: number; postgres: number; both: number }
  readonly disclosures: number
  readonly answers: number
  readonly broken: number
  readonly refused: number
  /** How often the server ended that nobody had killed. */
  readonly crashes: number
  /** Disclosed without an entry: `request Observation/id`. */
  readonly unlogged: readonly string[]
}

/**
 * Kills server and database again and again under load, and then holds what clients received against the log.
 * Whatever was seen of a record, even half an answer, must have its entry under the request's own name.
 */
export async function killRun(run: KillRun): Promise<KillReport> {
  mkdirSync(run.folder, { recursive: true })
  const victims = await startVictims(run.folder, run.entry)
  try {
    await victims.revive()
    const tokens = await fill(victims, run.folder)
    const ledger = createLedger()
    const load = startLoad(victims.port, tokens, ledger, run.clients)
    const kills = await killing(victims, ledger, run)
    await load.stop()
    await victims.revive()
    const unlogged = await unloggedIn(victims.databaseUrl, ledger)
    await run.after?.(victims)
    const { disclosures, answers, broken, refused } = ledger
    const crashes = victims.crashes()
    return { kills, disclosures, answers, broken, refused, crashes, unlogged }
  } finally {
    await victims.stop()
    rmSync(run.folder, { recursive: true, force: true })
  }
}

async function fill(victims: Victims, folder: string): Promise<string[]> {
  const file = path.join(folder, 'records.ndjson')
  writeFileSync(file, faultRecords())
  await victims.karna('load', file, '--region', 'vgr')
  const tokens: string[] = []
  for (const login of ['anna.nystrom', 'lina.ek', 'erik.sand']) {
    tokens.push((await victims.karna('token', login)).trim())
  }
  return tokens
}

/** Two times of five the server, two of five the database, one of five both, after a second or so in good health. */
async function killing(victims: Victims, ledger: Ledger, run: KillRun) {
  const kills = { server: 0, postgres: 0, both: 0 }
  for (let done = 0; done < run.kills || ledger.disclosures < run.disclosures; done++) {
    await untilItWorks(victims, ledger, run.clients)
    await pause(100 + Math.random() * 1_000)
    const kind = (['server', 'server', 'postgres', 'postgres', 'both'] as const)[done % 5] ?? 'both'
    if (kind !== 'server') await victims.killPostgres()
    if (kind !== 'postgres') await victims.killServer()
    kills[kind]++
    if (done % 10 === 9) {
      run.onProgress?.(`${done + 1} kills, ${ledger.disclosures} disclosures`)
    }
  }
  return kills
}

/** Until each client has had an answer since the last kill, on the average. */
async function untilItWorks(victims: Victims, ledger: Ledger, clients: number): Promise<void> {
  await victims.revive()
  const enough = ledger.answers + clients
  while (ledger.answers < enough) {
    if (victims.port() === undefined) await victims.revive() // it ended by itself
    await pause(10)
  }
}

async function unloggedIn(databaseUrl: string, { seen }: Ledger): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const unlogged: string[] = []
  const names = [...seen.keys()]
  for (let start = 0; start < names.length; start += 1_000) {
    const some = names.slice(start, start + 1_000)
    const logged = await loggedFor(client, some)
    for (const name of some) {
      for (const place of seen.get(name) ?? []) {
        const id = observationId(Math.floor(place / EACH), place % EACH)
        if (!logged.has(`${name} ${id}`)) unlogged.push(`${name} Observation/${id}`)
      }
    }
  }
  await client.end()
  return unlogged
}

async function loggedFor(client: pg.Client, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ request: string; resources: string }>(
    "select request, resources from law.access_log where request = any($1) and outcome = 'permit'",
    [names],
  )
  return new Set(
    rows.flatMap(({ request, resources }) =>
      [...resources.matchAll(/Observation\/(\S+?)\/\d+/g)].map(([, id]) => `${request} ${id}`),
    ),
  )
}
