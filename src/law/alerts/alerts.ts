import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { Access } from '../access.ts'
import { swedishDay } from '../facts.ts'

/**
 * What is told at once: records of other providers opened in an emergency (2022:913 3:6), a block lifted without consent
 * (PDL 4:5), more people looked up than ordinary work takes (PDL 4:1).
 */
export type AlertKind = 'emergency' | 'block-lifted' | 'look-ups'

/** What has happened, and by whom. */
export interface NewAlert {
  readonly kind: AlertKind
  readonly access: Access
  /** `undefined`: it concerns nobody in particular. */
  readonly patient: string | undefined
  /** The user's own reason. */
  readonly reason: string | undefined
}

/** Where alerts go: to the log reviewers of the user's care provider. */
export interface Alerts {
  /** Durable when it settles: what is alerted of must not happen before. The same user, patient and day is told once. */
  raise(alert: NewAlert): Promise<void>
}

/** Names the lock under which alerts are written. */
const ALERTS = 5_270_190

/**
 * Alerts as rows, from where the reviewers' page takes them, and as a line in the operations log.
 *
 * @param tell of an alert that is new; never who the patient is, nor who the user
 */
export function createAlerts(
  db: Queryable,
  now: () => number,
  tell: (alert: {
    readonly id: string
    readonly kind: AlertKind
    readonly region: string
    readonly provider: string
  }) => void,
): Alerts {
  return {
    async raise({ kind, access, patient, reason }) {
      const { region, provider, unit, user, userName, request } = access
      const once = JSON.stringify([kind, region, provider, user, patient, swedishDay(now())])
      const [row] = await query<{ id: string }>(
        db,
        // One at a time, so that ids become visible in their order: who asks for what came after one misses none.
        sql`with turn as (select pg_advisory_xact_lock(${ALERTS}))
          insert into law.alert (kind, region, provider, unit, person, name, patient, reason, request, once)
          select ${kind}, ${region}, ${provider}, ${unit}, ${user}, ${userName}, ${patient ?? null}::text,
            ${reason ?? null}::text, ${request ?? null}::text, ${once} from turn
          on conflict (once) do nothing returning id::text as id`,
      )
      if (row) tell({ id: row.id, kind, region, provider })
    },
  }
}
