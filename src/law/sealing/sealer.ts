import path from 'node:path'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'
import { checkpointText, type EntryRange } from './checkpoint.ts'
import { readJsonFile, replaceFile } from './durable-file.ts'
import { openKey } from './key-file.ts'
import { leafHash, rootOf } from './merkle.ts'
import { signatureLine } from './signed-note.ts'
import { openTreeFiles, type TreeFiles } from './tree-files.ts'
import type { WitnessClient } from './witness-client.ts'

/** What a sealer is made of. It is a process of its own: the application never has its key. */
export interface SealerParts {
  readonly db: Queryable
  /** Its folder: key, tree and state. */
  readonly folder: string
  /** Names the log: `karna.vgr.se/access-log`. Settled at the first start. */
  readonly origin: string
  readonly witnesses: readonly WitnessClient[]
  readonly now: () => number
}

/** Seals what the log's writers have written: puts it under a signed checkpoint and has witnesses see it. */
export interface Sealer {
  /**
   * Seals what is new.
   *
   * @returns how many entries, and which witnesses have seen them; `undefined` where there was nothing
   * @throws Problem `conflict` when the log no longer holds what was sealed last: then nothing more is signed
   */
  seal(): Promise<Sealed | undefined>
  close(): void
}

export interface Sealed {
  readonly size: number
  readonly entries: number
  readonly witnesses: readonly string[]
}

/** What the sealer knows of its last checkpoint, in `state.json`. */
export interface SealerState {
  readonly size: number
  readonly note: string
  /** By writer: the last sealed entry's number. */
  readonly sealed: Readonly<Record<string, number>>
  /** The last checkpoint's last entry of each chain, with its hash. */
  readonly heads: readonly (readonly [writer: number, seq: number, hash: string])[]
}

const NOTHING: SealerState = { size: 0, note: '', sealed: {}, heads: [] }
/** Entries under one checkpoint at the most. */
const MOST = 50_000

export function createSealer(parts: SealerParts): Sealer {
  const { db, folder, origin, now, witnesses } = parts
  const key = openKey('log', folder, origin)
  const file = path.join(folder, 'state.json')
  let state = readJsonFile<SealerState>(file) ?? NOTHING
  const tree = openTreeFiles(path.join(folder, 'tree'), state.size)

  return {
    async seal() {
      await refuseRolledBack(db, state)
      if (state.size > 0) await publish(db, state)
      const fresh = await newEntries(db, state)
      if (fresh.length === 0) return undefined
      tree.append(fresh.map((entry) => leafHash(Buffer.from(entry.hash, 'hex'))))
      const root = rootOf(tree.nodes, tree.size)
      const time = new Date(now()).toISOString()
      const entries = rangesOf(fresh)
      const text = checkpointText({ origin: key.name, size: tree.size, root, time, entries })
      state = stateAfter(state, fresh, tree, `${text}\n${signatureLine(key, text)}\n`)
      await replaceFile(file, JSON.stringify(state))
      await publish(db, state)
      const seen = await cosign(db, tree, witnesses, state)
      return { size: tree.size, entries: fresh.length, witnesses: seen }
    },
    close: () => tree.close(),
  }
}

interface FreshEntry {
  readonly writer: number
  readonly seq: number
  readonly hash: string
}

/** What each chain has beyond what is sealed of it. Only an unbroken run: a chain shows no entry before the one it follows. */
async function newEntries(db: Queryable, { sealed }: SealerState): Promise<FreshEntry[]> {
  const [last] = await query<{ writers: number }>(
    db,
    sql`select case when is_called then last_value::int4 else 0 end as writers from law.log_writer`,
  )
  const writers = Array.from({ length: last?.writers ?? 0 }, (_, index) => index + 1)
  const seqs = writers.map((writer) => sealed[writer] ?? 0)
  const rows = await query<{ writer: number; seq: string; hash: string }>(
    db,
    sql`select f.* from unnest(${writers}::int4[], ${seqs}::int8[]) s (writer, seq)
      cross join lateral (
        select l.writer, l.seq, encode(l.hash, 'hex') as hash from law.access_log l
        where l.writer = s.writer and l.seq > s.seq order by l.seq limit ${MOST}) f
      limit ${MOST}`,
  )
  const next = new Map(writers.map((writer) => [writer, (sealed[writer] ?? 0) + 1]))
  return rows.flatMap(({ writer, seq, hash }) => {
    if (Number(seq) !== next.get(writer)) return []
    next.set(writer, Number(seq) + 1)
    return [{ writer, seq: Number(seq), hash }]
  })
}

function rangesOf(entries: readonly FreshEntry[]): EntryRange[] {
  const ranges: EntryRange[] = []
  for (const { writer, seq } of entries) {
    const current = ranges.at(-1)
    if (current?.writer === writer) ranges[ranges.length - 1] = { ...current, last: seq }
    else ranges.push({ writer, first: seq, last: seq })
  }
  return ranges
}

function stateAfter(
  before: SealerState,
  fresh: readonly FreshEntry[],
  tree: TreeFiles,
  note: string,
): SealerState {
  const heads = new Map(
    fresh.map(({ writer, seq, hash }) => [writer, [writer, seq, hash] as const]),
  )
  const sealed = { ...before.sealed }
  for (const [writer, seq] of heads.values()) sealed[writer] = seq
  return { size: tree.size, note, sealed, heads: [...heads.values()] }
}

/** A database that was put back to an earlier state, or cut, is not signed on: its operator must know first. */
async function refuseRolledBack(db: Queryable, { heads }: SealerState): Promise<void> {
  for (const [writer, seq, sealed] of heads) {
    const [row] = await query<{ hash: string }>(
      db,
      sql`select encode(hash, 'hex') as hash from law.access_log where writer = ${writer} and seq = ${seq}`,
    )
    if (row?.hash === sealed) continue
    throw new Problem(
      'conflict',
      `Entry ${writer}/${seq} was sealed and is ${row ? 'changed' : 'gone'}: the log was changed or put back to an earlier state. Run karna log verify.`,
    )
  }
}

/** The checkpoint as the application sees it. A crash between signing and this is made good by the next round. */
async function publish(db: Queryable, { size, note }: SealerState): Promise<void> {
  await query(
    db,
    sql`insert into law.log_checkpoint (size, note) values (${size}, ${note}) on conflict do nothing`,
  )
}

/** Every witness is asked at once; one that doesn't answer sees a later checkpoint instead, which covers this one too. */
async function cosign(
  db: Queryable,
  tree: TreeFiles,
  witnesses: readonly WitnessClient[],
  { size, note }: SealerState,
): Promise<string[]> {
  const answers = await Promise.all(
    witnesses.map((witness) => witness.cosign(tree.nodes, { size, note })),
  )
  const seen = answers.flatMap((answer) => answer ?? [])
  for (const { witness, line } of seen) {
    await query(
      db,
      sql`insert into law.log_cosignature (size, witness, line) values (${size}, ${witness}, ${line})
        on conflict do nothing`,
    )
  }
  return seen.map(({ witness }) => witness)
}
