import { ACCESS_ROWS } from './access-rows.ts'
import type { AttackRow } from './attack-row.ts'
import { IDENTITY_ROWS } from './identity-rows.ts'
import { LOG_ROWS } from './log-rows.ts'
import { READ_ROWS } from './read-rows.ts'
import { WRITE_ROWS } from './write-rows.ts'

/** Every row of the threat table about authorisation, authentication and the log. */
export const ROWS: readonly AttackRow[] = [
  ...READ_ROWS,
  ...WRITE_ROWS,
  ...ACCESS_ROWS,
  ...IDENTITY_ROWS,
  ...LOG_ROWS,
]
