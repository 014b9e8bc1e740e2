import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { sha256 } from '../sha256.ts'
import type { Departure } from './identity-provider.ts'

/** A browser that is back, as far as it can be known to be the one that left. */
export interface Attempt {
  readonly interaction: string
  readonly provider: 'staff' | 'patient'
  /** The browser's former login. */
  readonly was: string | undefined
  readonly nonce: string
  readonly verifier: string
}

/** Browsers on their way to an identity provider and back. Each goes once, within ten minutes, and comes back as itself. */
export interface LoginAttempts {
  depart(
    attempt: Omit<Attempt, 'nonce' | 'verifier'> & { browser: string },
    departure: Departure,
  ): Promise<void>
  /** Uses the attempt up. `undefined`: not one of this browser's, too late, or used: a login forced upon somebody. */
  arrive(state: string, browser: string): Promise<Attempt | undefined>
  succeed(state: string, login: string): Promise<void>
  /** The login that an interaction led to; told once, to the same browser. */
  loginFor(interaction: string, browser: string): Promise<string | undefined>
}

export function createLoginAttempts(db: Queryable): LoginAttempts {
  return {
    async depart({ interaction, provider, browser, was }, { state, nonce, verifier }) {
      await query(
        db,
        sql`insert into identity.login_attempt (state_hash, browser_hash, interaction, provider, was, nonce, verifier, expires)
          values (${sha256(state)}, ${sha256(browser)}, ${interaction}, ${provider}, ${was ?? null}, ${nonce}, ${verifier},
            now() + interval '10 minutes')`,
      )
    },
    async arrive(state, browser) {
      const [row] = await query<Omit<Attempt, 'was'> & { was: string | null }>(
        db,
        sql`update identity.login_attempt set used_at = now()
          where state_hash = ${sha256(state)} and browser_hash = ${sha256(browser)} and used_at is null and expires > now()
          returning interaction, provider, was, nonce, verifier`,
      )
      return row && { ...row, was: row.was ?? undefined }
    },
    async succeed(state, login) {
      await query(
        db,
        sql`update identity.login_attempt set login = ${login} where state_hash = ${sha256(state)}`,
      )
    },
    async loginFor(interaction, browser) {
      const [row] = await query<{ login: string }>(
        db,
        sql`delete from identity.login_attempt
          where interaction = ${interaction} and browser_hash = ${sha256(browser)} and login is not null returning login`,
      )
      return row?.login
    },
  }
}
