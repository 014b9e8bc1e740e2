import type { Database, Queryable } from '../db/database.ts'
import { type Sql, send, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Author, Change, ChangeResult } from '../fhir/record-system.ts'
import { type Applied, applyChanges, currentOf } from './apply-changes.ts'
import type { Dictionary } from './dictionary.ts'
import type { Upkeep } from './maintain.ts'
import { hashText, tokenHash } from './token-hash.ts'
import { insertVersions, originsOf } from './write-versions.ts'

/** What the law wants written in the same transaction as some changes; it is told whether that committed. */
export type Alongside = (
  committed: readonly { readonly logEntry: unknown; readonly results: readonly ChangeResult[] }[],
) => Promise<{ readonly statements: readonly Sql[]; settle(committed: boolean): void }>

export interface WriteParts {
  readonly db: Database
  readonly tenant: number
  readonly dictionary: Dictionary
  readonly now: () => number
  readonly alongside: Alongside | undefined
  readonly upkeep: Upkeep
}

/** One caller's changes, waiting. */
interface Unit {
  readonly changes: readonly Change[]
  readonly author: Author
  /** What no other unit of the same transaction may touch: resources, and conditions. */
  readonly keys: readonly string[]
  readonly resolve: (results: readonly ChangeResult[]) => void
  readonly reject: (cause: unknown) => void
}

/** A transaction is filled up to so many changes: more would make others wait and save nothing. */
const MOST_CHANGES = 256
const LANES = 2

/**
 * Writes that arrive while others are under way share the next transaction: one commit, and one log row batch, for all of them.
 * What fails for one caller doesn't touch the others. No timers, so a lone write waits for nothing.
 */
export function createWriteQueue(parts: WriteParts) {
  let waiting: Unit[] = []
  let busy = 0

  function pump(): void {
    while (busy < LANES && waiting.length > 0) {
      const [batch, rest] = takeBatch(waiting)
      waiting = rest
      busy++
      void run(parts, batch).finally(() => {
        busy--
        pump()
      })
    }
  }

  return (changes: readonly Change[], author: Author): Promise<readonly ChangeResult[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ changes, author, keys: changes.flatMap(keysOf), resolve, reject })
      if (waiting.length === 1) setImmediate(pump)
    })
}

/** The units that go together: none touches what another does. */
function takeBatch(waiting: readonly Unit[]): [Unit[], Unit[]] {
  const batch: Unit[] = []
  const rest: Unit[] = []
  const taken = new Set<string>()
  let changes = 0
  for (const unit of waiting) {
    const free = changes < MOST_CHANGES && unit.keys.every((key) => !taken.has(key))
    for (const key of unit.keys) taken.add(key)
    if (free) batch.push(unit)
    else rest.push(unit)
    if (free) changes += unit.changes.length
  }
  return [batch, rest]
}

/** A resource by its name; a condition by its type, so that no two of them are decided at once. */
function keysOf(change: Change): string[] {
  switch (change.kind) {
    case 'create': {
      const own = change.id === undefined ? [] : [`${change.type}/${change.id}`]
      return change.ifNoneExist ? [...own, `?${change.ifNoneExist.type}`] : own
    }
    case 'update':
      return [`${change.key.type}/${change.key.id}`]
    case 'conditional-update': {
      const { id } = change.resource
      return id === undefined ? [`?${change.type}`] : [`?${change.type}`, `${change.type}/${id}`]
    }
    default:
      return typeof change.target === 'string'
        ? [`${change.type}/${change.target}`]
        : [`?${change.type}`]
  }
}

async function run(parts: WriteParts, batch: readonly Unit[]): Promise<void> {
  try {
    const outcomes = await commit(parts, batch)
    for (const [index, unit] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome && 'results' in outcome) unit.resolve(outcome.results)
      else unit.reject(outcome?.problem)
    }
  } catch (cause) {
    const [only, second] = batch
    if (only && !second) only.reject(asConflict(cause))
    // One of them broke the transaction: each alone, to find out whose fault it was.
    else for (const unit of batch) await run(parts, [unit])
  }
}

type Outcome = Applied | { readonly problem: Problem }

async function commit(parts: WriteParts, batch: readonly Unit[]): Promise<readonly Outcome[]> {
  let settle = (_committed: boolean) => {}
  try {
    const outcomes = await parts.db.transaction(async (db) => {
      const worked = await workOut(parts, db, batch)
      const beside = await parts.alongside?.(committedOf(batch, worked))
      if (beside) settle = beside.settle
      await write(db, parts, worked, beside?.statements ?? [])
      return worked
    })
    settle(true)
    parts.upkeep.wrote(outcomes.flatMap(versionsOf).length)
    return outcomes
  } catch (cause) {
    settle(false)
    throw cause
  }
}

/** What each unit's changes come to, in a transaction that has locked what they name. */
async function workOut(
  parts: WriteParts,
  db: Queryable,
  batch: readonly Unit[],
): Promise<readonly Outcome[]> {
  lock(db, parts.tenant, batch)
  const all = batch.flatMap(({ changes }) => changes)
  const there = await currentOf({ ...parts, db }, all)
  const now = parts.now()
  const outcomes: Outcome[] = []
  for (const { changes, author } of batch) {
    outcomes.push(
      await applyChanges({ ...parts, db, now, there }, changes, author).catch(
        (problem: unknown) => {
          if (!(problem instanceof Problem) || problem.code === 'transient') throw problem
          return { problem }
        },
      ),
    )
  }
  return outcomes
}

function committedOf(batch: readonly Unit[], outcomes: readonly Outcome[]) {
  return batch.flatMap(({ author }, index) => {
    const outcome = outcomes[index]
    return outcome && 'results' in outcome
      ? [{ logEntry: author.logEntry, results: outcome.results }]
      : []
  })
}

const versionsOf = (outcome: Outcome) => ('versions' in outcome ? outcome.versions : [])

/** Sends everything in one statement. Its answer comes with the commit's. */
async function write(
  db: Queryable,
  { tenant, dictionary }: WriteParts,
  outcomes: readonly Outcome[],
  beside: readonly Sql[],
): Promise<void> {
  const versions = outcomes.flatMap(versionsOf)
  if (versions.length > 0) {
    const numbers = await dictionary.numbersOf(originsOf(versions))
    send(db, insertVersions(tenant, numbers, versions, beside))
  } else {
    for (const statement of beside) send(db, statement)
  }
}

/** The version's key is taken: somebody else wrote it first. */
function asConflict(cause: unknown): unknown {
  if ((cause as { code?: string }).code !== '23505') return cause
  return new Problem(
    'conflict',
    'The resource was changed by someone else meanwhile. Read it again.',
    { cause },
  )
}

/**
 * Locks what the changes name, in one order for all, so that nobody waits in a circle. A resource that isn't there yet is locked
 * too: two that create the same id, or decide the same condition, go one after the other, in whatever process they are.
 */
function lock(db: Queryable, tenant: number, batch: readonly Unit[]): void {
  const names = batch.flatMap(({ keys }) => keys)
  if (names.length === 0) return
  const hashes = names.map((name) => hashText(tokenHash(`lock/${tenant}`, 'exact', name)))
  send(
    db,
    sql`select pg_advisory_xact_lock(key) from (
      select distinct key from unnest(${hashes}::int8[]) key order by key) sorted`,
  )
}
