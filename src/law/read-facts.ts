import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { ExemptKind, HsaId } from '../fhir/sight.ts'
import type { Decision, DecisionKind, Ground } from './decision.ts'
import type { Holding, PatientFacts } from './facts.ts'

interface Row {
  readonly source: 'coming' | 'relation' | 'holding' | 'person' | 'decision'
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
 * All that is known of patients, in one round trip. Who isn't among them: {@link nothingKnown}.
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
        from law.person where ${whose}`,
  )
  return factsIn(rows, today)
}

/** Facts, and until when nothing of them changes by itself. */
export interface Growing {
  readonly facts: GrowingFacts
  until: number
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
    }
    all.set(row.patient, growing)
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
  facts.birthDate = row.birth_date ?? undefined
  facts.isProtected = row.is_protected ?? false
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
