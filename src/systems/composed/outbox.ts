import { randomUUID } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import type { HsaId } from '../../fhir/sight.ts'

/** A write on its way to a legacy system. */
export interface Letter {
  /** The idempotency key, and the id of the copy that waits in our store. */
  readonly id: string
  readonly type: ResourceType
  /** The resource as it was written. */
  readonly content: Buffer
  readonly patient: string | undefined
  readonly unit: HsaId
  readonly provider: HsaId
  readonly state: 'sending' | 'waiting' | 'landed'
  readonly attempts: number
  /** When it was first sent, ms since 1970. */
  readonly begunAt: number
}

/** A region's writes on their way: written down before they are sent, so that none is lost and none is sent twice. */
export interface Outbox {
  begin(letter: Pick<Letter, 'type' | 'content' | 'patient' | 'unit' | 'provider'>): Promise<Letter>
  /** It may be sent again from now: the copy in our store is what its author was told of. */
  wait(id: string): Promise<void>
  /** It is in the legacy system. `done`: and no copy of it in our store. */
  landed(id: string, nativeId: string, state: 'landed' | 'done'): Promise<void>
  /** Nothing more will be tried. `reason` never holds patient data. */
  end(
    id: string,
    state: 'done' | 'refused' | 'abandoned',
    reason: string | undefined,
  ): Promise<void>
  /** Those that are due, taken for half a minute so that no other process takes them too. */
  due(count: number): Promise<readonly Letter[]>
  /** How long until the next try, after one that failed. */
  tryAgain(letter: Letter): Promise<void>
  /** Whether a resource of the legacy system is another letter's. */
  isTaken(type: ResourceType, nativeId: string): Promise<boolean>
  waiting(): Promise<number>
}

/** A letter that nobody was told of is looked for after this, ms. */
const FORGOTTEN = 60_000
const LONGEST_WAIT = 60_000

export function createOutbox(db: Queryable, region: string, now: () => number): Outbox {
  const set = async (id: string, state: string, more: { nativeId?: string; reason?: string }) => {
    await query(
      db,
      sql`update systems.outbox set state = ${state}, next_at = ${new Date(now())},
        native_id = coalesce(${more.nativeId ?? null}, native_id), reason = ${more.reason ?? null}
        where id = ${id}`,
    )
  }
  return {
    async begin({ type, content, patient, unit, provider }) {
      const id = randomUUID()
      const begunAt = now()
      await query(
        db,
        sql`insert into systems.outbox (id, region, type, content, patient, unit, provider, state, begun_at, next_at)
          values (${id}, ${region}, ${type}, ${content}, ${patient ?? null}, ${unit}, ${provider}, 'sending',
            ${new Date(begunAt)}, ${new Date(begunAt + FORGOTTEN)})`,
      )
      return { id, type, content, patient, unit, provider, state: 'sending', attempts: 0, begunAt }
    },
    wait: (id) => set(id, 'waiting', {}),
    landed: (id, nativeId, state) => set(id, state, { nativeId }),
    end: (id, state, reason) => set(id, state, reason === undefined ? {} : { reason }),
    due: (count) => due(db, region, now(), count),
    async tryAgain({ id, attempts }) {
      const wait = Math.min(1000 * 2 ** attempts, LONGEST_WAIT)
      await query(
        db,
        sql`update systems.outbox set attempts = attempts + 1, next_at = ${new Date(now() + wait)}
          where id = ${id}`,
      )
    },
    async isTaken(type, nativeId) {
      const rows = await query(
        db,
        sql`select 1 from systems.outbox
          where region = ${region} and type = ${type} and native_id = ${nativeId}`,
      )
      return rows.length > 0
    },
    async waiting() {
      const [row] = await query<{ count: number }>(
        db,
        sql`select count(*)::int4 as count from systems.outbox
          where region = ${region} and state = 'waiting'`,
      )
      return row?.count ?? 0
    },
  }
}

interface Row extends Omit<Letter, 'patient' | 'begunAt'> {
  readonly patient: string | null
  readonly begun_at: Date
}

const TAKEN = 30_000

async function due(db: Queryable, region: string, now: number, count: number): Promise<Letter[]> {
  const rows = await query<Row>(
    db,
    sql`update systems.outbox set next_at = ${new Date(now + TAKEN)} where id in (
        select id from systems.outbox where region = ${region}
          and state in ('sending', 'waiting', 'landed') and next_at <= ${new Date(now)}
        order by next_at limit ${count} for update skip locked)
      returning id, type, content, patient, unit, provider, state, attempts, begun_at`,
  )
  return rows.map(({ patient, begun_at: begunAt, ...row }) => ({
    ...row,
    patient: patient ?? undefined,
    begunAt: begunAt.getTime(),
  }))
}
