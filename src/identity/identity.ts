import { createHash, randomBytes } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Access } from '../law/access.ts'
import type { Directory } from './directory.ts'
import { createLogins } from './login/logins.ts'
import { accessOfToken } from './oauth/token-access.ts'
import { staffAccess } from './staff-access.ts'

/** A session that has just begun. The token is told once and kept nowhere in the clear. */
export interface Session {
  readonly token: string
  readonly expires: Date
  readonly access: Access
}

/** Who is here and in which commission. */
export interface Identity {
  readonly directory: Directory
  /** Whether there are demo logins. */
  readonly demo: boolean
  /** Settles whose token it is. @throws Problem `login` when it's missing, unknown, ended or out of date */
  accessOf(authorization: string | undefined): Promise<Access>
  /**
   * A token for a member of the demo's staff in one of their commissions (the first unless told), or for `sandbox`.
   * @throws Problem `forbidden` where there is no demo, `not-found` for a login or commission that isn't there
   */
  issueToken(login: string, commission?: string): Promise<Session>
  /** Ends the session that the token is of, with all its tokens. */
  end(authorization: string | undefined): Promise<void>
  /** Looks every token up anew: some may open nothing any more. */
  forgetTokens(): void
}

/** Tokens end after a working day and a bit, whatever is done with them. */
const LIFETIME = '12 hours'
/** How long a session that was looked up is believed. Ending one in this process is immediate. */
const BELIEVED = 1_000
const MOST_SESSIONS = 10_000

export function createIdentity(parts: {
  readonly db: Queryable
  readonly demo: boolean
  readonly directory: Directory
  readonly now: () => number
}): Identity {
  const { db, demo, now } = parts
  const logins = createLogins(db)
  const sessions = new Map<string, { access: Access; until: number }>()

  async function lookUp(authorization: string): Promise<Access> {
    const access = (await ofSession(authorization)) ?? (await ofApp(authorization))
    if (!access)
      throw new Problem('login', 'The token is not valid, or its time is out. Log in again.')
    if (sessions.size >= MOST_SESSIONS) sessions.clear()
    sessions.set(authorization, { access, until: now() + BELIEVED })
    return access
  }

  async function ofApp(authorization: string): Promise<Access | undefined> {
    const access = await accessOfToken(db, authorization.slice('Bearer '.length))
    if (access && access.kind !== 'system') await logins.touch(access.session)
    return access
  }

  async function ofSession(authorization: string): Promise<Access | undefined> {
    const [row] = await query<{ name: string; access: Access }>(
      db,
      sql`select name, access from identity.session
        where token_hash = ${hashOf(authorization)} and expires > now() and ended_at is null
          and (${demo} or not demo)`,
    )
    return row && { ...row.access, statedReason: undefined, session: row.name }
  }

  return {
    async accessOf(authorization) {
      if (!authorization?.startsWith('Bearer ')) {
        throw new Problem('login', 'Log in first: the request has no bearer token.')
      }
      const known = sessions.get(authorization)
      return known && known.until > now() ? known.access : lookUp(authorization)
    },
    directory: parts.directory,
    demo,
    async issueToken(login, commission) {
      if (!demo) throw new Problem('forbidden', 'There are tokens to be had only in the demo')
      const access = login === 'sandbox' ? SANDBOX : staffAccess(parts.directory, login, commission)
      const token = randomBytes(32).toString('base64url')
      const [row] = await query<{ expires: Date }>(
        db,
        sql`insert into identity.session (token_hash, demo, access, expires)
          values (${hashOf(`Bearer ${token}`)}, true, ${JSON.stringify(access)}, now() + ${LIFETIME}::interval)
          returning expires`,
      )
      return { token, expires: row?.expires ?? new Date(now()), access: { ...access, ...UNSAID } }
    },
    forgetTokens: () => sessions.clear(),
    async end(authorization) {
      if (!authorization) return
      const { kind, session } = (await ofApp(authorization)) ?? {}
      if (session && kind !== 'system') await logins.end(session)
      sessions.clear()
      await query(
        db,
        sql`update identity.session set ended_at = now() where token_hash = ${hashOf(authorization)}`,
      )
    },
  }
}

/** Known first when a token is used. */
const UNSAID = { session: '', statedReason: undefined }

function hashOf(authorization: string): Buffer {
  return createHash('sha256').update(authorization.slice('Bearer '.length)).digest()
}

/** The empty region where every type may be read and written, for curl and for test suites. */
const SANDBOX = {
  kind: 'sandbox',
  region: 'sandbox',
  user: 'sandbox',
  userName: 'Sandlåda',
  commission: 'sandbox',
  unit: 'sandbox',
  provider: 'sandbox',
  purpose: 'care',
} as const
