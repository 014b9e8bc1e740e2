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
  /** Something about the patient was written here: read anew. */
  forget(patient: string | undefined): void
  /** Patients with a care relation to a unit. */
  patientsOf(unit: HsaId): Promise<readonly string[]>
  /** The patient closes a unit's records to other units (PDL 4:4). */
  setBlock(block: Block): Promise<void>
  /** The patient opens them again. */
  liftBlock(patient: string, unit: HsaId): Promise<void>
}

/** How long facts are believed that another process may have changed. Our own changes are true at once. */
const BELIEVED = 1_000
const MOST_PATIENTS = 50_000

interface Remembered {
  readonly facts: Promise<PatientFacts>
  readonly until: number
}

/**
 * Facts are remembered for at most a second, so that a patient's page is one look-up and not twenty.
 * What this process changes (a block, a relation that follows from a write) is forgotten at once.
 */
export function createFacts(db: Queryable, region: string, now: () => number): Facts {
  const known = new Map<string, Remembered>()

  return {
    of(patient) {
      const there = known.get(patient)
      if (there && there.until > now()) return there.facts
      if (known.size >= MOST_PATIENTS) known.clear()
      const facts = readFacts(db, region, patient)
      known.set(patient, { facts, until: now() + BELIEVED })
      facts.catch(() => known.delete(patient))
      return facts
    },
    forget: (patient) => {
      if (patient !== undefined) known.delete(patient)
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
      known.delete(patient)
    },
    async liftBlock(patient, unit) {
      await query(
        db,
        sql`update law.block set lifted_at = now()
          where region = ${region} and patient = ${patient} and unit = ${unit} and lifted_at is null`,
      )
      known.delete(patient)
    },
  }
}

async function readFacts(db: Queryable, region: string, patient: string): Promise<PatientFacts> {
  const rows = await query<{
    block: boolean
    unit: string
    since: Date | null
    until: Date | null
  }>(
    db,
    sql`select false as block, unit, null::timestamptz as since, null::timestamptz as until from law.care_relation
        where region = ${region} and patient = ${patient} and until > now()
      union all
      select true, unit, since, until from law.block
        where region = ${region} and patient = ${patient} and lifted_at is null`,
  )
  return {
    patient,
    careRelations: rows.filter(({ block }) => !block).map(({ unit }) => unit),
    blocks: rows
      .filter(({ block }) => block)
      .map(({ unit, since, until }) => ({
        patient,
        unit,
        process: undefined,
        exempt: [],
        from: since?.getTime(),
        to: until?.getTime(),
      })),
  }
}
