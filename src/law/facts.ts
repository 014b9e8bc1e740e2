import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { Block, HsaId } from '../fhir/sight.ts'

/** What the law needs to know of a patient. */
export interface PatientFacts {
  readonly patient: string
  /** Units where the patient is, is booked, or lately was in care (vårdrelation). */
  readonly careRelations: readonly HsaId[]
  readonly blocks: readonly Block[]
}

/** Where the law keeps what it knows of one region's patients. */
export interface Facts {
  of(patient: string): Promise<PatientFacts>
  /** Patients with a care relation to a unit. */
  patientsOf(unit: HsaId): Promise<readonly string[]>
  /** The patient closes a unit's records to other units (PDL 4:4). */
  setBlock(block: Block): Promise<void>
  /** The patient opens them again. */
  liftBlock(patient: string, unit: HsaId): Promise<void>
}

/** Facts are read anew for each request: what changes is true on the next one, whoever changed it. */
export function createFacts(db: Queryable, region: string): Facts {
  return {
    async of(patient) {
      const [relations, blocks] = await Promise.all([
        query<{ unit: string }>(
          db,
          sql`select unit from law.care_relation
            where region = ${region} and patient = ${patient} and until > now()`,
        ),
        query<{ unit: string; since: Date | null; until: Date | null }>(
          db,
          sql`select unit, since, until from law.block
            where region = ${region} and patient = ${patient} and lifted_at is null`,
        ),
      ])
      return {
        patient,
        careRelations: relations.map(({ unit }) => unit),
        blocks: blocks.map(({ unit, since, until }) => ({
          patient,
          unit,
          from: since?.getTime(),
          to: until?.getTime(),
        })),
      }
    },
    async patientsOf(unit) {
      const rows = await query<{ patient: string }>(
        db,
        sql`select patient from law.care_relation
          where region = ${region} and unit = ${unit} and until > now()`,
      )
      return rows.map(({ patient }) => patient)
    },
    async setBlock({ patient, unit, from, to }) {
      const time = (at: number | undefined) => (at === undefined ? null : new Date(at))
      await query(
        db,
        sql`insert into law.block (region, patient, unit, since, until)
          values (${region}, ${patient}, ${unit}, ${time(from)}, ${time(to)})`,
      )
    },
    async liftBlock(patient, unit) {
      await query(
        db,
        sql`update law.block set lifted_at = now()
          where region = ${region} and patient = ${patient} and unit = ${unit} and lifted_at is null`,
      )
    },
  }
}
