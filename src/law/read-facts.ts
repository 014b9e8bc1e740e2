import type { Queryable } from '../db/database.ts'
import { query, type Sql, sql } from '../db/sql.ts'
import type { ExemptKind, HsaId } from '../fhir/sight.ts'
import type { Decision, DecisionKind, Ground } from './decision.ts'
import type { Holding, PatientFacts } from './facts.ts'

interface Row {
  readonly source: 'coming' | 'relation' | 'holding' | 'person' | 'decision' | 'same'
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

/**
 * What closes a record whichever of a person's ids it is said of. What opens one holds for the id alone: to say that two are one
 * person must give nobody more to see.
 */
const CLOSING: readonly DecisionKind[] = ['block', 'outer-block', 'register-opt-out']

/** `known_as`: of each patient every id that the same person has or had, however many mergings away, also round in a circle. */
const reachedFrom = (region: string, ids: Sql) => sql`known_as (patient, id) as (
  ${ids}
  union
  select w.patient, other.id from known_as w, lateral (
    select survivor as id from law.merged_patient where region = ${region} and former = w.id
    union all
    select former from law.merged_patient where region = ${region} and survivor = w.id) other)`

/**
 * The patients whose identity is protected only by what is said of another of their ids: their own Patient doesn't tell.
 *
 * Source: OSL 22 kap. 1 §.
 */
export async function readProtectedByMerge(
  db: Queryable,
  region: string,
): Promise<readonly string[]> {
  const themselves = sql`select m.id, m.id
    from law.merged_patient g, lateral (values (g.former), (g.survivor)) m (id)
      join law.person p on p.region = ${region} and p.patient = m.id and p.is_protected
    where g.region = ${region}`
  const rows = await query<{ id: string }>(
    db,
    sql`with recursive ${reachedFrom(region, themselves)} select distinct id from known_as`,
  )
  return rows.map(({ id }) => id)
}

/** The ids that a patient had before, however many mergings away. What was done under them was done with this record. */
export async function readFormerIds(
  db: Queryable,
  region: string,
  patient: string,
): Promise<readonly string[]> {
  const rows = await query<{ id: string }>(
    db,
    sql`with recursive before (id) as (
        select former from law.merged_patient where region = ${region} and survivor = ${patient}
        union
        select m.former from before b join law.merged_patient m on m.region = ${region} and m.survivor = b.id)
      select id from before where id <> ${patient}`,
  )
  return rows.map(({ id }) => id)
}

/**
 * All that is known of patients, in one round trip, and one more where somebody has been merged. Who isn't among them: {@link nothingKnown}.
 *
 * @param today the date in Sweden
 */
export async function readFacts(
  db: Queryable,
  region: string,
  patients: readonly string[],
  today: string,
): Promise<ReadonlyMap<string, Growing>> {
  const whose = sql`region = ${region} and patient = any(${patients}::text[])`
  const rows = await query<Row>(
    db,
    // What will begin is read for its time alone: until then what is known holds.
    sql`select 'decision' as source, patient, id::text, kind, person, unit, process, provider, recipient, ground, step,
          since, until, exempt, expires, null::text as birth_date, null::bool as is_protected
        from law.decision where ${whose} and ended_at is null
          and (starts is null or starts <= now()) and (expires is null or expires > now())
      union all
      select 'coming', patient, null, null, null, null, null, null, null, null, null, null, null, null, starts, null, null
        from law.decision where ${whose} and ended_at is null and starts > now()
      union all
      select 'relation', patient, null, null, null, unit, null, null, null, null, null, null, null, null, until, null, null
        from law.care_relation where ${whose} and until > now()
      union all
      select 'holding', patient, null, null, null, unit, null, provider, null, null, null, null, null, null, null, null, null
        from law.holding where ${whose}
      union all
      select 'person', patient, null, null, null, null, null, null, null, null, null, null, null, null, null, birth_date, is_protected
        from law.person where ${whose}
      union all
      select 'same', former, survivor, null, null, null, null, null, null, null, null, null, null, null, null, null, null
        from law.merged_patient where region = ${region} and former = any(${patients}::text[])
      union all
      select 'same', survivor, former, null, null, null, null, null, null, null, null, null, null, null, null, null, null
        from law.merged_patient where region = ${region} and survivor = any(${patients}::text[])`,
  )
  const merged = new Set(rows.flatMap(({ source, patient }) => (source === 'same' ? patient : [])))
  const more = merged.size > 0 ? await readOthers(db, region, [...merged]) : []
  return factsIn([...rows.filter(({ source }) => source !== 'same'), ...more], today)
}

/** What holds for patients by what is said of the same persons' other ids. Few have been merged: nobody else waits for it. */
async function readOthers(
  db: Queryable,
  region: string,
  patients: readonly string[],
): Promise<readonly Row[]> {
  const themselves = sql`select p collate "C", p collate "C" from unnest(${patients}::text[]) p`
  const same = await query<{ patient: string; id: string }>(
    db,
    sql`with recursive ${reachedFrom(region, themselves)} select patient, id from known_as where id <> patient`,
  )
  const ids = [...new Set(same.map(({ id }) => id))]
  const whose = sql`region = ${region} and patient = any(${ids}::text[])`
  const isClosing = sql`${whose} and ended_at is null and kind = any(${[...CLOSING]}::text[])`
  const rows = await query<Row>(
    db,
    sql`select 'decision' as source, patient, id::text, kind, person, unit, process, provider, recipient, ground, step,
          since, until, exempt, expires, null::text as birth_date, null::bool as is_protected
        from law.decision where ${isClosing}
          and (starts is null or starts <= now()) and (expires is null or expires > now())
      union all
      select 'coming', patient, null, null, null, null, null, null, null, null, null, null, null, null, starts, null, null
        from law.decision where ${isClosing} and starts > now()
      union all
      select 'person', patient, null, null, null, null, null, null, null, null, null, null, null, null, null, null, is_protected
        from law.person where ${whose}
      union all
      select 'same', id, id, null, null, null, null, null, null, null, null, null, null, null, null, null, null
        from unnest(${ids}::text[]) id`,
  )
  const said = Map.groupBy(rows, ({ patient }) => patient)
  return same.flatMap(({ patient, id }) => (said.get(id) ?? []).map((row) => ({ ...row, patient })))
}

/** Facts, and until when nothing of them changes by itself. */
export interface Growing {
  readonly facts: GrowingFacts
  until: number
  /** The person's other ids. */
  readonly same: string[]
}

interface GrowingFacts {
  patient: string
  today: string
  birthDate: string | undefined
  isProtected: boolean
  careRelations: HsaId[]
  holdings: Holding[]
  decisions: Decision[]
}

/** The facts of a patient of whom there are none. */
export const nothingKnown = (patient: string, today: string): PatientFacts => empty(patient, today)

const empty = (patient: string, today: string): GrowingFacts => ({
  patient,
  today,
  birthDate: undefined,
  isProtected: false,
  careRelations: [],
  holdings: [],
  decisions: [],
})

function factsIn(rows: readonly Row[], today: string): ReadonlyMap<string, Growing> {
  const all = new Map<string, Growing>()
  for (const row of rows) {
    const growing = all.get(row.patient) ?? {
      facts: empty(row.patient, today),
      until: Number.POSITIVE_INFINITY,
      same: [],
    }
    all.set(row.patient, growing)
    if (row.source === 'same' && row.id) growing.same.push(row.id)
    if (row.expires) growing.until = Math.min(growing.until, row.expires.getTime())
    addRow(growing.facts, row)
  }
  return all
}

function addRow(facts: GrowingFacts, row: Row): void {
  const { source, unit, provider } = row
  if (source === 'relation') facts.careRelations.push(unit ?? '')
  if (source === 'holding') facts.holdings.push({ unit: unit ?? '', provider: provider ?? '' })
  if (source === 'decision') facts.decisions.push(...toDecision(row))
  if (source !== 'person') return
  facts.birthDate = row.birth_date ?? facts.birthDate
  facts.isProtected ||= row.is_protected ?? false
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
