import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** Removes what can't be used any more, a day after. Contexts go with their grants; logins stay, as the log names them. */
export async function forgetExpired(db: Queryable): Promise<void> {
  const late = sql`now() - interval '1 day'`
  await query(db, sql`delete from identity.oauth_item where expires < ${late}`)
  await query(db, sql`delete from identity.login_attempt where expires < ${late}`)
  await query(db, sql`delete from identity.launch where expires < ${late}`)
  await query(
    db,
    sql`delete from identity.app_context c where c.since < ${late} and not exists
      (select 1 from identity.oauth_item i where i.kind = 'Grant' and i.id_hash = sha256(convert_to(c.grant_id, 'UTF8')))`,
  )
}
