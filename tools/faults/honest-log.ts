import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createDatabase } from '../../src/db/database.ts'
import type { Access } from '../../src/law/access.ts'
import { createAccessLog } from '../../src/law/access-log.ts'
import { createChains } from '../../src/law/log-chain.ts'
import type { LogEntry } from '../../src/law/log-entry.ts'
import { publicKeyIn } from '../../src/law/sealing/key-file.ts'
import { consistencyProof } from '../../src/law/sealing/merkle.ts'
import { createSealer } from '../../src/law/sealing/sealer.ts'
import { createWitness } from '../../src/law/sealing/witness.ts'
import type { WitnessClient } from '../../src/law/sealing/witness-client.ts'
import type { Trust } from '../verify-log/checkpoints.ts'
import { openDatabaseSource } from '../verify-log/database-source.ts'
import { copyLog, type LogCopy } from '../verify-log/export.ts'
import { readKey } from '../verify-log/notes.ts'
import { readSealerFolder } from '../verify-log/sealer-folder.ts'
import type { SealedLeaves } from '../verify-log/verify.ts'

/** A log as it should be, written, sealed and witnessed by the real parts, with all that a verifier is given. */
export interface HonestLog {
  readonly copy: LogCopy
  readonly kept: readonly string[]
  readonly leaves: SealedLeaves
  readonly trust: Trust
  /** For trying what a thief of the sealer's key could do. */
  readonly sealerKey: string
  readonly sealerFolder: string
}

const ORIGIN = 'karna.test/access-log'
const BATCHES = 8
const EACH = 14

/** Writes one. Two processes write, one of them restarts half-way; a clock of its own makes it the same each time. */
export async function writeHonestLog(
  databaseUrl: string,
  folder: string,
  began = '2026-11-24T08:00:00Z',
): Promise<HonestLog> {
  const db = createDatabase(databaseUrl, 1)
  let time = Date.parse(began)
  const now = () => time
  const witnesses = ['skane', 'vgr'].map((name) =>
    createWitness({
      folder: path.join(folder, name),
      name,
      logKeys: () => [publicKeyIn(path.join(folder, 'sealer')) ?? ''],
      now,
    }),
  )
  const clients = witnesses.map(directly)
  const sealer = createSealer({
    db,
    folder: path.join(folder, 'sealer'),
    origin: ORIGIN,
    witnesses: clients,
    now,
  })
  let logs = [aLog(), aLog()]
  function aLog() {
    const chains = createChains(db, now, { version: '1', process: 'test' })
    return createAccessLog(db, chains)
  }
  for (let batch = 0; batch < BATCHES; batch++) {
    if (batch === BATCHES / 2) logs = [aLog(), ...logs.slice(0, 1)]
    for (let number = 0; number < EACH; number++) {
      time += 400
      await logs[number % logs.length]?.append([anEntry(batch * EACH + number)])
    }
    await sealer.seal()
  }
  sealer.close()
  await db.end()
  const source = await openDatabaseSource(databaseUrl)
  const copy = await copyLog(source)
  await source.close()
  const { note, leaves: onDisk } = readSealerFolder(path.join(folder, 'sealer'))
  const leaves = inMemory(onDisk)
  const keyOf = (name: string) => readKey(publicKeyIn(path.join(folder, name)) ?? '')
  return {
    copy,
    kept: [note, ...witnesses.map((witness) => witness.latest(ORIGIN) ?? '')],
    leaves,
    trust: { logKey: keyOf('sealer'), witnessKeys: [keyOf('skane'), keyOf('vgr')], quorum: 2 },
    sealerKey: readFileSync(path.join(folder, 'sealer', 'key.pem'), 'utf8'),
    sealerFolder: path.join(folder, 'sealer'),
  }
}

function inMemory({ size, read }: SealedLeaves): SealedLeaves {
  const all = read(0, size)
  return { size, read: (first, count) => all.slice(first, first + count) }
}

/** A witness without HTTP between. */
function directly(witness: ReturnType<typeof createWitness>): WitnessClient {
  let seen = 0
  return {
    async cosign(nodes, { size, note }) {
      const proof = consistencyProof(nodes, seen, size).map((each) => each.toString('base64'))
      const { status, text } = await witness.addCheckpoint(
        `${[`old ${seen}`, ...proof].join('\n')}\n\n${note}`,
      )
      if (status !== 200) throw new Error(`The witness answered ${status}: ${text}`)
      seen = size
      return { witness: text.split(' ')[1] ?? '', line: text.trim() }
    },
  }
}

function anEntry(number: number): LogEntry {
  const access: Access = {
    kind: 'staff',
    role: 'nurse',
    region: 'vgr',
    user: `SE1-${number % 5}`,
    userName: `Åsa Öst ${number % 5}`,
    commission: 'SE1-c',
    unit: 'SE1-ward',
    provider: 'SE1',
    purpose: 'care',
    statedReason: number % 7 === 0 ? 'Konsulteras' : undefined,
    session: `s${number % 5}`,
    request: `r${number}`,
  }
  return {
    access,
    patient: `p${number % 11}`,
    action: 'read',
    outcome: number % 13 === 0 ? 'deny' : 'permit',
    paragraph: number % 13 === 0 ? 'PDL 4:1' : undefined,
    basis: { kind: 'relation', id: `e${number}` },
    resources: [`Observation/o${number}/1`],
  }
}
