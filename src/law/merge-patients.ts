import { type Sql, sql } from '../db/sql.ts'

/**
 * What the law learns when a patient turns out to be another (HL7 v2 A40), where another system keeps records under both:
 * whose care they were in, who has records, and that an identity is protected, holds for the one who remains; so does what is
 * closed, before the Consents that say so have come after: each then decides anew.
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
    sql`insert into law.decision (region, patient, kind, unit, process, provider, since, until, exempt, consent, decided_by,
        starts, expires)
      select region, ${survivor}, kind, unit, process, provider, since, until, exempt, consent, decided_by, starts, expires
      from law.decision d
      where region = ${region} and patient = ${former} and kind in ('block', 'outer-block', 'register-opt-out')
        and ended_at is null and not exists (
          select from law.decision there where there.region = d.region and there.patient = ${survivor}
            and there.kind = d.kind and there.ended_at is null and there.consent is not distinct from d.consent
            and (there.unit, there.process, there.provider, there.since, there.until)
              is not distinct from (d.unit, d.process, d.provider, d.since, d.until))`,
  ]
}
