import { mkdirSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { startVictims, type Victims } from './processes.ts'
import { createWriteLedger, startWriting, TOGETHER, type WriteLedger } from './write-load.ts'

/** What came of killing under writes. */
export interface WriteReport {
  readonly kills: number
  readonly acknowledged: number
  readonly unknown: number
  /** Acknowledged, but not there. */
  readonly lost: readonly string[]
  /** There, but without an entry in the access log. */
  readonly unlogged: readonly string[]
  /** Transactions of which a part is there. */
  readonly partial: readonly string[]
}

/**
 * Kills server and database again and again while clients write, and then holds what they were told against what is
 * stored and logged.
 */
export async function writeRun(run: {
  readonly folder: string
  readonly entry: string
  readonly kills: number
  readonly clients: number
  readonly onProgress?: (line: string) => void
}): Promise<WriteReport> {
  mkdirSync(run.folder, { recursive: true })
  const victims = await startVictims(run.folder, run.entry)
  try {
    await victims.revive()
    const token = (await victims.karna('token', 'sandbox')).trim()
    const ledger = createWriteLedger()
    const load = startWriting(victims.port, token, ledger, run.clients)
    for (let done = 0; done < run.kills; done++) {
      await kill(victims, ledger, run.clients, done)
      if (done % 10 === 9) run.onProgress?.(`${done + 1} kills, ${ledger.acknowledged.size} writes`)
    }
    await victims.revive()
    await load.stop()
    await victims.revive()
    return { kills: run.kills, ...(await held(victims.databaseUrl, ledger)) }
  } finally {
    await victims.stop()
    rmSync(run.folder, { recursive: true, force: true })
  }
}

/** Waits until all is well and much is written, and kills the server, the database or both. */
async function kill(victims: Victims, ledger: WriteLedger, clients: number, number: number) {
  await victims.revive()
  const enough = ledger.acknowledged.size + clients * 4
  while (ledger.acknowledged.size < enough) {
    if (victims.port() === undefined) await victims.revive() // it ended by itself
    await pause(5)
  }
  await pause(Math.random() * 300)
  if (number % 3 !== 0) await victims.killPostgres()
  if (number % 3 !== 1) await victims.killServer()
}

async function held(databaseUrl: string, ledger: WriteLedger): Promise<Omit<WriteReport, 'kills'>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const stored = await client.query<{ id: string }>(
    "select r.fid as id from store.res r join store.ver v using (tenant, type, id, ver) where r.fid like 'w-%' or r.fid like 't-%'",
  )
  const log = await client.query<{ resources: string }>(
    "select resources from law.access_log where action = 'write' and outcome = 'permit'",
  )
  await client.end()
  const there = new Set(stored.rows.map(({ id }) => id))
  const names = log.rows.flatMap(({ resources }) => resources.split(' '))
  const logged = new Set(names.map((name) => name.split('/')[1]))
  return {
    acknowledged: ledger.acknowledged.size,
    unknown: ledger.unknown,
    lost: [...ledger.acknowledged].filter((id) => !there.has(id)),
    unlogged: [...there].filter((id) => !logged.has(id)),
    partial: partsOf(there),
  }
}

function partsOf(there: ReadonlySet<string>): string[] {
  const ids = [...there].filter((id) => id.startsWith('t-'))
  const byTransaction = Map.groupBy(ids, (id) => id.slice(0, id.lastIndexOf('-')))
  return [...byTransaction].filter(([, each]) => each.length !== TOGETHER).map(([name]) => name)
}
