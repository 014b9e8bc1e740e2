/** What a checkpoint says: how long the log is, its root, when, and which entries are new in it. Source: C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** The sealer's clock, ISO in UTC. */
  readonly time: string
  /** The new entries in the order of their leaves. */
  readonly entries: readonly EntryRange[]
}

/** Consecutive entries of one chain, both ends included. */
export interface EntryRange {
  readonly writer: number
  readonly first: number
  readonly last: number
}

/** The text that is signed. The lines after the third are the extension lines that the format leaves to the log. */
export function checkpointText({ origin, size, root, time, entries }: Checkpoint): string {
  const ranges = entries.map(({ writer, first, last }) => `entries ${writer} ${first}-${last}`)
  return `${[origin, size, root.toString('base64'), `time ${time}`, ...ranges].join('\n')}\n`
}

/** @returns `undefined` for what isn't one of ours */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = '', time = '', ...ranges] = text.trimEnd().split('\n')
  const entries = ranges.flatMap((line) => {
    const [, writer, first, last] = /^entries (\d+) (\d+)-(\d+)$/.exec(line) ?? []
    return writer ? [{ writer: Number(writer), first: Number(first), last: Number(last) }] : []
  })
  const isWhole =
    /^\d{1,15}$/.test(size) &&
    /^[A-Za-z0-9+/]{43}=$/.test(root) &&
    /^time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time) &&
    entries.length === ranges.length
  if (!isWhole || origin === '') return undefined
  return {
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    time: time.slice(5),
    entries,
  }
}
