import { createPrivateKey, hash, sign } from 'node:crypto'
import { contextDigest, entryHash, NOTHING_BEFORE } from '../verify-log/hashes.ts'
import type { ContextRow, Entry, Finding, StoredCheckpoint } from '../verify-log/log-source.ts'
import { readCheckpoint } from '../verify-log/notes.ts'
import type { SealedLeaves } from '../verify-log/verify.ts'
import type { HonestLog } from './honest-log.ts'

/** A log to be tampered with: a copy that may be changed. */
export interface Victim {
  entries: Entry[]
  contexts: ContextRow[]
  checkpoints: StoredCheckpoint[]
  /** What is kept outside is out of reach of who has the database; only the thief of the sealer's key tries with it. */
  readonly log: Tampered
  /** Whole numbers from 0, below what is given. */
  readonly below: (most: number) => number
}

/** An honest log, with or without what the sealer keeps. */
export type Tampered = Omit<HonestLog, 'leaves'> & { readonly leaves: SealedLeaves | undefined }

/** What must be told of, if the tampering is to count as found: by entry, by checkpoint, or by kind alone. */
export interface Expected {
  readonly kinds: readonly Finding['kind'][]
  readonly writer?: number
  readonly seq?: number
  readonly size?: number
}

/** One way of tampering. @returns what must be found; `undefined` where it came to nothing, such as a change to the same */
export type Tampering = (victim: Victim) => Expected | undefined

const entryExpected = ({ writer, seq }: Entry, ...kinds: Finding['kind'][]): Expected => ({
  kinds,
  writer,
  seq,
})

function pick<T>({ below }: Victim, from: readonly T[]): T {
  const one = from[below(from.length)]
  if (one === undefined) throw new RangeError('there is nothing to pick from')
  return one
}

function replace(victim: Victim, entry: Entry, by: Partial<Entry>): Entry {
  const changed = { ...entry, ...by }
  victim.entries = victim.entries.map((each) => (each === entry ? changed : each))
  return changed
}

const chainOf = ({ entries }: Victim, writer: number) =>
  entries.filter((each) => each.writer === writer).sort((a, b) => a.seq - b.seq)

/** Hashes a chain anew from a number on, as one would who knows the format. */
function rechain(victim: Victim, writer: number, from: number): void {
  let before = NOTHING_BEFORE
  for (const entry of chainOf(victim, writer)) {
    const digest = victim.contexts.find(({ id }) => id === entry.context)?.digest ?? ''
    const { hash } =
      entry.seq < from ? entry : replace(victim, entry, { hash: entryHash(before, entry, digest) })
    before = hash
  }
}

function editText(victim: Victim): [Entry, Entry] {
  const entry = pick(
    victim,
    victim.entries.filter(({ seq }) => seq > 1),
  )
  const place = victim.below(entry.texts.length)
  const texts = entry.texts.map((text, index) => (index === place ? `${text ?? ''}x` : text))
  return [entry, replace(victim, entry, { texts })]
}

const aMove = ({ below }: Victim) => (1 + below(3 * 86_400)) * 1_000_000

/** Each way of tampering by whoever may do anything to the database. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'a text is edited': (victim) => entryExpected(editText(victim)[0], 'changed'),
  'a text is edited and its hash made anew': (victim) => {
    const [entry, changed] = editText(victim)
    const [before] = chainOf(victim, entry.writer).filter(({ seq }) => seq === entry.seq - 1)
    const digest = victim.contexts.find(({ id }) => id === entry.context)?.digest ?? ''
    replace(victim, changed, { hash: entryHash(before?.hash ?? '', changed, digest) })
    return entryExpected(entry, 'changed')
  },
  'a text is edited and the chain made anew after it': (victim) => {
    const [entry] = editText(victim)
    rechain(victim, entry.writer, entry.seq)
    return entryExpected(entry, 'changed')
  },
  'an entry is given to somebody else': (victim) => {
    const entry = pick(
      victim,
      victim.entries.filter(({ context }) => context > 0),
    )
    const other = pick(
      victim,
      victim.contexts.filter(({ id }) => id !== entry.context),
    )
    replace(victim, entry, { context: other.id })
    return entryExpected(entry, 'changed')
  },
  'an entry is back-dated': (victim) => {
    const entry = pick(victim, victim.entries)
    replace(victim, entry, { at: entry.at - aMove(victim) })
    return entryExpected(entry, 'changed', 'back-dated')
  },
  'an entry is back-dated and the chain made anew after it': (victim) => {
    const entry = pick(victim, victim.entries)
    replace(victim, entry, { at: entry.at - aMove(victim) })
    rechain(victim, entry.writer, entry.seq)
    return entryExpected(entry, 'changed', 'back-dated')
  },
  'a hash is changed': (victim) => {
    const entry = pick(victim, victim.entries)
    replace(victim, entry, { hash: hash('sha256', `${victim.below(1e9)}`) })
    return entryExpected(entry, 'changed')
  },
  'an entry is taken away': (victim) => {
    const entry = pick(victim, victim.entries)
    victim.entries = victim.entries.filter((each) => each !== entry)
    return entryExpected(entry, 'missing')
  },
  'an entry is taken away and the chain closed over it': (victim) => {
    const entry = pick(victim, victim.entries)
    victim.entries = victim.entries
      .filter((each) => each !== entry)
      .map((each) =>
        each.writer === entry.writer && each.seq > entry.seq
          ? { ...each, seq: each.seq - 1 }
          : each,
      )
    rechain(victim, entry.writer, entry.seq)
    return entryExpected(entry, 'changed', 'missing')
  },
  'several entries are taken away': (victim) => {
    const entry = pick(victim, victim.entries)
    const last = entry.seq + 1 + victim.below(6)
    victim.entries = victim.entries.filter(
      ({ writer, seq }) => writer !== entry.writer || seq < entry.seq || seq > last,
    )
    return entryExpected(entry, 'missing')
  },
  'a chain is cut': (victim) => {
    const entry = pick(victim, victim.entries)
    victim.entries = victim.entries.filter(
      ({ writer, seq }) => writer !== entry.writer || seq < entry.seq,
    )
    return entryExpected(entry, 'missing')
  },
  'a whole chain is taken away': (victim) => {
    const { writer } = pick(victim, victim.entries)
    victim.entries = victim.entries.filter((each) => each.writer !== writer)
    return { kinds: ['missing'], writer, seq: 1 }
  },
  'an entry is there twice': (victim) => {
    const entry = pick(victim, victim.entries)
    victim.entries = [...victim.entries, { ...entry }]
    return entryExpected(entry, 'doubled')
  },
  'an entry is put in and the chain made anew': (victim) => {
    const entry = pick(victim, victim.entries)
    victim.entries = victim.entries.map((each) =>
      each.writer === entry.writer && each.seq >= entry.seq ? { ...each, seq: each.seq + 1 } : each,
    )
    victim.entries.push({ ...entry, at: entry.at - 1 })
    rechain(victim, entry.writer, entry.seq)
    return entryExpected(entry, 'changed')
  },
  'an entry is put before the first': (victim) => {
    const entry = pick(victim, victim.entries)
    const seq = -victim.below(5)
    victim.entries = [...victim.entries, { ...entry, seq }]
    return { kinds: ['added'], writer: entry.writer, seq }
  },
  'two entries change places': (victim) => {
    const one = pick(victim, victim.entries)
    const other = pick(
      victim,
      victim.entries.filter(({ texts }) => texts !== one.texts),
    )
    const first = replace(victim, one, { texts: other.texts, at: other.at, context: other.context })
    replace(victim, other, { texts: one.texts, at: one.at, context: one.context })
    return entryExpected(first, 'changed')
  },
  'an entry is moved to another chain': (victim) => {
    const entry = pick(victim, victim.entries)
    const other = pick(
      victim,
      victim.entries.filter(({ writer }) => writer !== entry.writer),
    )
    replace(victim, entry, { writer: other.writer, seq: chainOf(victim, other.writer).length + 1 })
    return entryExpected(entry, 'missing')
  },
  'who it was is changed': (victim) => {
    const context = pick(victim, victim.contexts)
    editContext(victim, context, context.digest)
    return { kinds: ['context'] }
  },
  'who it was is changed, with its digest': (victim) => {
    const context = pick(victim, victim.contexts)
    editContext(victim, context, undefined)
    return { kinds: ['context', 'changed'] }
  },
  'who it was is changed, and all chains made anew': (victim) => {
    const context = pick(victim, victim.contexts)
    editContext(victim, context, undefined)
    const [first] = victim.entries.filter((each) => each.context === context.id)
    for (const writer of new Set(victim.entries.map((each) => each.writer)))
      rechain(victim, writer, 1)
    return first && { kinds: ['changed'] }
  },
  'who it was is taken away': (victim) => {
    const context = pick(victim, victim.contexts)
    victim.contexts = victim.contexts.filter((each) => each !== context)
    return { kinds: ['context'] }
  },
  'a checkpoint is edited': (victim) => {
    const checkpoint = pick(victim, victim.checkpoints)
    const lines = checkpoint.note.split('\n')
    const place = victim.below(lines.indexOf(''))
    lines[place] = (lines[place] ?? '').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    replaceCheckpoint(victim, checkpoint, { note: lines.join('\n') })
    return { kinds: ['checkpoint'], size: checkpoint.size }
  },
  'a checkpoint is taken away': (victim) => {
    const checkpoint = pick(victim, victim.checkpoints)
    victim.checkpoints = victim.checkpoints.filter((each) => each !== checkpoint)
    return { kinds: ['checkpoint', 'rolled-back'] }
  },
  'a checkpoint is signed by another key': (victim) => {
    const checkpoint = pick(victim, victim.checkpoints)
    const note = checkpoint.note.replace(/(— \S+ \S{8})\S+/, (_, start: string) => {
      const noise = hash('sha512', `${victim.below(1e9)}`, 'base64')
      return `${start}${noise}`
    })
    replaceCheckpoint(victim, checkpoint, { note })
    return { kinds: ['checkpoint'], size: checkpoint.size }
  },
  'a witness’s signature is forged': (victim) => {
    const checkpoint = pick(victim, victim.checkpoints)
    const place = victim.below(checkpoint.cosignatures.length)
    const cosignatures = checkpoint.cosignatures.map((line, index) =>
      index === place ? line.replace(/(.{20})$/, (end) => end.split('').reverse().join('')) : line,
    )
    if (cosignatures[place] === checkpoint.cosignatures[place]) return undefined
    replaceCheckpoint(victim, checkpoint, { cosignatures })
    return { kinds: ['witness'], size: checkpoint.size }
  },
  'the database is put back to an earlier state': (victim) => {
    const [kept] = putBack(victim)
    return kept && { kinds: ['rolled-back'] }
  },
  'the database is put back and written on': (victim) => {
    putBack(victim)
    const [entry] = victim.entries.slice(-1)
    if (!entry) return undefined
    const seq = chainOf(victim, entry.writer).length + 1
    victim.entries.push({ ...entry, seq, at: entry.at + 1_000 })
    rechain(victim, entry.writer, seq)
    return { kinds: ['rolled-back'] }
  },
  'the sealer’s key is stolen and another log signed': (victim) => {
    const [entry] = editText(victim)
    rechain(victim, entry.writer, entry.seq)
    const [last] = victim.checkpoints.slice(-1)
    const read = last && readCheckpoint(last.note)
    if (!last || !read) return undefined
    const root = hash('sha256', `${victim.below(1e9)}`, 'base64')
    const lines = read.text.split('\n')
    lines[2] = root
    replaceCheckpoint(victim, last, { note: signedAnew(victim.log, lines.join('\n')) })
    return { kinds: ['split'] }
  },
}

function editContext(victim: Victim, context: ContextRow, digest: string | undefined): void {
  const place = victim.below(context.said.length)
  const said = context.said.map((text, index) => (index === place ? `${text ?? ''}x` : text))
  const changed = { ...context, said }
  victim.contexts = victim.contexts.map((each) =>
    each === context ? { ...changed, digest: digest ?? contextDigest(changed) } : each,
  )
}

function replaceCheckpoint(
  victim: Victim,
  checkpoint: StoredCheckpoint,
  by: Partial<StoredCheckpoint>,
): void {
  victim.checkpoints = victim.checkpoints.map((each) =>
    each === checkpoint ? { ...each, ...by } : each,
  )
}

/** Everything after one of the checkpoints is gone, as from a backup. @returns what is left of them */
function putBack(victim: Victim): readonly StoredCheckpoint[] {
  const left = victim.checkpoints.slice(0, 1 + victim.below(victim.checkpoints.length - 1))
  const until = new Map<number, number>()
  for (const { note } of left) {
    for (const { writer, last } of readCheckpoint(note)?.ranges ?? []) until.set(writer, last)
  }
  victim.checkpoints = left
  victim.entries = victim.entries.filter(({ writer, seq }) => seq <= (until.get(writer) ?? 0))
  return left
}

function signedAnew({ sealerKey, trust }: Tampered, text: string): string {
  const signature = sign(null, Buffer.from(text), createPrivateKey(sealerKey))
  const id = Buffer.from(trust.logKey.id, 'hex')
  const line = `— ${trust.logKey.name} ${Buffer.concat([id, signature]).toString('base64')}`
  return `${text}\n${line}\n`
}
