import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  type ContextRow,
  type Entry,
  type LogSource,
  PAGE,
  type StoredCheckpoint,
} from './log-source.ts'

/** A log in memory: an export that was read, or a copy to try things on. */
export interface LogCopy {
  readonly checkpoints: StoredCheckpoint[]
  readonly contexts: ContextRow[]
  readonly entries: Entry[]
}

/** Copies a whole log: what `karna log export` writes. */
export async function copyLog(source: LogSource): Promise<LogCopy> {
  const copy: LogCopy = {
    checkpoints: [...(await source.checkpoints())],
    contexts: [],
    entries: [],
  }
  for (const { writer } of await source.writers()) {
    for (let next = 0; ; ) {
      const rows = await source.entries(writer, next, Number.MAX_SAFE_INTEGER)
      copy.entries.push(...rows)
      if (rows.length < PAGE) break
      next = (rows.at(-1)?.seq ?? 0) + 1
    }
  }
  for (const id of new Set(copy.entries.map(({ context }) => context))) {
    const row = await source.context(id)
    if (row) copy.contexts.push(row)
  }
  return copy
}

/** An export's lines: one JSON object each, `{"checkpoint": …}`, `{"context": …}` or `{"entry": …}`. */
export function* exportLines({ checkpoints, contexts, entries }: LogCopy): Generator<string> {
  for (const checkpoint of checkpoints) yield `${JSON.stringify({ checkpoint })}\n`
  for (const context of contexts) yield `${JSON.stringify({ context })}\n`
  for (const entry of entries) yield `${JSON.stringify({ entry })}\n`
}

/** Reads an export. It lies in memory whole, some 500 bytes an entry. */
export async function readExport(file: string): Promise<LogCopy> {
  const copy: LogCopy = { checkpoints: [], contexts: [], entries: [] }
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { checkpoint, context, entry } = JSON.parse(line)
    if (checkpoint) copy.checkpoints.push(checkpoint)
    if (context) copy.contexts.push(context)
    if (entry) copy.entries.push(entry)
  }
  return copy
}

/** A copy as a source. */
export function copySource({ checkpoints, contexts, entries }: LogCopy): LogSource {
  const byWriter = new Map<number, Entry[]>()
  const byId = new Map(contexts.map((each) => [each.id, each]))
  for (const entry of entries) {
    const chain = byWriter.get(entry.writer)
    if (chain) chain.push(entry)
    else byWriter.set(entry.writer, [entry])
  }
  for (const chain of byWriter.values()) chain.sort((a, b) => a.seq - b.seq)
  return {
    checkpoints: async () => [...checkpoints].sort((a, b) => a.size - b.size),
    writers: async () => [...byWriter].map(([writer, { length }]) => ({ writer, rows: length })),
    entries: async (writer, first, last) => between(byWriter.get(writer) ?? [], first, last),
    context: async (id) => byId.get(id),
    missingVersions: () => undefined,
    close: async () => {},
  }
}

/** Of a sorted chain, by halving: exports are long. */
function between(chain: readonly Entry[], first: number, last: number): Entry[] {
  let [low, high] = [0, chain.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chain[middle]?.seq ?? 0) < first) low = middle + 1
    else high = middle
  }
  const found: Entry[] = []
  for (let index = low; index < chain.length && found.length < PAGE * 2; index++) {
    const entry = chain[index]
    if (!entry || entry.seq > last) break
    found.push(entry)
  }
  return found
}
