import { createHash } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** What an id of the federation leads to. */
export interface RegionalId {
  readonly region: string
  readonly id: string
}

/** Ids of the federation: `{region}.{id}`; where that is too long, the region and a hash that is looked up. */
export interface FederatedIds {
  /** Stable; kept for ever before it's given out, if it must be looked up. */
  toFederated(region: string, id: string): string
  /** Waits until everything that `toFederated` gave can be looked up again. */
  settled(): Promise<void>
  toRegional(id: string): Promise<RegionalId | undefined>
}

const MOST_LETTERS = 64
/** No region's own id begins so after the region: it would be hashed too. */
const HASHED = 'h-'

export function createFederatedIds(db: Queryable): FederatedIds {
  const known = new Map<string, string>()
  let waiting = new Map<string, RegionalId>()

  return {
    toFederated(region, id) {
      const plain = `${region}.${id}`
      if (plain.length <= MOST_LETTERS && !id.startsWith(HASHED)) return plain
      const there = known.get(plain)
      if (there !== undefined) return there
      const hash = createHash('sha256').update(plain).digest('hex').slice(0, 40)
      const federated = `${region}.${HASHED}${hash}`
      known.set(plain, federated)
      waiting.set(federated, { region, id })
      return federated
    },
    async settled() {
      if (waiting.size === 0) return
      const fresh = [...waiting]
      waiting = new Map()
      try {
        await query(
          db,
          sql`insert into systems.federated_id (id, region, regional_id)
            select * from unnest(${fresh.map(([id]) => id)}::text[],
              ${fresh.map(([, { region }]) => region)}::text[], ${fresh.map(([, { id }]) => id)}::text[])
            on conflict do nothing`,
        )
      } catch (thrown) {
        for (const [federated, regional] of fresh) waiting.set(federated, regional)
        throw thrown
      }
    },
    async toRegional(federated) {
      const dot = federated.indexOf('.')
      if (dot < 1) return undefined
      const region = federated.slice(0, dot)
      const id = federated.slice(dot + 1)
      if (!id.startsWith(HASHED)) return { region, id }
      const [row] = await query<{ id: string }>(
        db,
        sql`select regional_id as id from systems.federated_id where id = ${federated}`,
      )
      return row && { region, id: row.id }
    },
  }
}
