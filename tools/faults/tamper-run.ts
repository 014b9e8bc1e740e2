import { copySource } from '../verify-log/export.ts'
import type { Finding } from '../verify-log/log-source.ts'
import { verifyLog } from '../verify-log/verify.ts'
import { type Expected, TAMPERINGS, type Tampered, type Victim } from './tamper.ts'

/** What came of tampering with a log many times over. */
export interface TamperReport {
  readonly tried: number
  /** By way of tampering. */
  readonly counts: Readonly<Record<string, number>>
  /** Nothing was found at all: `way, seed`. */
  readonly undetected: readonly string[]
  /** Something was found, but not where it is. */
  readonly misplaced: readonly string[]
  /** Honest logs that were verified between, and what was wrongly found in them. */
  readonly honest: number
  readonly falseAlarms: readonly string[]
}

/**
 * Tampers with copies of a log, each once, and verifies each. Every tenth time the log is honest.
 *
 * @param isWanted which ways are tried; all, unless told
 * @param log without its leaves it is verified as by one who has the database and the witnesses, but nothing of the sealer's
 */
export async function tamperRun(
  log: Tampered,
  times: number,
  isWanted: (way: string) => boolean = () => true,
): Promise<TamperReport> {
  const ways = Object.entries(TAMPERINGS).filter(([way]) => isWanted(way))
  const counts: Record<string, number> = {}
  const report = {
    undetected: [] as string[],
    misplaced: [] as string[],
    falseAlarms: [] as string[],
  }
  let [tried, honest] = [0, 0]
  for (let seed = 0; tried < times; seed++) {
    const [name, tampering] = ways[seed % ways.length] ?? ['', () => undefined]
    const victim = copyOf(log, seed)
    if (seed % 10 === 0) {
      honest++
      report.falseAlarms.push(...(await verify(victim)).map(({ message }) => message))
    }
    const expected = tampering(victim)
    if (!expected) continue
    tried++
    counts[name] = (counts[name] ?? 0) + 1
    const findings = await verify(victim)
    if (findings.length === 0) report.undetected.push(`${name}, ${seed}`)
    else if (!findings.some((finding) => isAbout(finding, expected))) {
      report.misplaced.push(
        `${name}, ${seed}: ${findings.map(({ message }) => message).join('; ')}`,
      )
    }
  }
  return { tried, counts, honest, ...report }
}

function copyOf(log: Tampered, seed: number): Victim {
  const { entries, contexts, checkpoints } = log.copy
  return {
    entries: [...entries],
    contexts: [...contexts],
    checkpoints: [...checkpoints],
    log,
    below: randomFrom(seed),
  }
}

/** A small generator of its own (mulberry32), so that a seed tells the same story on any machine. */
function randomFrom(seed: number): (most: number) => number {
  let state = seed * 2_654_435_761
  return (most) => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) % most
  }
}

async function verify({
  entries,
  contexts,
  checkpoints,
  log,
}: Victim): Promise<readonly Finding[]> {
  const { kept, leaves, trust } = log
  const source = copySource({ entries, contexts, checkpoints })
  return (await verifyLog({ source, kept, leaves, trust, versions: false })).findings
}

function isAbout(finding: Finding, { kinds, writer, seq, size }: Expected): boolean {
  if (!kinds.includes(finding.kind)) return false
  if (size !== undefined && finding.size !== size) return false
  if (writer === undefined || seq === undefined) return true
  const { first = Number.NaN, last = Number.NaN } = finding
  return finding.writer === writer && first <= seq && seq <= last
}
