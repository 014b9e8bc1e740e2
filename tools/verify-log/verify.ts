import { type Between, type ChainFollower, createFollower, FOREVER } from './chain.ts'
import { checkCheckpoints, type Trust } from './checkpoints.ts'
import { growingTree, leafOf } from './hashes.ts'
import { type Entry, type Finding, type LogSource, PAGE } from './log-source.ts'
import type { Checkpoint, Range } from './notes.ts'

/** What a log is verified with. */
export interface Verifying {
  readonly source: LogSource
  readonly trust: Trust
  /** Notes kept outside the database: the sealer's last, each witness's last. */
  readonly kept: readonly string[]
  /** The sealer's leaves, hexadecimal: with them every change is found at its entry, also where all after it was made anew. */
  readonly leaves: SealedLeaves | undefined
  /** Whether every disclosed version is looked up in the record. */
  readonly versions: boolean
}

export interface SealedLeaves {
  readonly size: number
  /** Leaves [first, first + count). */
  read(first: number, count: number): readonly string[]
}

/** What was found, and what was looked at. */
export interface Verdict {
  readonly findings: readonly Finding[]
  readonly entries: number
  /** Entries under the newest checkpoint. */
  readonly sealed: number
  /** Its time; `undefined` when nothing has been sealed. */
  readonly sealedAt: number | undefined
}

/** How far clocks may differ and a transaction take, in microseconds. */
const SLACK = 120_000_000

interface Work extends Verifying {
  readonly follower: ChainFollower
  readonly findings: Finding[]
  readonly tree: ReturnType<typeof growingTree>
  readonly rows: Map<number, number>
  readonly references: Set<string>
  /** False once the tree can't be followed any more without the sealer's leaves. */
  treeIsWhole: boolean
  entries: number
}

/** Verifies a whole log. */
export async function verifyLog(verifying: Verifying): Promise<Verdict> {
  const { source, trust, kept, leaves } = verifying
  const { inOrder, findings } = checkCheckpoints(await source.checkpoints(), kept, trust)
  const work: Work = {
    ...verifying,
    follower: createFollower(source),
    findings: [...findings],
    tree: growingTree(),
    rows: new Map(),
    references: new Set(),
    treeIsWhole: true,
    entries: 0,
  }
  if (leaves) checkLeaves(work, leaves, inOrder)
  let before: Checkpoint | undefined
  for (const [index, checkpoint] of inOrder.entries()) {
    await checkBatch(work, before, checkpoint, inOrder.slice(index + 1))
    before = checkpoint
  }
  await checkTails(work, before)
  await checkNamed(work, inOrder)
  work.findings.push(...(await work.follower.findings()))
  await checkVersions(work)
  return {
    findings: withoutDoubles(work.findings),
    entries: work.entries,
    sealed: before?.size ?? 0,
    sealedAt: before?.time,
  }
}

/** The sealer's own leaves must give the roots that were signed. */
function checkLeaves(work: Work, leaves: SealedLeaves, checkpoints: readonly Checkpoint[]): void {
  const tree = growingTree()
  let size = 0
  for (const checkpoint of checkpoints) {
    if (checkpoint.size > leaves.size) {
      work.findings.push({
        kind: 'tree',
        size: checkpoint.size,
        message: 'the sealer’s tree is shorter than what was signed',
      })
      return
    }
    for (const leaf of leaves.read(size, checkpoint.size - size)) tree.add(leaf)
    size = checkpoint.size
    if (tree.root() === checkpoint.root) continue
    work.findings.push({
      kind: 'tree',
      size,
      message: `the sealer’s tree does not have the root that was signed at ${size}`,
    })
    return
  }
}

/** The entries that one checkpoint put under seal. */
async function checkBatch(
  work: Work,
  before: Checkpoint | undefined,
  checkpoint: Checkpoint,
  later: readonly Checkpoint[],
): Promise<void> {
  const start = before?.size ?? 0
  const told = checkpoint.ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const unknown = checkpoint.size - start - told
  const between = {
    after: (before?.time ?? 0) * 1000 - SLACK,
    before: checkpoint.time * 1000 + SLACK,
  }
  const found = work.findings.length
  if (unknown > 0) await checkUntold(work, start, unknown, between, [checkpoint, ...later])
  let index = start + unknown
  for (const range of checkpoint.ranges) {
    const leaves = work.leaves?.read(index, range.last - range.first + 1)
    await checkRange(work, range, between, (seq) => {
      const leaf = leaves?.[seq - range.first]
      return leaf === undefined ? undefined : (value) => value === leaf
    })
    index += range.last - range.first + 1
  }
  if (!work.treeIsWhole || work.leaves || work.tree.root() === checkpoint.root) return
  work.treeIsWhole = false
  if (work.findings.length > found) return
  const [first] = checkpoint.ranges
  work.findings.push({
    kind: 'changed',
    size: checkpoint.size,
    ...first,
    message: `an entry that was sealed at ${checkpoint.size} was changed, and those after it hashed anew`,
  })
}

/** Checkpoints were taken away: which entries they sealed shows from where the next ones begin. */
async function checkUntold(
  work: Work,
  start: number,
  count: number,
  between: Between,
  next: readonly Checkpoint[],
): Promise<void> {
  work.findings.push({
    kind: 'checkpoint',
    size: start + count,
    message: `a checkpoint between ${start} and ${next[0]?.size} is missing`,
  })
  const leaves = work.leaves && new Set(work.leaves.read(start, count))
  const begins = new Map<number, number>()
  for (const { writer, first } of next.flatMap(({ ranges }) => ranges)) {
    if (!begins.has(writer)) begins.set(writer, first)
  }
  for (const [writer, begin] of [...begins].sort(([a], [b]) => a - b)) {
    const first = work.follower.seqOf(writer) + 1
    if (first >= begin) continue
    await checkRange(work, { writer, first, last: begin - 1 }, between, () =>
      leaves ? (leaf) => leaves.has(leaf) : undefined,
    )
  }
}

type SealedAs = (seq: number) => ((leaf: string) => boolean) | undefined

/** Consecutive entries of a chain, each of which must be there once. */
async function checkRange(
  work: Work,
  { writer, first, last }: Range,
  between: Between,
  sealedAs: SealedAs,
): Promise<void> {
  let next = first
  for (let from = first; from <= last; from += PAGE) {
    const rows = await work.source.entries(writer, from, Math.min(last, from + PAGE - 1))
    for (const entry of rows) {
      if (!isNext(work, entry, next)) continue
      if (entry.seq > next) missing(work, writer, next, entry.seq - 1)
      await take(work, entry, between, sealedAs(entry.seq))
      next = entry.seq + 1
    }
  }
  if (next <= last) missing(work, writer, next, last)
}

/** Counts a row, and tells whether it is one more; a number that comes twice is told of. */
function isNext(work: Work, { writer, seq }: Entry, next: number): boolean {
  work.rows.set(writer, (work.rows.get(writer) ?? 0) + 1)
  if (seq >= next) return true
  const message = `entry ${writer}/${seq} is there more than once`
  work.findings.push({ kind: 'doubled', writer, first: seq, last: seq, message })
  return false
}

async function take(
  work: Work,
  entry: Entry,
  between: Between,
  isSealedAs: ((leaf: string) => boolean) | undefined,
): Promise<void> {
  work.entries++
  if (!work.leaves) work.tree.add(leafOf(entry.hash))
  await work.follower.follow(entry, between, isSealedAs)
  const [, , outcome] = entry.texts
  if (!work.versions || outcome !== 'permit' || entry.context === 0) return
  const context = await work.source.context(entry.context)
  for (const reference of (entry.texts.at(-1) ?? '').split(' ')) {
    if (reference) work.references.add(`${context?.said[0]} ${reference}`)
  }
}

function missing(work: Work, writer: number, first: number, last: number): void {
  const which =
    first === last ? `entry ${writer}/${first} is` : `entries ${writer}/${first}–${last} are`
  work.findings.push({ kind: 'missing', writer, first, last, message: `${which} missing` })
  work.follower.skip(writer, last)
  work.treeIsWhole = false
}

/** What is not yet sealed, and what should not be there at all. */
async function checkTails(work: Work, newest: Checkpoint | undefined): Promise<void> {
  const between = { after: (newest?.time ?? 0) * 1000 - SLACK, before: FOREVER }
  for (const { writer, rows } of await work.source.writers()) {
    for (;;) {
      const first = work.follower.seqOf(writer) + 1
      const tail = await work.source.entries(writer, first, FOREVER)
      const last = Math.max(0, ...tail.map(({ seq }) => seq))
      if (tail.length === 0) break
      await checkRange(work, { writer, first, last }, between, () => undefined)
    }
    if ((work.rows.get(writer) ?? 0) === rows) continue
    for (const { seq } of await work.source.entries(writer, -FOREVER, 0)) {
      const message = `entry ${writer}/${seq} was never written`
      work.findings.push({ kind: 'added', writer, first: seq, last: seq, message })
    }
  }
}

/** What chains say of each other when they open must be true still. */
async function checkNamed(work: Work, checkpoints: readonly Checkpoint[]): Promise<void> {
  for (const { writer, seq, hash, by } of work.follower.named) {
    const [entry] = await work.source.entries(writer, seq, seq)
    if (entry?.hash === hash) continue
    const message = `entry ${writer}/${seq} is ${entry ? 'not as it was' : 'missing'} when chain ${by} was opened`
    const kind = entry ? 'changed' : 'missing'
    work.findings.push({ kind, writer, first: seq, last: seq, message })
  }
  for (const { size, root, by } of work.follower.checkpoints) {
    const there = checkpoints.find((each) => each.size === size)
    if (there?.root === Buffer.from(root, 'base64').toString('hex')) continue
    const message = `checkpoint ${size} is ${there ? 'not as it was' : 'missing, which was there'} when chain ${by} was opened`
    work.findings.push({ kind: there ? 'split' : 'checkpoint', size, message })
  }
}

async function checkVersions(work: Work): Promise<void> {
  const absent = await work.source.missingVersions([...work.references])
  for (const reference of absent ?? []) {
    work.findings.push({
      kind: 'version',
      message: `${reference} was disclosed but is not in the record`,
    })
  }
}

/** One thing may show in two ways. */
function withoutDoubles(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>()
  return findings.filter(({ kind, writer, first, last, size, message }) => {
    const name =
      writer === undefined ? `${kind} ${size} ${message}` : `${kind} ${writer} ${first} ${last}`
    if (told.has(name)) return false
    told.add(name)
    return true
  })
}
