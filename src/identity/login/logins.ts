import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { StaffAccess } from '../../law/access.ts'

/** A member of staff in the commission they chose. */
export type StaffSubject = Pick<
  StaffAccess,
  | 'region'
  | 'user'
  | 'userName'
  | 'commission'
  | 'unit'
  | 'provider'
  | 'purpose'
  | 'role'
  | 'process'
>

/** A patient, as their eID names them. */
export interface PatientSubject {
  /** Twelve digits. */
  readonly personalNumber: string
  readonly name: string
}

/** Who an identity provider said that it is. */
export type Subject =
  | { readonly kind: 'staff'; readonly subject: StaffSubject }
  | { readonly kind: 'patient'; readonly subject: PatientSubject }

/** A person's session, from login to logout. */
export type Login = Subject & {
  /** Names the session in the access log. */
  readonly id: string
  readonly acr: string
  readonly amr: readonly string[]
  readonly since: Date
  readonly state: 'open' | 'locked' | 'over' | 'ended'
}

/** Sessions. All times are the database's, so that processes agree. */
export interface Logins {
  begin(who: Subject, how: { acr: string; amr: readonly string[] }): Promise<string>
  find(id: string): Promise<Login | undefined>
  /** A sign of life: puts off the lock. Written at most once a minute. */
  touch(id: string): Promise<void>
  /** Unlocks: the same person has logged in again. */
  reopen(id: string): Promise<void>
  /** Logout. Its tokens end with it within a second. */
  end(id: string): Promise<void>
}

/** After this long without a sign of life the session locks, and only a new login opens it. */
export const IDLE_MINUTES = 15
/** After this long a session is over whatever is done. */
export const ABSOLUTE_HOURS = 12
/** How long a patient's app may go on without the patient (`offline_access`). */
export const PATIENT_OFFLINE_DAYS = 30

/**
 * The state of a session as a word, from the columns of `identity.login l`. `open`; `locked` for want of activity; `over`
 * after a working day; `ended` by logout.
 */
export const LOGIN_STATE = sql`case when l.ended_at is not null then 'ended'
  when l.since < now() - ${ABSOLUTE_HOURS} * interval '1 hour' then 'over'
  when l.seen < now() - ${IDLE_MINUTES} * interval '1 minute' then 'locked'
  else 'open' end`

export function createLogins(db: Queryable): Logins {
  return {
    async begin({ kind, subject }, { acr, amr }) {
      const [row] = await query<{ id: string }>(
        db,
        sql`insert into identity.login (kind, subject, acr, amr)
          values (${kind}, ${JSON.stringify(subject)}, ${acr}, ${[...amr]}) returning id`,
      )
      if (!row) throw new Error('The login was not stored')
      return row.id
    },
    async find(id) {
      const [row] = await query<Login>(
        db,
        sql`select l.id, l.kind, l.subject, l.acr, l.amr, l.since, ${LOGIN_STATE} as state
          from identity.login l where l.id = ${id}`,
      )
      return row
    },
    async touch(id) {
      await query(
        db,
        sql`update identity.login set seen = now()
          where id = ${id} and ended_at is null and seen < now() - interval '1 minute'`,
      )
    },
    async reopen(id) {
      await query(
        db,
        sql`update identity.login set seen = now() where id = ${id} and ended_at is null`,
      )
    },
    async end(id) {
      await query(
        db,
        sql`update identity.login set ended_at = now() where id = ${id} and ended_at is null`,
      )
    },
  }
}
