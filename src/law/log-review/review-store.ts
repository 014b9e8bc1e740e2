import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { Access } from '../access.ts'
import type { WantedReview } from './review-desk.ts'
import type { Judged } from './suspicion.ts'
import type { Visit } from './visit.ts'

/** A check of the log, as it was drawn. */
export interface Review {
  readonly id: string
  readonly kind: 'sample' | 'suspicion'
  readonly since: Date
  readonly until: Date
  readonly seed: string
  /** Visits that it was drawn from. */
  readonly population: number
  readonly size: number
  /** Items that a reviewer has decided. */
  readonly decided: number
  readonly madeBy: string
  readonly madeAt: Date
}

/** One visit of a check, with what it came to. */
export interface ReviewItem {
  readonly number: number
  readonly person: string
  readonly name: string
  readonly unit: string
  readonly patient: string
  readonly first: Date
  readonly last: Date
  readonly entries: number
  readonly score: number
  readonly explanations: readonly string[]
  readonly signs: readonly string[]
  /** The latest decision; `null` while there is none. */
  readonly outcome: OutcomeWord | null
  readonly note: string | null
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
}

/** What a reviewer found: in order; to be asked about; not in order; reported (to the police, or as an incident). */
export const OUTCOMES = ['justified', 'question', 'unjustified', 'reported'] as const
export type OutcomeWord = (typeof OUTCOMES)[number]

export interface Outcome {
  readonly outcome: OutcomeWord
  /** The reviewer's own words. */
  readonly note: string
}

/** Writes a check with its items, all at once. */
export async function insertReview(
  db: Queryable,
  made: {
    readonly region: string
    readonly access: Access
    readonly wanted: WantedReview
    readonly seed: string
    readonly visits: readonly Visit[]
    readonly judged: readonly Judged[]
  },
): Promise<Review> {
  const { region, access, wanted, seed, visits, judged } = made
  const items = judged.map(({ visit, score, signs, explanations }, index) => ({
    number: index + 1,
    ...{ person: visit.person, name: visit.name, unit: visit.unit, patient: visit.patient },
    first_at: new Date(visit.first).toISOString(),
    last_at: new Date(visit.last).toISOString(),
    entries: visit.accesses.length,
    ...{ score, explanations, signs },
  }))
  const [row] = await query<{ id: string }>(
    db,
    sql`with made as (
        insert into law.log_review (region, provider, kind, since, until, seed, population, made_by)
        values (${region}, ${access.provider}, ${wanted.kind}, ${new Date(wanted.from)},
          ${new Date(wanted.to)}, ${seed}, ${visits.length}, ${access.user})
        returning id),
      items as (
        insert into law.log_review_item
        select made.id, i.number, i.person, i.name, i.unit, i.patient, i.first_at, i.last_at,
          i.entries, i.score, i.explanations, i.signs
        from made, json_to_recordset(${JSON.stringify(items)}::json) as i (number int4, person text,
          name text, unit text, patient text, first_at timestamptz, last_at timestamptz,
          entries int4, score float8, explanations text[], signs text[]))
      select id from made`,
  )
  const review = row && (await readReview(db, region, access.provider, row.id))
  if (!review) throw new Error('the review was just written')
  return review.review
}

/** A care provider's checks, newest first. */
export function readReviews(db: Queryable, region: string, provider: string): Promise<Review[]> {
  return query<Review>(
    db,
    sql`${REVIEWS} where r.region = ${region} and r.provider = ${provider} order by r.made_at desc limit 200`,
  )
}

const REVIEWS = sql`select r.id, r.kind, r.since, r.until, r.seed, r.population,
    (select count(*)::int4 from law.log_review_item i where i.review = r.id) as size,
    (select count(distinct o.number)::int4 from law.log_review_outcome o where o.review = r.id) as decided,
    r.made_by as "madeBy", r.made_at as "madeAt" from law.log_review r`

export async function readReview(
  db: Queryable,
  region: string,
  provider: string,
  id: string,
): Promise<{ review: Review; items: ReviewItem[] } | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const [review] = await query<Review>(
    db,
    sql`${REVIEWS} where r.id = ${id}::uuid and r.region = ${region} and r.provider = ${provider}`,
  )
  if (!review) return undefined
  const items = await query<ReviewItem>(
    db,
    sql`select i.number, i.person, i.name, i.unit, i.patient, i.first_at as first, i.last_at as last,
        i.entries, i.score, i.explanations, i.signs, o.outcome, o.note, o.decided_by as "decidedBy",
        o.decided_at as "decidedAt"
      from law.log_review_item i left join lateral (
        select * from law.log_review_outcome o where o.review = i.review and o.number = i.number
        order by o.decided_at desc limit 1) o on true
      where i.review = ${id}::uuid order by i.number`,
  )
  return { review, items }
}

export async function insertOutcome(
  db: Queryable,
  decided: {
    readonly review: string
    readonly number: number
    readonly outcome: Outcome
    readonly by: string
  },
): Promise<void> {
  const { review, number, outcome, by } = decided
  await query(
    db,
    sql`insert into law.log_review_outcome (review, number, outcome, note, decided_by)
      values (${review}::uuid, ${number}, ${outcome.outcome}, ${outcome.note}, ${by})`,
  )
}
