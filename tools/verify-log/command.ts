import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabaseSource } from './database-source.ts'
import { copyLog, copySource, exportLines, readExport } from './export.ts'
import type { LogSource } from './log-source.ts'
import { type PublicKey, readKey } from './notes.ts'
import { readSealerFolder } from './sealer-folder.ts'
import { type Verdict, verifyLog } from './verify.ts'

/** What is taken where the words don't say otherwise. */
export interface Defaults {
  readonly database: () => Promise<string>
  /** The sealer's folder. */
  readonly sealer: string
  /** Folders of witnesses on this machine. */
  readonly witnesses: readonly string[]
}

const OPTIONS = {
  database: { type: 'string' },
  export: { type: 'string' },
  sealer: { type: 'string' },
  key: { type: 'string' },
  witness: { type: 'string', multiple: true },
  'witness-key': { type: 'string', multiple: true },
  quorum: { type: 'string' },
  versions: { type: 'boolean' },
} as const

/**
 * `verify`: 0 when the log is whole, 1 when it isn't, 2 when it could not be told. `export`: the log on standard output.
 *
 *     --database URL | --export FILE    what to verify
 *     --sealer FOLDER                   the sealer's: its last checkpoint and its tree
 *     --key FILE                        the log's public key, where there is no such folder
 *     --witness URL|FOLDER              what others remember; may come again
 *     --witness-key FILE                a witness's public key, for a URL; may come again
 *     --quorum N                        how many witnesses must have seen the newest (all of those whose key is given)
 *     --versions                        also whether each disclosed version is in the record
 */
export async function verifyCommand(
  what: 'verify' | 'export',
  words: readonly string[],
  defaults: Defaults,
): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: OPTIONS })
  const source = values.export
    ? copySource(await readExport(values.export))
    : await openDatabaseSource(values.database ?? (await defaults.database()))
  try {
    if (what === 'export') return await printExport(source)
    const verdict = await verifyWith(source, values, defaults)
    process.stdout.write(reportText(verdict))
    return verdict.findings.length > 0 ? 1 : 0
  } catch (thrown) {
    process.stderr.write(`The log could not be verified: ${(thrown as Error).message}\n`)
    return 2
  } finally {
    await source.close()
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

async function verifyWith(source: LogSource, values: Values, defaults: Defaults): Promise<Verdict> {
  const folder = values.sealer ?? defaults.sealer
  const sealer = existsSync(path.join(folder, 'state.json')) ? readSealerFolder(folder) : undefined
  const keyFile = values.key ?? path.join(folder, 'key.pub')
  if (!existsSync(keyFile)) throw new Error('nothing has been sealed yet, or --key is needed')
  const logKey = readKey(readFileSync(keyFile, 'utf8'))
  const named = values.witness?.length ? values.witness : defaults.witnesses
  const witnessKeys = [...(values['witness-key'] ?? []), ...named.flatMap(keyFileIn)].map((file) =>
    readKey(readFileSync(file, 'utf8')),
  )
  const seen = await Promise.all(named.map((place) => lastSeen(place, logKey)))
  const kept = seen.flatMap((note) => note ?? [])
  try {
    return await verifyLog({
      source,
      trust: { logKey, witnessKeys, quorum: Number(values.quorum ?? witnessKeys.length) },
      kept: sealer ? [sealer.note, ...kept] : kept,
      leaves: sealer?.leaves,
      versions: values.versions ?? false,
    })
  } finally {
    sealer?.close()
  }
}

function keyFileIn(place: string): string[] {
  const file = path.join(place, 'key.pub')
  return existsSync(file) ? [file] : []
}

/** The last checkpoint of this log that a witness remembers. */
async function lastSeen(place: string, { name }: PublicKey): Promise<string | undefined> {
  if (/^https?:/.test(place)) {
    const url = `${place}/checkpoint?origin=${encodeURIComponent(name)}`
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`the witness ${place} answers ${answer.status}`)
    return answer.text()
  }
  const notes = readdirSync(place)
    .filter((file) => file.endsWith('.json'))
    .map((file): string => JSON.parse(readFileSync(path.join(place, file), 'utf8')).note)
  return notes.find((note) => note.startsWith(`${name}\n`))
}

async function printExport(source: LogSource): Promise<number> {
  for (const line of exportLines(await copyLog(source))) {
    if (!process.stdout.write(line)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve))
    }
  }
  return 0
}

function reportText({ findings, entries, sealed, sealedAt }: Verdict): string {
  const until = sealedAt === undefined ? 'never' : new Date(sealedAt).toISOString()
  const seen = `${entries} entries read, ${sealed} of them sealed, the last time ${until}\n`
  if (findings.length === 0) return `${seen}The log is whole.\n`
  const lines = findings.map(({ kind, message }) => `  ${kind}: ${message}\n`)
  return `${seen}${findings.length} found:\n${lines.join('')}`
}
