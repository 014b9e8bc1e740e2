import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import type { ExemptKind, HsaId } from '../fhir/sight.ts'
import type { Decision, DecisionKind, Ground, NewDecision } from './decision.ts'

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
  /** Patients with a care relation to a unit. */
  patientsOf(unit: HsaId): Promise<readonly string[]>
  /** The decision's id. In force at once here, within a second in other processes. */
  decide(decision: NewDecision): Promise<string>
  /** Ends a decision; `false` if this patient has no such decision in force. */
  end(patient: string, id: string): Promise<boolean>
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
  const forget = (patient: string | undefined) => {
    if (patient !== undefined) known.delete(patient)
  }

  const remembered = (patient: string) => {
    const there = known.get(patient)
    return there && there.until > now() ? there.facts : undefined
  }

  function look(patients: readonly string[]): void {
    if (known.size + patients.length > MOST_PATIENTS) known.clear()
    const all = readFacts(db, region, patients, now())
    for (const patient of patients) {
      const facts = all.then((found) => found.get(patient) ?? nothingKnown(patient, now()))
      known.set(patient, { facts, until: now() + BELIEVED })
      facts.catch(() => known.delete(patient))
    }
  }

  const of = (patient: string) => {
    if (!remembered(patient)) look([patient])
    return remembered(patient) ?? Promise.resolve(nothingKnown(patient, now()))
  }

  return {
    of,
    ofMany(patients) {
      const missing = patients.filter((patient) => !remembered(patient))
      if (missing.length > 0) look(missing)
      return Promise.all(patients.map(of))
    },
    remembers: (patient) => remembered(patient) !== undefined,
    forget,
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

interface Row {
  readonly source: 'relation' | 'holding' | 'person' | 'decision'
  readonly patient: string
  readonly id: string | null
  readonly kind: DecisionKind | null
  readonly person: string | null
  readonly unit: string | null
  readonly process: string | null
  readonly provider: string | null
  readonly recipient: string | null
  readonly ground: Ground | null
  readonly step: number | null
  readonly since: Date | null
  readonly until: Date | null
  readonly exempt: ExemptKind[] | null
  readonly expires: Date | null
  readonly birth_date: string | null
  readonly is_protected: boolean | null
}

/** All of it in one round trip. */
async function readFacts(
  db: Queryable,
  region: string,
  patients: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, PatientFacts>> {
  const whose = sql`region = ${region} and patient = any(${patients}::text[])`
  const rows = await query<Row>(
    db,
    sql`select 'decision' as source, patient, id::text, kind, person, unit, process, provider, recipient, ground, step,
          since, until, exempt, expires, null::text as birth_date, null::bool as is_protected
        from law.decision where ${whose} and ended_at is null
          and (starts is null or starts <= now()) and (expires is null or expires > now())
      union all
      select 'relation', patient, null, null, null, unit, null, null, null, null, null, null, null, null, null, null, null
        from law.care_relation where ${whose} and until > now()
      union all
      select 'holding', patient, null, null, null, unit, null, provider, null, null, null, null, null, null, null, null, null
        from law.holding where ${whose}
      union all
      select 'person', patient, null, null, null, null, null, null, null, null, null, null, null, null, null, birth_date, is_protected
        from law.person where ${whose}`,
  )
  return factsIn(rows, swedishDay(now))
}

interface Growing {
  patient: string
  today: string
  birthDate: string | undefined
  isProtected: boolean
  careRelations: HsaId[]
  holdings: Holding[]
  decisions: Decision[]
}

const nothingKnown = (patient: string, now: number): Growing => empty(patient, swedishDay(now))

const empty = (patient: string, today: string): Growing => ({
  patient,
  today,
  birthDate: undefined,
  isProtected: false,
  careRelations: [],
  holdings: [],
  decisions: [],
})

function factsIn(rows: readonly Row[], today: string): ReadonlyMap<string, PatientFacts> {
  const all = new Map<string, Growing>()
  for (const row of rows) {
    const facts = all.get(row.patient) ?? empty(row.patient, today)
    all.set(row.patient, facts)
    if (row.source === 'relation') facts.careRelations.push(row.unit ?? '')
    if (row.source === 'holding') {
      facts.holdings.push({ unit: row.unit ?? '', provider: row.provider ?? '' })
    }
    if (row.source === 'person') {
      facts.birthDate = row.birth_date ?? undefined
      facts.isProtected = row.is_protected ?? false
    }
    if (row.source === 'decision') facts.decisions.push(...toDecision(row))
  }
  return all
}

function toDecision(row: Row): Decision[] {
  const { id, kind, person, unit, process, provider, ground, step, since, until, exempt } = row
  if (!id || !kind) return []
  return [
    {
      id,
      kind,
      person: person ?? undefined,
      unit: unit ?? undefined,
      process: process ?? undefined,
      provider: provider ?? undefined,
      recipient: row.recipient ?? undefined,
      ground: ground ?? undefined,
      step: step ?? 1,
      from: since?.getTime(),
      to: until?.getTime(),
      exempt: exempt ?? [],
      expires: row.expires?.getTime(),
    },
  ]
}

const SWEDISH = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
})

/** The date in Sweden at a time. */
export function swedishDay(at: number): string {
  return SWEDISH.format(new Date(at))
}
