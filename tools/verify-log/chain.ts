import { contextDigest, entryHash, leafOf, NOTHING_BEFORE } from './hashes.ts'
import type { Entry, Finding, LogSource } from './log-source.ts'

/** How long entries are kept, in milliseconds. Source: HSLF-FS 2016:40 4 kap. 9 §. */
const FIVE_YEARS = 5 * 365.25 * 86_400_000

/** What comes after every time. */
export const FOREVER = Number.MAX_SAFE_INTEGER

/** How far one chain has been followed. */
interface Place {
  seq: number
  hash: string
  at: number
  /** Whether the hash is known to be what was written: it was sealed so, or nothing contradicts it. */
  trusted: boolean
}

/** When an entry must have been written, by other clocks than its writer's: microseconds since 1970. */
export interface Between {
  readonly after: number
  readonly before: number
}

/** Follows chains, entry by entry, and tells what is not as it was written. */
export interface ChainFollower {
  /**
   * The next entry of its chain.
   *
   * @param isSealedAs whether a leaf is what was sealed for it; `undefined` where the seal doesn't tell
   */
  follow(
    entry: Entry,
    between: Between,
    isSealedAs: ((leaf: string) => boolean) | undefined,
  ): Promise<void>
  /** The entries are gone; the chain goes on after them. */
  skip(writer: number, last: number): void
  seqOf(writer: number): number
  /** Told at the end: a context that was changed shows in all its entries. */
  findings(): Promise<readonly Finding[]>
  /** What opening entries say of chains before theirs. */
  readonly named: Opened['named']
  /** What opening entries say of checkpoints. */
  readonly checkpoints: Opened['checkpoints']
}

interface Opened {
  readonly named: { writer: number; seq: number; hash: string; by: number }[]
  readonly checkpoints: { size: number; root: string; by: number }[]
}

export function createFollower(source: LogSource): ChainFollower {
  const places = new Map<number, Place>()
  const found: Finding[] = []
  const digests = createDigests(source, found)
  const byContext = new Map<number, { entries: number; changed: Entry[] }>()
  const opened: Opened = { named: [], checkpoints: [] }

  const tell: Tell = (kind, { writer, seq }, what) => {
    const message = `entry ${writer}/${seq} ${what}`
    found.push({ kind, writer, first: seq, last: seq, message })
  }

  return {
    ...opened,
    seqOf: (writer) => places.get(writer)?.seq ?? 0,
    skip(writer, last) {
      places.set(writer, { seq: last, hash: '', at: places.get(writer)?.at ?? 0, trusted: false })
    },
    async follow(entry, between, isSealedAs) {
      const { writer, seq, hash, context } = entry
      const place = places.get(writer) ?? { seq: 0, hash: NOTHING_BEFORE, at: 0, trusted: true }
      const isSealed = isSealedAs?.(leafOf(hash))
      const at = Math.max(place.at, entry.at)
      places.set(writer, { seq, hash, at, trusted: isSealed ?? true })
      if (entry.texts.length === 0) return checkLetGo(entry, between, isSealed, tell)
      const digest = await digests(context)
      const fits = place.hash !== '' && entryHash(place.hash, entry, digest) === hash
      const counts = byContext.get(context) ?? { entries: 0, changed: [] }
      counts.entries++
      byContext.set(context, counts)
      const verdict = judge(place, fits, isSealed)
      if (verdict === 'changed') counts.changed.push(entry)
      if (verdict === 'relinked') tell('changed', entry, 'was hashed anew after a change before it')
      if (verdict === 'fine') checkTimes(entry, place, between, tell)
      if (seq === 1) readOpening(entry, opened, tell)
    },
    async findings() {
      for (const [context, { entries, changed }] of byContext) {
        if (changed.length > 1 && changed.length === entries) {
          found.push({ kind: 'context', message: `context ${context} was changed` })
        } else {
          for (const entry of changed) tell('changed', entry, 'is not as it was written')
        }
      }
      return found
    },
  }
}

/** The digests of contexts, each of which is checked once. */
function createDigests(source: LogSource, found: Finding[]): (id: number) => Promise<string> {
  const digests = new Map<number, string>([[0, '']])
  return async (id) => {
    const known = digests.get(id)
    if (known !== undefined) return known
    const row = await source.context(id)
    if (!row) found.push({ kind: 'context', message: `context ${id} is missing` })
    else if (contextDigest(row) !== row.digest) {
      const [, , , person] = row.said
      found.push({ kind: 'context', message: `context ${id} (${person}) was changed` })
    }
    digests.set(id, row?.digest ?? '')
    return row?.digest ?? ''
  }
}

/** Of an entry that was let go there are only its place and hash: it must be as it was sealed, and long ago. */
function checkLetGo(
  entry: Entry,
  { before }: Between,
  isSealed: boolean | undefined,
  tell: Tell,
): void {
  const fiveYearsAgo = (Date.now() - FIVE_YEARS) * 1000
  if (isSealed === false) tell('changed', entry, 'is not as it was sealed')
  else if (before > fiveYearsAgo) tell('missing', entry, 'was let go too early')
}

/**
 * What an entry's links tell. Sealed as it is but not fitting after a hash that can be trusted: its content was changed.
 * Sealed otherwise: it was changed and hashed anew, or only hashed anew because one before it was.
 */
function judge(
  place: Place,
  fits: boolean,
  isSealed: boolean | undefined,
): 'fine' | 'changed' | 'relinked' {
  if (isSealed === false) return fits && !place.trusted ? 'relinked' : 'changed'
  return fits || !place.trusted ? 'fine' : 'changed'
}

type Tell = (kind: Finding['kind'], entry: Entry, message: string) => void

function checkTimes(entry: Entry, place: Place, { after, before }: Between, tell: Tell): void {
  const time = new Date(entry.at / 1000).toISOString()
  if (entry.at <= place.at) tell('back-dated', entry, `says ${time}, before the entry it follows`)
  else if (entry.at < after) {
    tell('back-dated', entry, `says ${time}, but was written after ${iso(after)}`)
  } else if (entry.at > before) {
    tell('back-dated', entry, `says ${time}, but was written before ${iso(before)}`)
  }
}

const iso = (microseconds: number) => new Date(microseconds / 1000).toISOString()

function readOpening(entry: Entry, { named, checkpoints }: Opened, tell: Tell): void {
  const [, action] = entry.texts
  if (action !== 'open') tell('opening', entry, 'does not open its chain')
  const said = parse(entry.texts.at(-1) ?? '')
  for (const [writer, seq, hash] of said?.previous ?? []) {
    named.push({ writer, seq, hash, by: entry.writer })
  }
  const [size, root] = said?.checkpoint ?? []
  if (size !== undefined && root !== undefined) checkpoints.push({ size, root, by: entry.writer })
}

function parse(text: string) {
  try {
    return JSON.parse(text) as {
      previous?: [writer: number, seq: number, hash: string][]
      checkpoint?: [size: number, root: string] | null
    }
  } catch {
    return undefined // the entry is told of as changed
  }
}
