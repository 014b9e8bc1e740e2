import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { ResourceKey } from '../../fhir/record-system.ts'

/** Where a source's ids lead, for what can only be asked for by patient. */
export interface IdIndex {
  /** Whose record an id was seen in; `undefined` if we never gave it out. */
  patientOf(key: ResourceKey): Promise<string | undefined>
  remember(keys: readonly ResourceKey[], patient: string): Promise<void>
}

/** Ids known to be written down already, so that a page that is read again writes nothing. */
const MOST_KNOWN = 200_000

/** Kept in the database: an id that was given out holds for ever. */
export function createIdIndex(db: Queryable, system: string): IdIndex {
  const known = new Set<string>()
  return {
    async patientOf({ type, id }) {
      const [row] = await query<{ patient: string }>(
        db,
        sql`select patient from systems.known_id
          where system = ${system} and type = ${type} and id = ${id}`,
      )
      return row?.patient
    },
    async remember(keys, patient) {
      const fresh = keys.filter((key) => !known.has(nameOf(key)))
      if (fresh.length === 0) return
      await query(
        db,
        sql`insert into systems.known_id (system, type, id, patient)
          select ${system}, type, id, ${patient} from
            unnest(${fresh.map(({ type }) => type)}::text[], ${fresh.map(({ id }) => id)}::text[]) as k (type, id)
          on conflict (system, type, id) do update set patient = excluded.patient
            where known_id.patient <> excluded.patient`,
      )
      if (known.size > MOST_KNOWN) known.clear()
      for (const key of fresh) known.add(nameOf(key))
    },
  }
}

const nameOf = ({ type, id }: ResourceKey) => `${type}/${id}`
