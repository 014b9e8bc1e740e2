import { type Sql, sql } from '../db/sql.ts'

/**
 * What the law learns when a patient turns out to be another (HL7 v2 A40), where another system keeps records under both:
 * whose care they were in, who has records, and that an identity is protected, holds for the one who remains. What is closed
 * follows the Consents that say so.
 */
export function learnMerged(region: string, former: string, survivor: string): readonly Sql[] {
  return [
    sql`insert into law.care_relation (region, patient, unit, until)
      select region, ${survivor}, unit, until from law.care_relation
      where region = ${region} and patient = ${former}
      on conflict (region, patient, unit) do update set until = greatest(care_relation.until, excluded.until)`,
    sql`insert into law.holding (region, patient, unit, provider)
      select region, ${survivor}, unit, provider from law.holding
      where region = ${region} and patient = ${former} on conflict do nothing`,
    sql`insert into law.person (region, patient, birth_date, is_protected)
      select region, ${survivor}, birth_date, is_protected from law.person
      where region = ${region} and patient = ${former}
      on conflict (region, patient) do update set is_protected = person.is_protected or excluded.is_protected`,
  ]
}
