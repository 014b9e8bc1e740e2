import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { LoggedAccess } from './logged-access.ts'
import { readRows } from './logged-access.ts'

/** The log in an order in which nothing is skipped: each chain from where it was left. */
export interface LogFeed {
  /**
   * Staff's accesses in a region that this receiver hasn't taken, at most so many.
   * @returns also how far they reach, for {@link LogFeed.taken}
   */
  next(most: number): Promise<LogBatch>
  /** Before they are sent: that a call is begun. @returns whether one was begun before whose outcome isn't known */
  trying(): Promise<boolean>
  /** They were taken, but for these, which never will be. */
  taken(batch: LogBatch, refused: readonly LoggedAccess[]): Promise<void>
}

export interface LogBatch {
  readonly accesses: readonly LoggedAccess[]
  /** By writer. Beyond the accesses where rows between are not for this receiver. */
  readonly seqs: Readonly<Record<string, number>>
  /** Whether there was anything at all, for this receiver or not. */
  readonly isEmpty: boolean
}

/** @param target names region and receiver: `vgr/StoreLog` */
export function createLogFeed(db: Queryable, region: string, target: string): LogFeed {
  return {
    async next(most) {
      const [row] = await query<{ seqs: Record<string, number> }>(
        db,
        sql`select seqs from law.log_export where target = ${target}`,
      )
      const seqs = { ...row?.seqs }
      const reached = await reach(db, seqs, most)
      const rows = await readRows(
        db,
        sql`c.region = ${region} and c.kind in ('staff', 'system') and (l.writer, l.seq) in
          (select r.writer, s from unnest(${reached.map(({ writer }) => writer)}::int4[],
            ${reached.map(({ first }) => first)}::int8[], ${reached.map(({ last }) => last)}::int8[])
            as r (writer, first, last), generate_series(r.first, r.last) s)`,
        most,
      )
      for (const { writer, last } of reached) seqs[writer] = last
      return { accesses: rows, seqs, isEmpty: reached.length === 0 }
    },
    async trying() {
      const [row] = await query<{ before: boolean }>(
        db,
        sql`with old as (select trying from law.log_export where target = ${target}),
            put as (insert into law.log_export (target, trying) values (${target}, true)
              on conflict (target) do update set trying = true)
          select coalesce((select trying from old), false) as before`,
      )
      return row?.before ?? false
    },
    async taken({ seqs }, refused) {
      const places = refused.map(({ id }) => id.split('-').map(Number))
      await query(
        db,
        sql`with refused as (
            insert into law.log_export_refusal (target, writer, seq)
            select ${target}, * from unnest(${places.map(([writer]) => writer)}::int4[],
              ${places.map(([, seq]) => seq)}::int8[]) on conflict do nothing)
          insert into law.log_export (target, seqs) values (${target}, ${JSON.stringify(seqs)}::jsonb)
          on conflict (target) do update set seqs = excluded.seqs, trying = false`,
      )
    },
  }
}

/** How far each chain goes beyond what was taken, until there are enough rows. */
async function reach(db: Queryable, seqs: Readonly<Record<string, number>>, most: number) {
  const [last] = await query<{ writers: number }>(
    db,
    sql`select case when is_called then last_value::int4 else 0 end as writers from law.log_writer`,
  )
  const writers = Array.from({ length: last?.writers ?? 0 }, (_, index) => index + 1)
  const from = writers.map((writer) => seqs[writer] ?? 0)
  const rows = await query<{ writer: number; seq: string }>(
    db,
    sql`select f.* from unnest(${writers}::int4[], ${from}::int8[]) s (writer, seq)
      cross join lateral (select l.writer, l.seq from law.access_log l
        where l.writer = s.writer and l.seq > s.seq order by l.seq limit ${most}) f
      limit ${most}`,
  )
  const reached = new Map<number, { writer: number; first: number; last: number }>()
  for (const { writer, seq } of rows) {
    const there = reached.get(writer)
    if (there) there.last = Number(seq)
    else reached.set(writer, { writer, first: Number(seq), last: Number(seq) })
  }
  return [...reached.values()]
}
