import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { sha256 } from '../sha256.ts'

/**
 * Keeps what the authorization server remembers, in PostgreSQL. Tokens are stored as their SHA-256.
 * Where the library looks and then writes, the database decides: an assertion is used once, and a code or refresh token is
 * consumed once, even when two requests come at the same moment.
 */
export function createOauthStore(db: Queryable): (kind: string) => Adapter {
  return (kind) => ({
    async upsert(id, payload, expiresIn) {
      const kept = withoutSecrets(payload)
      const seconds = expiresIn || 3600
      const once =
        kind === 'ReplayDetection'
          ? sql``
          : sql` do update set payload = excluded.payload,
        grant_id = excluded.grant_id, uid = excluded.uid, expires = excluded.expires`
      const rows = await query(
        db,
        sql`insert into identity.oauth_item (kind, id_hash, payload, grant_id, uid, expires)
          values (${kind}, ${sha256(id)}, ${JSON.stringify(kept)}, ${payload.grantId ?? null}, ${payload.uid ?? null},
            now() + ${seconds} * interval '1 second')
          on conflict (kind, id_hash) ${kind === 'ReplayDetection' ? sql`do nothing` : once} returning 1`,
      )
      if (rows.length === 0) throw new errors.InvalidClientAuth('client assertion was used before')
    },
    find: (id) => one(db, sql`kind = ${kind} and id_hash = ${sha256(id)}`, id),
    findByUid: (uid) => one(db, sql`kind = ${kind} and uid = ${uid}`, undefined),
    findByUserCode: async () => undefined,
    async consume(id) {
      const rows = await query<{ grant_id: string }>(
        db,
        sql`update identity.oauth_item set consumed = now()
          where kind = ${kind} and id_hash = ${sha256(id)} and consumed is null returning grant_id`,
      )
      if (rows.length > 0) return
      await revokeGrantOf(db, kind, id)
      throw new errors.InvalidGrant('used twice at once')
    },
    async destroy(id) {
      await query(
        db,
        sql`delete from identity.oauth_item where kind = ${kind} and id_hash = ${sha256(id)}`,
      )
    },
    async revokeByGrantId(grantId) {
      await query(
        db,
        sql`delete from identity.oauth_item where grant_id = ${grantId} and kind = ${kind}`,
      )
    },
  })
}

/** The id of what is stored is a secret, and an interaction repeats that of the browser's session. */
function withoutSecrets({ jti, session, ...rest }: AdapterPayload): object {
  const { cookie, ...told } = session ?? {}
  return { ...rest, ...(session && { session: told }) }
}

async function one(
  db: Queryable,
  where: ReturnType<typeof sql>,
  id: string | undefined,
): Promise<AdapterPayload | undefined> {
  const [row] = await query<{ payload: AdapterPayload; consumed: Date | null }>(
    db,
    sql`select payload, consumed from identity.oauth_item where ${where} and expires > now()`,
  )
  if (!row) return undefined
  return {
    ...row.payload,
    ...(id !== undefined && { jti: id }),
    ...(row.consumed && { consumed: Math.floor(row.consumed.getTime() / 1000) }),
  }
}

/** Two at once is a replay: nothing that came of either may live. */
async function revokeGrantOf(db: Queryable, kind: string, id: string): Promise<void> {
  await query(
    db,
    sql`delete from identity.oauth_item where grant_id =
      (select grant_id from identity.oauth_item where kind = ${kind} and id_hash = ${sha256(id)})`,
  )
}
