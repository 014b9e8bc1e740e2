import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import type { EntryInContext } from './log-entry.ts'
import { hashOf, insertRows, type LogRow, type RowTexts, textsOf } from './log-row.ts'

/**
 * The chains of this process. A chain is lent to one transaction at a time, and its head moves only when that one has
 * committed: so numbers have no gaps and no order is settled between transactions that run beside each other, which
 * therefore don't wait for each other. Two at once use two chains.
 */
export interface LogChains {
  /** A chain that nobody uses; a new one where all are in use. */
  take(): Promise<LogChain>
}

/** One chain, lent to one transaction. */
export interface LogChain {
  /** The statement that appends the entries. Once a loan. */
  append(entries: readonly EntryInContext[]): Sql
  /**
   * Gives the chain back. One whose transaction did not commit, or isn't known to have, is never used again:
   * its rows are in the database or they aren't, and either way nothing follows them.
   */
  settle(committed: boolean): void
}

/** What a chain's first entry says of the process that opens it. */
export interface ChainOpener {
  readonly version: string
  readonly process: string
}

interface Chain {
  readonly writer: number
  seq: number
  head: Buffer
  /** Goes before the first entries. */
  opening: RowTexts | undefined
}

const NO_CONTEXT = { number: 0, digest: '' }

export function createChains(db: Queryable, now: () => number, opener: ChainOpener): LogChains {
  const free: Chain[] = []
  const clock = createClock(now)
  return {
    async take() {
      const chain = free.pop() ?? (await open(db, opener))
      let next = chain
      return {
        append(entries) {
          const linked = link(chain, entries, clock)
          next = linked.chain
          return insertRows(linked.rows)
        },
        settle(committed) {
          if (committed) free.push(next)
        },
      }
    },
  }
}

/** Microseconds since 1970, each later than the one before, whatever the machine's clock does. */
function createClock(now: () => number): () => number {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000))
    return last
  }
}

function link(chain: Chain, entries: readonly EntryInContext[], clock: () => number) {
  const { writer } = chain
  const rows: LogRow[] = []
  let { seq, head } = chain
  const add = (context: LogRow['context'], texts: RowTexts) => {
    seq++
    const row = { writer, seq, at: clock(), context, texts }
    head = hashOf(head, row)
    rows.push({ ...row, hash: head })
  }
  if (chain.opening) add(NO_CONTEXT, chain.opening)
  for (const each of entries) add(each.context, textsOf(each))
  return { rows, chain: { writer, seq, head, opening: undefined } }
}

/** How many chains back a new one names. A process has a few at a time. */
const NAMED = 64

/**
 * Opens a chain. Its first entry names the heads of the chains before it and the last checkpoint, so that what
 * a process wrote just before it died can't be cut off without a trace, sealed or not.
 */
async function open(db: Queryable, opener: ChainOpener): Promise<Chain> {
  const rows = await query<{ id: number; writer: number | null; seq: string; hash: string }>(
    db,
    sql`with mine as (select nextval('law.log_writer')::int4 as id)
      select mine.id, earlier.writer, earlier.seq, encode(earlier.hash, 'hex') as hash
      from mine left join lateral (
        select w.writer, last.seq, last.hash
        from generate_series(greatest(1, mine.id - ${NAMED}::int4), mine.id - 1) w (writer)
        cross join lateral (select seq, hash from law.access_log l where l.writer = w.writer
          order by seq desc limit 1) last
      ) earlier on true
      order by earlier.writer`,
  )
  const [checkpoint] = await query<{ size: string; root: string }>(
    db,
    sql`select size, split_part(note, E'\n', 3) as root from law.log_checkpoint
      order by size desc limit 1`,
  )
  const [first] = rows
  if (!first) throw new Error('a sequence gives a number')
  const said = {
    ...opener,
    previous: rows.flatMap(({ writer, seq, hash }) =>
      writer === null ? [] : [[writer, Number(seq), hash]],
    ),
    checkpoint: checkpoint ? [Number(checkpoint.size), checkpoint.root] : null,
  }
  const opening: RowTexts = [
    null,
    'open',
    'permit',
    null,
    null,
    null,
    null,
    null,
    JSON.stringify(said),
  ]
  return { writer: first.id, seq: 0, head: Buffer.alloc(32), opening }
}
