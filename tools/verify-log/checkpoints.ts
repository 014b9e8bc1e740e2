import type { Finding, StoredCheckpoint } from './log-source.ts'
import { type Checkpoint, isSignature, type PublicKey, readCheckpoint } from './notes.ts'

/** Whom the verifier believes. */
export interface Trust {
  readonly logKey: PublicKey
  readonly witnessKeys: readonly PublicKey[]
  /** How many of them must have seen the newest checkpoint. */
  readonly quorum: number
}

/** The checkpoints that the log's own key has signed, by size. */
export interface Checkpoints {
  readonly inOrder: readonly Checkpoint[]
  readonly findings: readonly Finding[]
}

/** Witnesses may be away for so long, in milliseconds, before it is told. */
const UNSEEN = 600_000

/**
 * Reads the log's checkpoints, and holds them against those that others have kept.
 *
 * @param kept notes from outside the database: the sealer's last one, and each witness's
 */
export function checkCheckpoints(
  stored: readonly StoredCheckpoint[],
  kept: readonly string[],
  trust: Trust,
): Checkpoints {
  const findings: Finding[] = []
  const bySize = new Map<number, Checkpoint>()
  for (const each of stored) {
    const checkpoint = signed(each.note, trust)
    if (checkpoint?.size !== each.size) {
      findings.push(aFinding('checkpoint', each.size, 'is not signed by the log’s key'))
    } else {
      bySize.set(each.size, checkpoint)
    }
  }
  const newest = Math.max(0, ...bySize.keys())
  for (const note of kept) {
    const checkpoint = signed(note, trust)
    if (checkpoint) findings.push(...hold(checkpoint, bySize, newest))
    else findings.push(aFinding('checkpoint', 0, 'that was kept outside is not signed'))
  }
  findings.push(...checkWitnesses(stored, bySize, trust))
  return { inOrder: [...bySize.values()].sort((a, b) => a.size - b.size), findings }
}

const aFinding = (kind: Finding['kind'], size: number, what: string): Finding => ({
  kind,
  size,
  message: `checkpoint ${size} ${what}`,
})

function signed(note: string, { logKey }: Trust): Checkpoint | undefined {
  const checkpoint = readCheckpoint(note)
  if (checkpoint?.origin !== logKey.name) return undefined
  const isSigned = checkpoint.lines.some((line) => isSignature(logKey, checkpoint.text, line))
  return isSigned ? checkpoint : undefined
}

/** Holds one that was kept outside against the database's, and puts it among them where it is missing. */
function hold(kept: Checkpoint, bySize: Map<number, Checkpoint>, newest: number): Finding[] {
  const there = bySize.get(kept.size)
  if (there?.root === kept.root) return []
  if (there) return [aFinding('split', kept.size, 'was signed twice with different content')]
  bySize.set(kept.size, kept)
  if (kept.size < newest) return [aFinding('checkpoint', kept.size, 'is missing from the database')]
  const time = new Date(kept.time).toISOString()
  return [
    aFinding(
      'rolled-back',
      kept.size,
      `was signed at ${time}, but the database ends at ${newest}: it was cut or put back to an earlier state`,
    ),
  ]
}

function checkWitnesses(
  stored: readonly StoredCheckpoint[],
  bySize: ReadonlyMap<number, Checkpoint>,
  { witnessKeys, quorum }: Trust,
): Finding[] {
  const findings: Finding[] = []
  let seenUntil = 0
  for (const { size, cosignatures } of stored) {
    const checkpoint = bySize.get(size)
    if (!checkpoint) continue
    const { seenBy, falseNames } = readCosignatures(checkpoint, cosignatures, witnessKeys)
    for (const name of falseNames) {
      findings.push(aFinding('witness', size, `has a false signature of ${name}`))
    }
    if (seenBy.size >= quorum) seenUntil = Math.max(seenUntil, checkpoint.time)
  }
  const newest = Math.max(0, ...[...bySize.values()].map(({ time }) => time))
  if (quorum === 0 || newest - seenUntil <= UNSEEN) return findings
  const since = seenUntil === 0 ? 'nothing' : `nothing after ${new Date(seenUntil).toISOString()}`
  const message = `${since} was seen by ${quorum} of the witnesses`
  return [...findings, { kind: 'witness', message }]
}

function readCosignatures(
  { text }: Checkpoint,
  lines: readonly string[],
  keys: readonly PublicKey[],
) {
  const seenBy = new Set<string>()
  const falseNames: string[] = []
  for (const line of lines) {
    for (const key of keys) {
      const verdict = isSignature(key, text, line)
      if (verdict) seenBy.add(key.name)
      if (verdict === false) falseNames.push(key.name)
    }
  }
  return { seenBy, falseNames }
}
