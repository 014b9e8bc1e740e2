import { type Sql, sql } from '../db/sql.ts'

/**
 * What the law learns when a patient turns out to be another (HL7 v2 A40), where another system keeps records under both:
 * whose care they were in and who has records holds for the one who remains. What closes a record isn't copied: it holds for
 * every id of the person, whenever it is decided, as does that an identity is protected.
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
      where region = ${region} and patient = ${former} on conflict do nothing`,
    sql`delete from law.merged_patient where region = ${region} and former = ${survivor}`,
    ...noteMerged([{ region, former, survivor }]),
  ]
}

/** A patient of a region who was given up for another. */
export interface MergedPatient {
  readonly region: string
  readonly former: string
  readonly survivor: string
}

/** The statements that write down who has become whom. */
export function noteMerged(merged: readonly MergedPatient[]): readonly Sql[] {
  if (merged.length === 0) return []
  return [
    sql`insert into law.merged_patient (region, former, survivor)
      select region, former, survivor
      from jsonb_to_recordset(${JSON.stringify(merged)}::jsonb) x (region text, former text, survivor text)
      where former <> survivor
      on conflict (region, former) do update set survivor = excluded.survivor`,
  ]
}

/** The same of those who are themselves again. */
export function noteUnmerged(people: readonly Pick<MergedPatient, 'region' | 'former'>[]): Sql {
  return sql`delete from law.merged_patient m
    using jsonb_to_recordset(${JSON.stringify(people)}::jsonb) x (region text, former text)
    where m.region = x.region and m.former = x.former`
}
