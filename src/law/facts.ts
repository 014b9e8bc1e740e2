import type { Queryable } from '../db/database.ts'
import type { Notices } from '../db/notices.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import type { HsaId } from '../fhir/sight.ts'
import type { Decision, NewDecision } from './decision.ts'
import { type Growing, nothingKnown, readFacts, readProtectedByMerge } from './read-facts.ts'

/** What the law needs to know of a patient. */
export interface PatientFacts {
  readonly patient: string
  /** Today's date in Sweden, for ages: `2026-11-24`. */
  readonly today: string
  /** As FHIR gives it; `undefined`: not known. */
  readonly birthDate: string | undefined
  /** Sekretessmarkering or skyddad folkbokföring. */
  readonly isProtected: boolean
  /** Units where the patient is, is booked, or lately was in care (vårdrelation). */
  readonly careRelations: readonly HsaId[]
  /** Units and providers that have records of the patient. */
  readonly holdings: readonly Holding[]
  /** What has been decided and holds now. */
  readonly decisions: readonly Decision[]
}

export interface Holding {
  readonly unit: HsaId
  readonly provider: HsaId
}

/** Where the law keeps what it knows of one region's patients. */
export interface Facts {
  of(patient: string): Promise<PatientFacts>
  /** The same of many, in one round trip for all that isn't known. */
  ofMany(patients: readonly string[]): Promise<readonly PatientFacts[]>
  /** Whether the patient's facts are remembered, so that to ask for them takes no time. */
  remembers(patient: string): boolean
  /** Something about the patient was written here: read anew. */
  forget(patient: string | undefined): void
  /** Patients whose identity is protected by what is said of another of their ids, and by nothing in their own Patient. */
  protectedByMerge(): Promise<readonly string[]>
  /** Patients with a care relation to a unit. */
  patientsOf(unit: HsaId): Promise<readonly string[]>
  /** The decision's id. In force at once here, within a second in other processes. */
  decide(decision: NewDecision): Promise<string>
  /** Ends a decision; `false` if this patient has no such decision in force. */
  end(patient: string, id: string): Promise<boolean>
}

/** How long facts are believed where it isn't known what other processes change, in milliseconds. */
const BELIEVED = 1_000
/** And where other processes tell what they change, until something that time itself changes. */
const BELIEVED_TOLD = 30_000
const HOUR = 3_600_000
const MOST_PATIENTS = 50_000

/**
 * Facts are remembered, so that a patient's page is one look-up and not twenty: for half a minute while every change by
 * another process is heard of, else for a second. What this process changes (a block, a relation that follows from a
 * write) is forgotten at once, and what holds only to a certain time is not believed beyond it.
 *
 * @param notices what other processes tell of changed facts: region and patient, a space between
 */
export function createFacts(
  db: Queryable,
  region: string,
  now: () => number,
  notices: Notices | undefined,
): Facts {
  const { of, look, remembered, forget } = createMemory(db, region, now, notices)
  return {
    of,
    ofMany(patients) {
      const missing = patients.filter((patient) => !remembered(patient))
      if (missing.length > 0) look(missing)
      return Promise.all(patients.map(of))
    },
    remembers: (patient) => remembered(patient) !== undefined,
    forget,
    protectedByMerge: () => readProtectedByMerge(db, region),
    async patientsOf(unit) {
      const rows = await query<{ patient: string }>(
        db,
        sql`select patient from law.care_relation
          where region = ${region} and unit = ${unit} and until > now()`,
      )
      return rows.map(({ patient }) => patient)
    },
    async decide(decision) {
      const [row] = await query<{ id: string }>(
        db,
        sql`${insertDecision(region, decision)} returning id`,
      )
      forget(decision.patient)
      return row?.id ?? ''
    },
    async end(patient, id) {
      const rows = await query<{ id: string }>(
        db,
        sql`update law.decision set ended_at = now()
          where region = ${region} and patient = ${patient} and id::text = ${id} and ended_at is null returning id`,
      )
      forget(patient)
      return rows.length > 0
    },
  }
}

interface Remembered {
  readonly facts: Promise<PatientFacts>
  readonly readAt: number
  until: number
}

function createMemory(
  db: Queryable,
  region: string,
  now: () => number,
  notices: Notices | undefined,
) {
  const known = new Map<string, Remembered>()
  /** By each id of somebody who has been merged, the others: what is told of one is told of all. */
  const same = new Map<string, readonly string[]>()
  let forgotten = 0
  const forget = (patient: string | undefined) => {
    if (patient === undefined) return
    forgotten++
    for (const each of [patient, ...(same.get(patient) ?? [])]) known.delete(each)
  }
  const own = `${region} `
  notices?.subscribe(
    (told) => told.startsWith(own) && forget(told.slice(own.length)),
    () => {
      forgotten++
      known.clear()
    },
  )

  function remembered(patient: string): Promise<PatientFacts> | undefined {
    const there = known.get(patient)
    if (!there) return undefined
    const at = now()
    const isTrue = at < there.until && (at < there.readAt + BELIEVED || notices?.isWhole())
    return isTrue ? there.facts : undefined
  }

  function look(patients: readonly string[]): void {
    if (known.size + patients.length > MOST_PATIENTS) {
      known.clear()
      same.clear()
    }
    const readAt = now()
    const begun = forgotten
    const all = readFacts(db, region, patients, swedishDay(readAt))
    // On the hour at the latest: once a day that is midnight, and then ages change.
    const most = Math.min(readAt + BELIEVED_TOLD, (Math.floor(readAt / HOUR) + 1) * HOUR)
    for (const patient of patients) {
      const facts = all.then(
        (found) => found.get(patient)?.facts ?? nothingKnown(patient, swedishDay(readAt)),
      )
      const entry: Remembered = { facts, readAt, until: most }
      known.set(patient, entry)
      all.then(
        (found) => {
          const growing = found.get(patient)
          entry.until = Math.min(most, growing?.until ?? most)
          relate(patient, growing)
          // Who they also are wasn't known yet to what was told meanwhile.
          const isOld = growing !== undefined && growing.same.length > 0 && forgotten !== begun
          if (isOld && known.get(patient) === entry) known.delete(patient)
        },
        () => known.get(patient) === entry && known.delete(patient),
      )
    }
  }

  function relate(patient: string, growing: Growing | undefined): void {
    const ids = [patient, ...(growing?.same ?? [])]
    if (ids.length === 1) return
    for (const id of ids) same.set(id, ids)
  }

  function of(patient: string): Promise<PatientFacts> {
    if (!remembered(patient)) look([patient])
    return known.get(patient)?.facts ?? Promise.resolve(nothingKnown(patient, swedishDay(now())))
  }

  return { of, look, remembered, forget }
}

/** Writes a decision down; also run by a store beside the Consent that says so. */
export function insertDecision(region: string, decision: NewDecision): Sql {
  const { kind, patient, person, unit, process, provider, recipient, ground, step = 1 } = decision
  const { from, to, exempt = [], reason, consent, decidedBy, starts, expires } = decision
  return sql`insert into law.decision (region, patient, kind, person, unit, process, provider, recipient, ground, step,
      since, until, exempt, reason, consent, decided_by, starts, expires)
    values (${region}, ${patient}, ${kind}, ${person ?? null}, ${unit ?? null}, ${process ?? null}, ${provider ?? null},
      ${recipient ?? null},      ${ground ?? null}, ${step}::int2, ${timeOf(from)}::timestamptz, ${timeOf(to)}::timestamptz, ${[...exempt]}::text[],
      ${reason ?? null}, ${consent ?? null}, ${decidedBy}, ${timeOf(starts)}::timestamptz, ${timeOf(expires)}::timestamptz)`
}

const timeOf = (at: number | undefined) => (at === undefined ? null : new Date(at))

const SWEDISH = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
})

/** The date in Sweden at a time. */
export function swedishDay(at: number): string {
  return SWEDISH.format(new Date(at))
}
