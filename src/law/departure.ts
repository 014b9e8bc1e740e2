import { type Sql, sql } from '../db/sql.ts'

/**
 * What the law forgets of a region that has left: whom there were records of, and where they were in care. The access log
 * stays, and with it what was decided (PDL 4:3; HSLF-FS 2016:40 4:9): it is kept for its years, whoever has the records.
 */
export function forgetPatients(region: string): readonly Sql[] {
  return [
    sql`delete from law.holding where region = ${region}`,
    sql`delete from law.care_relation where region = ${region}`,
    sql`delete from law.person where region = ${region}`,
    sql`delete from law.merged_patient where region = ${region}`,
  ]
}
